"""Facts about a candidate in the shadow: its verdicts stand beside the live ones, and nothing ever waits for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from structlog.testing import capture_logs

from intake.app import assemble, shadow_tasks
from intake.classifying import Classify
from intake.config import load_config
from intake.daemon import Daemon, Task
from intake.shadowing import BACK, PATIENCE, ShadowWork
from models.learning import Shadow
from models.verdict import Verdict
from storage.store import Store
from tests.intake.making import Office, content, verdict
from tests.waiting import SECONDS, until


def candidate(_subject: str, text: str, _channel: str) -> Verdict:
    return verdict(isf=3, red_flags=("violence",), classifier="rules-1+x.v1")


def shadow(office: Office, classify: Classify = candidate, *, seconds: float = 20) -> ShadowWork:
    return ShadowWork(store=office.store, model="v1", open_it=lambda: classify, seconds=seconds, clock=office.clock)


@contextmanager
def running(daemon: Daemon) -> Iterator[None]:
    thread = Thread(target=daemon.run)
    thread.start()
    try:
        yield
    finally:
        daemon.stop()
        thread.join()


def run(work: ShadowWork, times: int = 9) -> None:
    for _ in range(times):
        work.step(lambda: False)


def recorded(store: Store) -> tuple[Shadow, ...]:
    with store.read() as tx:
        return tx.shadows.all("v1")


def test_its_verdict_stands_beside_the_live_one_and_changes_neither_ticket_nor_queue_nor_mail(store: Store) -> None:
    office = Office(store)
    office.file()
    office.file(content(body="Another."))
    before = office.tickets(), office.waiting()
    run(shadow(office))
    assert (office.tickets(), office.waiting()) == before
    assert [(one.live.isf, one.candidate.isf) for one in recorded(store)] == [(1, 3), (1, 3)]
    assert office.balances()


def test_nothing_is_read_twice_and_nothing_from_long_ago(sqlite_store: Store) -> None:
    office, read = Office(sqlite_store), list[str]()

    def counting(subject: str, text: str, channel: str) -> Verdict:
        read.append(text)
        return candidate(subject, text, channel)

    office.file(content(body="long ago"))
    office.clock.now += BACK * 2
    office.file(content(body="today"))
    run(shadow(office, counting))
    run(shadow(office, counting))
    assert [text.strip() for text in read] == ["today"]


def test_one_that_fails_is_recorded_as_having_said_nothing_and_is_soon_left_alone(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    for _ in range(PATIENCE + 3):
        office.file()

    def fails(*_: str) -> Verdict:
        raise RuntimeError("secret words")

    with capture_logs() as logs:
        run(shadow(office, fails))
    assert [one.candidate.classifier for one in recorded(sqlite_store)] == ["none"] * PATIENCE
    assert [line["event"] for line in logs].count("shadow.given_up") == 1
    assert {line["event"] for line in logs} == {"shadow.failed", "shadow.given_up"}
    assert "secret" not in str(logs)
    assert all(ticket.row.graded for ticket in office.tickets())


def test_one_that_cannot_be_opened_is_said_once_in_the_log_and_never_tried_again(sqlite_store: Store) -> None:
    office, tries = Office(sqlite_store), list[int]()

    def broken() -> Classify:
        tries.append(1)
        raise OSError("disk")

    office.file()
    work = ShadowWork(store=office.store, model="v1", open_it=broken, seconds=1, clock=office.clock)
    with capture_logs() as logs:
        run(work)
    assert (len(tries), [line["event"] for line in logs]) == (1, ["shadow.missing"])


def test_a_message_is_filed_and_its_acknowledgement_queued_while_the_candidate_hangs(sqlite_store: Store) -> None:
    office, reached, never = Office(sqlite_store), Event(), Event()

    def hangs(*_: str) -> Verdict:
        reached.set()
        never.wait()
        return verdict()

    office.file(content(body="first"))
    work = shadow(office, hangs, seconds=60)
    filing = office.work()
    daemon = Daemon(tasks=(Task(name="shadow", step=work.step),))
    with running(daemon):
        assert reached.wait(SECONDS)
        office.take(content(body="second"))
        filing.step(lambda: False)
        assert (len(office.tickets()), office.waiting()) == (2, 2)
        never.set()
        until(lambda: len(recorded(sqlite_store)) == 2)


def test_only_a_setting_brings_a_candidate_in(tmp_path: Path) -> None:
    path = tmp_path / "intake.toml"
    path.write_text(f"data_dir = '{tmp_path}'\n")
    assert shadow_tasks(assemble(load_config(path, {}))) == ()
    [task] = shadow_tasks(assemble(load_config(path, {"INTAKE__CLASSIFIER__SHADOW": "v1"})))
    assert task.name == "shadow"

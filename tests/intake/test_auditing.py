"""What processes and commands put into the audit chain, and the publishing of its head."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from channels.base import Retry
from intake.auditing import HeadWork, digest_of, note_start, publish
from intake.config import Config
from intake.operators import Post
from models.audit import Act, Action, Head, Row
from models.chain import read_published
from models.message import Outgoing
from models.rights import Role
from storage.store import Store
from tests.intake.conftest import Run
from tests.storage.making import NOW, opened

HEAD = Head(seq=7, hash="a" * 64)
HOUR = timedelta(hours=1)


class Sender:
    """A sender that keeps what it is given; `away` makes it fail."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.away = False

    def send(self, outgoing: Outgoing) -> None:
        if self.away:
            raise Retry("away")
        self.sent.append(outgoing)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "intake.toml"
    folder = json.dumps(str(tmp_path))
    path.write_text(f"data_dir = {folder}\n[audit]\nhead_file = {json.dumps(str(tmp_path / 'heads'))}\n")
    return path


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    """The store that the commands use."""
    store = Store(f"sqlite:///{tmp_path}/intake.db")
    store.migrate()
    yield store
    store.close()


def acts(store: Store) -> list[Row]:
    with store.read() as tx:
        return [*tx.audit.rows()]


def noted(store: Store) -> list[tuple[str, str]]:
    return [(row.action, row.subject) for row in acts(store)]


def add_act(store: Store) -> None:
    with store.write() as tx:
        tx.audit.append(Act(at=NOW, actor="officer@example.test", action=Action.TICKET_READ, subject="QM-1"))


def test_heads_are_appended_line_by_line_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "heads"
    publish(HEAD, path, NOW)
    publish(Head(seq=9, hash="b" * 64), path, NOW)

    assert read_published(path.read_text()) == ({7: frozenset({"a" * 64}), 9: frozenset({"b" * 64})}, ())
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_was_torn_by_a_crash_spoils_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "heads"
    path.write_text("2026-11-24T09:3")
    publish(HEAD, path, NOW)

    assert read_published(path.read_text()) == ({7: frozenset({"a" * 64})}, (1,))


def test_the_daemon_publishes_what_is_new_when_it_is_due_and_once_more_when_it_ends(
    sqlite_store: Store, tmp_path: Path
) -> None:
    path, now = tmp_path / "heads", [NOW]
    work = HeadWork(store=sqlite_store, clock=lambda: now[0], every=HOUR, path=path)

    def published() -> list[int]:
        return sorted(read_published(path.read_text())[0])

    add_act(sqlite_store)
    work.step(lambda: False)
    assert published() == [1]
    add_act(sqlite_store)
    work.step(lambda: False)
    assert published() == [1]
    now[0] += HOUR
    work.step(lambda: False)
    assert published() == [1, 2]
    add_act(sqlite_store)
    work.close()
    assert published() == [1, 2, 3]
    work.close()
    assert path.read_text().count("\n") == 3


def test_a_head_that_could_not_be_mailed_is_mailed_later(sqlite_store: Store) -> None:
    sender, now = Sender(), [NOW]
    post = Post(sender=sender, recipient="auditor@example.test", our_address="in@example.test", domain="example.test")
    work = HeadWork(store=sqlite_store, clock=lambda: now[0], every=HOUR, post=post)
    add_act(sqlite_store)
    sender.away = True
    work.step(lambda: False)
    sender.away = False
    now[0] += HOUR
    work.step(lambda: False)
    now[0] += HOUR
    work.step(lambda: False)

    (mail,) = sender.sent
    (row,) = acts(sqlite_store)
    assert mail.recipient == "auditor@example.test"
    assert read_published(mail.text)[0] == {1: frozenset({row.hash})}


def test_settings_are_noted_when_they_differ_from_the_last_start(sqlite_store: Store) -> None:
    one, other = Config(), Config.model_validate({"filing": {"workers": 2}})
    for config in (one, one, other, one):
        note_start(sqlite_store, config, lambda: NOW)

    details = [row.detail for row in acts(sqlite_store)]
    assert details == [f'{{"sha256":"{digest_of(config)}"}}' for config in (one, other, one)]


def test_no_password_goes_into_the_digest_of_the_settings() -> None:
    def digest(secret: str) -> str:
        submission = {"host": "smtp.example.test", "password": secret}
        url = f"postgresql://intake:{secret}@db.example.test/intake"
        return digest_of(Config.model_validate({"submission": submission, "store": {"url": url}}))

    assert digest("one") == digest("other")


def test_a_model_is_noted_in_its_first_use_only(sqlite_store: Store) -> None:
    for model in ("v1", "v1", "v2", "v1"):
        note_start(sqlite_store, Config(), lambda: NOW, model=model)

    assert [one for one in noted(sqlite_store) if one[0] == Action.MODEL_FIRST_USED] == [
        (Action.MODEL_FIRST_USED, "v1"),
        (Action.MODEL_FIRST_USED, "v2"),
    ]


def test_verify_says_that_all_is_well_or_where_it_is_not(run: Run, kept: Store, settings: Path, tmp_path: Path) -> None:
    for _ in range(3):
        add_act(kept)
    code, said, _ = run("--config", str(settings), "audit", "head", "--publish")
    assert code == 0
    assert said == (tmp_path / "heads").read_text()
    code, said, _ = run("--config", str(settings), "audit", "verify", "--against", str(tmp_path / "heads"))
    assert (code, "whole" in said, "NOT" in said) == (0, True, False)

    with kept._engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(text("UPDATE audit SET actor = 'x' WHERE seq = 2"))
    code, said, _ = run("--config", str(settings), "audit", "verify")
    assert code == 1
    assert "act 2: its content does not match its hash" in said


def test_a_chain_that_was_cut_off_shows_against_the_published_file_alone(
    run: Run, kept: Store, settings: Path, tmp_path: Path
) -> None:
    for _ in range(3):
        add_act(kept)
    run("--config", str(settings), "audit", "head", "--publish")
    with kept._engine.begin() as connection:
        for trigger in ("audit_no_delete", "audit_head_only_grows"):
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text("DELETE FROM audit WHERE seq = 3"))
        connection.execute(text("UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit WHERE seq = 2)"))

    assert run("--config", str(settings), "audit", "verify")[0] == 0
    code, said, _ = run("--config", str(settings), "audit", "verify", "--against", str(tmp_path / "heads"))
    assert code == 1
    assert "act 3: it was published, and is missing" in said


def test_acts_are_listed_newest_first_and_listing_is_an_act(run: Run, kept: Store, settings: Path) -> None:
    add_act(kept)
    with kept.write() as tx:
        tx.officers.add(email="auditor@example.test", name="A", roles=[Role.AUDITOR])
        tx.officers.add(email="officer@example.test", name="O")
    assert run("--config", str(settings), "audit", "list", "--as", "officer@example.test")[0] == 2
    listed = ("--config", str(settings), "audit", "list", "--as", "auditor@example.test")
    code, said, _ = run(*listed, "--action", "ticket_read", "--json")
    assert code == 0
    (row,) = [json.loads(line) for line in said.splitlines()]
    assert (row["seq"], row["actor"], row["detail"]) == (1, "officer@example.test", {})
    assert noted(kept)[-1] == (Action.AUDIT_READ, "")
    assert run(*listed, "--action", "nothing")[0] == 2
    code, said, _ = run(*listed, "--limit", "1")
    assert "audit_read" in said


def test_a_published_file_that_is_not_there_is_told(run: Run, kept: Store, settings: Path) -> None:
    code, _, said = run("--config", str(settings), "audit", "verify", "--against", "/nowhere/heads")
    assert code == 2
    assert "cannot be read" in said


def test_what_is_done_to_accounts_is_noted(run: Run, kept: Store, settings: Path) -> None:
    def officers(*words: str, code: int = 0) -> str:
        ended, said, errors = run("--config", str(settings), "officers", *words)
        assert ended == code, errors
        return said + errors

    assert "administrator, lead, officer" in officers("add", "ann@example.test", "--name", "Ann", "--link")
    assert "as officer" in officers("add", "bob@example.test", "--name", "Bob Okonkwo", "--link")
    assert "last administrator" in officers("role", "ann@example.test", "lead", code=1)
    officers("role", "bob@example.test", "lead", "custodian")
    officers("attach", "bob@example.test", "rwe")
    assert "no place XXX" in officers("attach", "bob@example.test", "XXX", code=1)
    officers("names", "bob@example.test", "Bobby")
    officers("detach", "bob@example.test", "RWE")
    officers("lock", "bob@example.test")
    officers("unlock", "bob@example.test")
    said = officers("list")
    assert "Bobby" in said

    assert [action for action, _ in noted(kept)] == [
        Action.OFFICER_ADDED,
        Action.OFFICER_LINK_MADE,
        Action.OFFICER_ADDED,
        Action.OFFICER_LINK_MADE,
        Action.OFFICER_ROLES_CHANGED,
        Action.OFFICER_ATTACHMENTS_CHANGED,
        Action.OFFICER_NAMES_CHANGED,
        Action.OFFICER_ATTACHMENTS_CHANGED,
        Action.OFFICER_LOCKED,
        Action.OFFICER_UNLOCKED,
    ]
    with kept.read() as tx:
        bob = tx.officers.by_email("bob@example.test")
    assert bob is not None
    assert bob.roles == {Role.LEAD, Role.CUSTODIAN}
    assert bob.names == ("Bobby",)


def test_a_link_leads_to_where_officers_reach_the_desk(run: Run, settings: Path) -> None:
    add = ("--config", str(settings), "officers", "add", "--name", "Ann", "--link")
    assert ": http://127.0.0.1:" in run(*add, "ann@example.test")[1]
    with settings.open("a") as file:
        file.write('\n[sign_in]\naddress = "https://desk.test"\n')
    assert ": https://desk.test/sign-in/one-time?token=" in run(*add, "bob@example.test")[1]


def test_an_attachment_to_a_site_stands_for_its_trust_and_all_its_sites(run: Run, kept: Store, settings: Path) -> None:
    run("--config", str(settings), "officers", "add", "ann@example.test", "--name", "Ann", "--link")
    assert run("--config", str(settings), "officers", "attach", "ann@example.test", "RWEAA")[0] == 0
    with kept._engine.connect() as connection:
        codes = set(connection.execute(text("SELECT code FROM attachments")).scalars())
    assert {"RWE", "RWEAA"} < codes


def test_a_ticket_that_nobody_may_see_alarms_until_a_conflict_is_lifted(run: Run, kept: Store, settings: Path) -> None:
    run("--config", str(settings), "officers", "add", "ann@example.test", "--name", "Ann Learner", "--link")
    with kept.write() as tx:
        ticket_id = opened(tx, reference="QM-A")
        tx.officers.add(email="bob@example.test", name="Bob", roles=[Role.AUDITOR])
    assert run("--config", str(settings), "officers", "hidden")[0] == 0
    run("--config", str(settings), "officers", "names", "ann@example.test", "Rota")

    code, said, _ = run("--config", str(settings), "officers", "hidden")
    assert (code, "Nobody may see and decide QM-A" in said) == (1, True)
    lift = ("--config", str(settings), "officers", "lift", "ann@example.test", "qm-a", "--reason", "another Rota")
    assert run(*lift)[0] == 0
    assert run(*lift)[0] == 1
    assert run("--config", str(settings), "officers", "hidden")[0] == 0
    with kept.read() as tx:
        assert tx.access.of(ticket_id).conflicts == frozenset()
    assert (Action.CONFLICT_LIFTED, "QM-A") in noted(kept)
    assert "another Rota" not in str(acts(kept))

"""Facts about the report on the samples: it says what is missing, and believes nothing that it has not seen."""

from datetime import UTC, datetime

from intake.demo.report import find, what_is_missing
from intake.demo.sample_mails import Road, load_samples
from models.message import RawMessage
from models.work import Ending, Outcome
from storage.store import Store

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_the_samples_travel_every_road_and_meet_every_ending_of_a_first_message() -> None:
    samples = load_samples()
    assert {sample.road for sample in samples} == set(Road)
    assert {sample.ends for sample in samples} == {Ending.TICKET, Ending.IGNORED, Ending.QUARANTINED}
    assert sum(sample.ends is Ending.TICKET for sample in samples) >= 10


def test_a_sample_is_known_again_behind_lines_that_a_server_put_on_top() -> None:
    first, second, *_ = load_samples()
    arrived = b"Received: from x\n" + first.content.replace(b"\r\n", b"\n") + b"\n"
    assert first.is_in(arrived)
    assert not second.is_in(arrived)


def test_what_has_not_arrived_is_named(sqlite_store: Store) -> None:
    samples = load_samples()
    missing = what_is_missing(find(sqlite_store, samples, ()))
    assert len(missing) == len(samples)
    assert missing[0] == "01-nights-alone: it has not come to an end; it should be ticket."


def test_a_wrong_ending_is_named_with_its_reason(sqlite_store: Store) -> None:
    sample = load_samples()[0]
    raw = RawMessage(channel="smtp", account="test", key="1", raw=sample.content, received_at=NOW)
    with sqlite_store.write() as tx:
        tx.inbox.receive(raw)
    with sqlite_store.write() as tx:
        [item] = tx.inbox.claim(worker="test", now=NOW, lease=NOW - datetime(2026, 11, 23, tzinfo=UTC))
        tx.inbox.settle(item, Outcome(ending=Ending.QUARANTINED, reason="It was odd."), NOW)
    assert what_is_missing(find(sqlite_store, [sample], ())) == (
        "01-nights-alone: it is quarantined and should be ticket. It was odd.",
    )

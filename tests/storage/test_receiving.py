import os
from datetime import datetime, timedelta, timezone

import pytest

from models.work import Ending
from storage.store import LostClaim, Store, StoreError
from tests.storage.making import MINUTE, NOW, claimed, message
from tests.storage.threads import at_once


def test_the_same_message_again_is_the_row_that_there_is(store: Store) -> None:
    with store.write() as tx:
        first = tx.inbox.receive(message("a"))
    with store.write() as tx:
        again = tx.inbox.receive(message("a", raw=b"with other trace headers"))
        balance = tx.inbox.balance()

    assert first.new
    assert not again.new
    assert again.inbox_id == first.inbox_id
    assert balance.received == 1


@pytest.mark.parametrize("facts", [{"key": "b"}, {"account": "other@example.test"}, {"channel": "smtp"}])
def test_another_key_account_or_channel_is_another_message(store: Store, facts: dict[str, str]) -> None:
    with store.write() as tx:
        first = tx.inbox.receive(message("a"))
        other = tx.inbox.receive(message(**{"key": "a", **facts}))

    assert other.new
    assert other.inbox_id != first.inbox_id


def test_the_same_message_from_four_threads_at_once_is_new_for_exactly_one(store: Store) -> None:
    def receive(_: int) -> tuple[int, bool]:
        with store.write() as tx:
            receipt = tx.inbox.receive(message("same"))
        return receipt.inbox_id, receipt.new

    receipts = at_once(4, receive)

    assert sorted(new for _, new in receipts) == [False, False, False, True]
    assert len({inbox_id for inbox_id, _ in receipts}) == 1


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    def fails() -> None:
        with store.write() as tx:
            tx.inbox.receive(message("a"))
            raise RuntimeError("the worker stumbles")

    with pytest.raises(RuntimeError, match="stumbles"):
        fails()

    with store.read() as tx:
        assert tx.inbox.balance().received == 0


def test_what_was_committed_is_there_for_another_process(store: Store) -> None:
    with store.write() as tx:
        inbox_id = tx.inbox.receive(message("a", raw=b"kept")).inbox_id
    another = Store(store._url, store._seals.source)
    try:
        with another.read() as tx:
            kept = tx.inbox.message(inbox_id)
    finally:
        another.close()

    assert kept is not None
    assert kept.raw == b"kept"


def test_thirty_megabytes_come_back_byte_for_byte(store: Store) -> None:
    raw = os.urandom(1024) * (30 * 1024)
    with store.write() as tx:
        inbox_id = tx.inbox.receive(message(raw=raw)).inbox_id
    with store.read() as tx:
        kept, row = tx.inbox.message(inbox_id), tx.inbox.row(inbox_id)

    assert kept is not None
    assert row is not None
    assert kept.raw == raw
    assert row.size == len(raw)


@pytest.mark.parametrize("envelope_from", [None, "", "sender@example.test"])
def test_a_message_comes_back_as_it_was_received(store: Store, envelope_from: str | None) -> None:
    sent = message(envelope_from=envelope_from, envelope_to=("a@example.test", "b@example.test"), raw=bytes(range(256)))
    with store.write() as tx:
        inbox_id = tx.inbox.receive(sent).inbox_id
    with store.read() as tx:
        assert tx.inbox.message(inbox_id) == sent
        assert tx.inbox.message(inbox_id + 1) is None


def test_a_moment_comes_back_aware_and_in_utc(store: Store) -> None:
    india = datetime(2026, 11, 24, 15, 0, 0, 1, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with store.write() as tx:
        inbox_id = tx.inbox.receive(message(received_at=india)).inbox_id
    with store.read() as tx:
        row = tx.inbox.row(inbox_id)

    assert row is not None
    assert row.received_at == india
    assert row.received_at.utcoffset() == timedelta(0)


def test_a_moment_without_a_time_zone_is_refused(store: Store) -> None:
    with pytest.raises(StoreError) as refused, store.write() as tx:
        tx.inbox.receive(message(received_at=datetime(2026, 11, 24)))  # noqa: DTZ001 - the fault that is to be caught

    assert not refused.value.retry


def test_a_message_that_the_channel_held_is_born_quarantined(store: Store) -> None:
    with store.write() as tx:
        inbox_id = tx.inbox.receive(message(held="80 MB, more than we take")).inbox_id
    with store.write() as tx:
        row = tx.inbox.row(inbox_id)
        taken = claimed(tx)
        balance = tx.inbox.balance()

    assert row is not None
    assert (row.ending, row.reason) == (Ending.QUARANTINED, "80 MB, more than we take")
    assert taken == ()
    assert balance.holds
    assert balance.quarantined == 1


def test_a_poller_with_the_lease_may_write(store: Store) -> None:
    with store.write() as tx:
        lease = tx.leases.take("imap:a", "one", now=NOW, ttl=MINUTE)
        assert tx.inbox.receive(message(), lease).new


def test_a_poller_that_was_fenced_off_may_write_nothing(store: Store) -> None:
    with store.write() as tx:
        old = tx.leases.take("imap:a", "one", now=NOW, ttl=MINUTE)
        assert tx.leases.take("imap:a", "two", now=NOW + 2 * MINUTE, ttl=MINUTE)

    with pytest.raises(LostClaim) as lost, store.write() as tx:
        tx.inbox.receive(message(), old)

    assert not lost.value.retry
    with store.read() as tx:
        assert tx.inbox.balance().received == 0


def test_a_poller_under_the_same_name_is_fenced_off_by_its_own_successor(store: Store) -> None:
    with store.write() as tx:
        old = tx.leases.take("imap:a", "one", now=NOW, ttl=MINUTE)
        assert tx.leases.take("imap:a", "one", now=NOW + 2 * MINUTE, ttl=MINUTE)

    with pytest.raises(LostClaim), store.write() as tx:
        tx.inbox.receive(message(), old)


def test_whoever_only_reads_can_write_nothing(store: Store) -> None:
    with pytest.raises(StoreError), store.read() as tx:
        tx.inbox.receive(message())
    with store.write() as tx:
        assert tx.inbox.receive(message()).new


def test_a_reader_sees_one_moment_throughout(store: Store) -> None:
    with store.read() as reader:
        before = reader.inbox.balance().received
        with store.write() as tx:
            tx.inbox.receive(message())
        after = reader.inbox.balance().received

    assert (before, after) == (0, 0)

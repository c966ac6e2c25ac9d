import pytest

from models.rights import SYSTEM
from models.work import Delivery, Ending, InboxItem, Outcome
from storage.store import LostClaim, Store
from tests.storage.making import MINUTE, NOW, claimed, ended, message, opened, outgoing, received
from tests.storage.threads import at_once

IGNORED = Outcome(ending=Ending.IGNORED, reason="a test")


def test_four_threads_claim_two_hundred_messages_once_each(store: Store) -> None:
    with store.write() as tx:
        all_ids = [received(tx) for _ in range(200)]

    def work(which: int) -> list[int]:
        done: list[int] = []
        while True:
            with store.write() as tx:
                items = claimed(tx, f"worker-{which}", limit=3)
            if not items:
                return done
            assert len(items) <= 3
            for item in items:
                with store.write() as tx:
                    tx.inbox.settle(item, IGNORED, NOW)
                done.append(item.id)

    done = sorted(inbox_id for ids in at_once(4, work) for inbox_id in ids)

    assert done == all_ids
    with store.read() as tx:
        assert tx.inbox.balance().ignored == 200


def test_four_threads_claim_each_mail_of_the_outbox_once(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx)
        all_ids = [
            tx.outbox.add(ticket, outgoing(f"m{n}@example.test"), purpose="acknowledgement", now=NOW) for n in range(60)
        ]

    def work(which: int) -> list[int]:
        done: list[int] = []
        while True:
            with store.write() as tx:
                items = tx.outbox.claim(worker=f"w{which}", now=NOW, lease=MINUTE, limit=2)
            if not items:
                return done
            for item in items:
                with store.write() as tx:
                    tx.outbox.sent(item, NOW)
                done.append(item.id)

    assert sorted(row for rows in at_once(4, work) for row in rows) == all_ids
    with store.read() as tx:
        assert tx.outbox.counts()[Delivery.SENT] == 60


def test_the_oldest_is_claimed_first(store: Store) -> None:
    with store.write() as tx:
        young = received(tx, received_at=NOW - MINUTE)
        old = received(tx, received_at=NOW - 3 * MINUTE)
        middle = received(tx, received_at=NOW - 2 * MINUTE)
    with store.write() as tx:
        two = [item.id for item in claimed(tx, limit=2)]
        rest = [item.id for item in claimed(tx, limit=2)]

    assert two == [old, middle]
    assert rest == [young]


def test_a_claimed_message_is_nobody_elses_until_the_claim_runs_out(store: Store) -> None:
    with store.write() as tx:
        inbox_id = received(tx)
    with store.write() as tx:
        (first,) = claimed(tx, "one")
    with store.write() as tx:
        assert claimed(tx, "two", NOW + MINUTE) == ()
        (second,) = claimed(tx, "two", NOW + 2 * MINUTE)

    assert first.id == second.id == inbox_id
    assert (first.attempts, second.attempts) == (1, 2)
    assert first.claim != second.claim
    assert first.message == second.message


@pytest.fixture
def late_and_now(store: Store) -> tuple[InboxItem, InboxItem]:
    """The same message claimed twice: by a worker that was too slow, and by the one that has it now."""
    with store.write() as tx:
        received(tx)
        (late,) = claimed(tx, "one")
        (now,) = claimed(tx, "one", NOW + 2 * MINUTE)
    return late, now


def test_a_late_worker_cannot_settle_and_changes_nothing(
    store: Store, late_and_now: tuple[InboxItem, InboxItem]
) -> None:
    late, now = late_and_now

    def files_too_late() -> None:
        with store.write() as tx:
            opened(tx)
            tx.inbox.settle(late, IGNORED, NOW)

    with pytest.raises(LostClaim) as lost:
        files_too_late()

    assert not lost.value.retry
    with store.write() as tx:
        assert tx.tickets.counts(SYSTEM) == dict.fromkeys(tx.tickets.counts(SYSTEM), 0)
        tx.inbox.settle(now, IGNORED, NOW)


def test_a_late_worker_cannot_postpone(store: Store, late_and_now: tuple[InboxItem, InboxItem]) -> None:
    late, now = late_and_now
    with pytest.raises(LostClaim), store.write() as tx:
        tx.inbox.postpone(late, until=NOW, error="Timeout")
    with store.read() as tx:
        row = tx.inbox.row(now.id)

    assert row is not None
    assert row.last_error == ""


def test_a_settled_message_cannot_be_settled_again(store: Store) -> None:
    with store.write() as tx:
        received(tx)
        (item,) = claimed(tx)
        tx.inbox.settle(item, IGNORED, NOW)

    with pytest.raises(LostClaim), store.write() as tx:
        tx.inbox.settle(item, Outcome(ending=Ending.QUARANTINED, reason="twice"), NOW)


def test_a_postponed_message_waits_until_its_time(store: Store) -> None:
    with store.write() as tx:
        received(tx)
        (item,) = claimed(tx)
        tx.inbox.postpone(item, until=NOW + 5 * MINUTE, error="Timeout")
    with store.write() as tx:
        assert claimed(tx, now=NOW + 4 * MINUTE) == ()
        (again,) = claimed(tx, now=NOW + 5 * MINUTE)
        row = tx.inbox.row(item.id)

    assert again.attempts == 2
    assert row is not None
    assert row.last_error == "Timeout"


@pytest.mark.parametrize("ending", [Ending.IGNORED, Ending.QUARANTINED])
def test_an_ignored_or_quarantined_message_can_wait_again(store: Store, ending: Ending) -> None:
    inbox_id = ended(store, ending, "by mistake")
    with store.write() as tx:
        assert tx.inbox.reopen(inbox_id, NOW + MINUTE)
    with store.write() as tx:
        balance = tx.inbox.balance()
        (item,) = claimed(tx, now=NOW + MINUTE)

    assert balance.holds
    assert balance.waiting == 1
    assert (item.id, item.attempts) == (inbox_id, 1)


def test_a_waiting_message_cannot_be_reopened(store: Store) -> None:
    with store.write() as tx:
        inbox_id = received(tx)
        assert not tx.inbox.reopen(inbox_id, NOW)
        assert not tx.inbox.reopen(inbox_id + 1, NOW)


def test_a_worker_that_held_a_message_before_it_was_reopened_cannot_settle_it(store: Store) -> None:
    with store.write() as tx:
        received(tx)
        (late,) = claimed(tx)
        (now,) = claimed(tx, now=NOW + 2 * MINUTE)
        tx.inbox.settle(now, IGNORED, NOW)
        tx.inbox.reopen(now.id, NOW)

    with pytest.raises(LostClaim), store.write() as tx:
        tx.inbox.settle(late, IGNORED, NOW)


def test_the_first_message_under_a_fingerprint_stays_the_first(store: Store) -> None:
    with store.write() as tx:
        one, two = received(tx), received(tx)
        assert tx.inbox.first_with("print", two) == two
        assert tx.inbox.first_with("print", one) == two
        assert tx.inbox.first_with("print", two) == two
        assert tx.inbox.first_with("other", one) == one


def test_of_four_threads_that_file_the_same_mail_one_is_first_for_all(store: Store) -> None:
    with store.write() as tx:
        ids = [received(tx) for _ in range(4)]

    def first(which: int) -> int:
        with store.write() as tx:
            return tx.inbox.first_with("print", ids[which])

    found = at_once(4, first)

    assert len(set(found)) == 1
    assert found[0] in ids


def test_messages_are_listed_by_their_ending_newest_first_page_by_page(store: Store) -> None:
    ignored = [ended(store, Ending.IGNORED, f"reason {n}") for n in range(5)]
    with store.write() as tx:
        waiting = received(tx)
        tx.inbox.receive(message("held", held="too big"))
    with store.read() as tx:
        first = tx.inbox.rows(ending=Ending.IGNORED, limit=3)
        second = tx.inbox.rows(ending=Ending.IGNORED, limit=3, before=first[-1].id)
        still = tx.inbox.rows(ending=None)

    assert [row.id for row in (*first, *second)] == ignored[::-1]
    assert first[0].reason == "reason 4"
    assert [(row.id, row.ending) for row in still] == [(waiting, None)]

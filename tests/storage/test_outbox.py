from collections.abc import Callable

import pytest

from models.work import Delivery, DeliveryRow, OutboxItem
from storage.store import LostClaim, Store, StoreError, Transaction
from tests.storage.making import MINUTE, NOW, opened, outgoing

ACK = "acknowledgement"


@pytest.fixture
def ticket(store: Store) -> int:
    with store.write() as tx:
        return opened(tx)


def test_a_mail_comes_back_as_it_was_written(store: Store, ticket: int) -> None:
    mail = outgoing(
        html="<p>We have it.</p>",
        reply_to="in@example.test",
        in_reply_to="theirs@example.test",
        references=("a@example.test", "theirs@example.test"),
        headers=(("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
        null_return_path=False,
    )
    with store.write() as tx:
        outbox_id = tx.outbox.add(ticket, mail, purpose=ACK, now=NOW)
    with store.write() as tx:
        (item,) = tx.outbox.claim(worker="w", now=NOW, lease=MINUTE)

    assert (item.id, item.ticket_id, item.attempts) == (outbox_id, ticket, 1)
    assert item.outgoing == mail


def test_a_mail_whose_transaction_fails_is_never_sent(store: Store, ticket: int) -> None:
    def fails() -> None:
        with store.write() as tx:
            tx.outbox.add(ticket, outgoing(), purpose=ACK, now=NOW)
            raise RuntimeError("the worker stumbles")

    with pytest.raises(RuntimeError):
        fails()
    with store.write() as tx:
        assert tx.outbox.claim(worker="w", now=NOW, lease=MINUTE) == ()
        assert not tx.outbox.is_ours(("ack-1@example.test",))


def test_the_same_mail_cannot_be_queued_twice(store: Store, ticket: int) -> None:
    with store.write() as tx:
        tx.outbox.add(ticket, outgoing(), purpose=ACK, now=NOW)
    with pytest.raises(StoreError) as refused, store.write() as tx:
        tx.outbox.add(ticket, outgoing(), purpose=ACK, now=NOW)
    assert not refused.value.retry


def test_each_mail_is_told_how_it_went(store: Store, ticket: int) -> None:
    with store.write() as tx:
        for name in ("sent", "failed", "later", "waiting"):
            tx.outbox.add(ticket, outgoing(f"{name}@example.test"), purpose=ACK, now=NOW)
        tx.outbox.withhold(ticket, purpose=ACK, reason="a list", now=NOW)
        sent, failed, later = tx.outbox.claim(worker="w", now=NOW, lease=MINUTE, limit=3)
        tx.outbox.sent(sent, NOW + MINUTE)
        tx.outbox.fail(failed, error="no such mailbox", now=NOW + MINUTE)
        tx.outbox.postpone(later, until=NOW + 5 * MINUTE, error="busy")
    with store.read() as tx:
        told, counts = tx.outbox.deliveries(ticket), tx.outbox.counts()

    assert told == (
        DeliveryRow(purpose=ACK, state=Delivery.SENT, attempts=1, at=NOW + MINUTE, error=""),
        DeliveryRow(purpose=ACK, state=Delivery.FAILED, attempts=1, at=NOW + MINUTE, error="no such mailbox"),
        DeliveryRow(purpose=ACK, state=Delivery.WAITING, attempts=1, at=NOW, error="busy"),
        DeliveryRow(purpose=ACK, state=Delivery.WAITING, attempts=0, at=NOW, error=""),
        DeliveryRow(purpose=ACK, state=Delivery.WITHHELD, attempts=0, at=NOW, error="a list"),
    )
    assert counts == {Delivery.WAITING: 2, Delivery.SENT: 1, Delivery.FAILED: 1, Delivery.WITHHELD: 1}


def test_only_waiting_mails_are_claimed_and_postponed_ones_at_their_time(store: Store, ticket: int) -> None:
    with store.write() as tx:
        tx.outbox.add(ticket, outgoing(), purpose=ACK, now=NOW)
        tx.outbox.withhold(ticket, purpose=ACK, reason="a list", now=NOW)
        (item,) = tx.outbox.claim(worker="w", now=NOW, lease=MINUTE, limit=9)
        tx.outbox.postpone(item, until=NOW + 5 * MINUTE, error="busy")
    with store.write() as tx:
        assert tx.outbox.claim(worker="w", now=NOW + 4 * MINUTE, lease=MINUTE) == ()
        (again,) = tx.outbox.claim(worker="w", now=NOW + 5 * MINUTE, lease=MINUTE)
        tx.outbox.sent(again, NOW)
    with store.write() as tx:
        assert tx.outbox.claim(worker="w", now=NOW + 99 * MINUTE, lease=MINUTE) == ()


def send(tx: Transaction, late: OutboxItem) -> None:
    tx.outbox.sent(late, NOW)


def postpone(tx: Transaction, late: OutboxItem) -> None:
    tx.outbox.postpone(late, until=NOW, error="late")


def fail(tx: Transaction, late: OutboxItem) -> None:
    tx.outbox.fail(late, error="late", now=NOW)


@pytest.mark.parametrize("settle", [send, postpone, fail])
def test_a_late_sender_changes_nothing(
    store: Store, ticket: int, settle: Callable[[Transaction, OutboxItem], None]
) -> None:
    with store.write() as tx:
        tx.outbox.add(ticket, outgoing(), purpose=ACK, now=NOW)
        (late,) = tx.outbox.claim(worker="one", now=NOW, lease=MINUTE)
        tx.outbox.claim(worker="two", now=NOW + 2 * MINUTE, lease=MINUTE)

    with pytest.raises(LostClaim), store.write() as tx:
        settle(tx, late)
    with store.read() as tx:
        (row,) = tx.outbox.deliveries(ticket)
    assert (row.state, row.attempts, row.error) == (Delivery.WAITING, 2, "")


def test_our_own_mails_are_known_by_their_message_id(store: Store, ticket: int) -> None:
    with store.write() as tx:
        tx.outbox.add(ticket, outgoing("ours@example.test"), purpose=ACK, now=NOW)
        assert tx.outbox.is_ours(("theirs@example.test", "ours@example.test"))
        assert not tx.outbox.is_ours(("theirs@example.test",))
        assert not tx.outbox.is_ours(())


def test_what_was_written_to_an_address_or_a_domain_is_counted_without_what_was_withheld(
    store: Store, ticket: int
) -> None:
    with store.write() as tx:
        for number, (recipient, minutes) in enumerate(
            [("Ann@Example.test", 0), ("ann@example.test", 2), ("bob@EXAMPLE.test", 2), ("ann@other.test", 2)]
        ):
            mail = outgoing(f"{number}@example.test", recipient=recipient)
            tx.outbox.add(ticket, mail, purpose=ACK, now=NOW + minutes * MINUTE)
        tx.outbox.withhold(ticket, purpose=ACK, reason="a loop", now=NOW + 2 * MINUTE)

        assert tx.outbox.written_to("ANN@example.test", NOW) == 2
        assert tx.outbox.written_to("ann@example.test", NOW + MINUTE) == 1
        assert tx.outbox.written_to_domain("Example.TEST", NOW) == 3
        assert tx.outbox.written_to_domain("example.test", NOW + MINUTE) == 2
        assert tx.outbox.written_to_domain("test", NOW) == 0


def test_a_mail_is_never_withheld_without_a_reason(store: Store, ticket: int) -> None:
    with pytest.raises(StoreError) as refused, store.write() as tx:
        tx.outbox.withhold(ticket, purpose=ACK, reason="", now=NOW)
    assert not refused.value.retry

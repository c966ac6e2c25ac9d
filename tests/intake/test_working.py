"""The workers' rounds: a message that fails never stops the next, and a mail that fails neither."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from channels.base import Gone, Refused, Retry
from channels.email.mime import read
from intake.pacing import Pace
from intake.retry import tries_within
from intake.sending import PostRoom
from intake.withholding import Caps
from intake.working import SendingWork, Shift
from models.message import Mail
from models.ticket import EventKind
from models.work import Delivery, DeliveryRow, Ending
from storage.store import Store, StoreError
from tests.intake.making import Office, content


def broken_on(word: bytes, error: Exception, before: Callable[[], Any] = lambda: None) -> Callable[[bytes], Mail]:
    def broken_read(raw: bytes) -> Mail:
        if word in raw:
            before()
            raise error
        return read(raw)

    return broken_read


def test_a_message_that_fails_again_and_again_ends_in_quarantine_and_the_next_is_filed_at_once(store: Store) -> None:
    office = Office(store, read=broken_on(b"poison", RuntimeError("secret words")))
    poison = office.take(content(body="poison"))
    assert office.file().ending is Ending.TICKET
    row = office.row(poison)
    assert (row.ending, row.last_error, row.attempts) == (None, "RuntimeError", 1)
    office.clock.move(minutes=5)
    office.work().step(lambda: False)
    row = office.row(poison)
    assert (row.ending, row.reason) == (Ending.QUARANTINED, "It failed 2 times (RuntimeError).")
    assert office.balances()


def test_a_message_that_kills_its_reader_ends_in_quarantine(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    deadly = office.take(content())
    for _ in range(4):  # workers that claimed it and died
        with sqlite_store.write() as tx:
            tx.inbox.claim(worker="dead", now=office.clock(), lease=office.work().shift.lease)
        office.clock.move(minutes=2)
    office.work(attempts=2).step(lambda: False)
    assert office.row(deadly).reason == "It was tried 4 times and never came to an end."


def test_a_message_that_fails_after_its_claim_was_lost_does_not_stop_the_rest_of_the_batch(sqlite_store: Store) -> None:
    def take_over() -> None:
        office.clock.move(minutes=2)
        with sqlite_store.write() as tx:
            tx.inbox.claim(worker="another", now=office.clock(), lease=office.work().shift.lease)

    office = Office(sqlite_store, read=broken_on(b"poison", RuntimeError(), take_over))
    office.take(content(body="poison"))
    good = office.take(content())
    office.work().step(lambda: False)
    assert office.row(good).ending is Ending.TICKET


def test_a_store_that_is_away_is_not_the_messages_fault(sqlite_store: Store) -> None:
    office = Office(sqlite_store, read=broken_on(b"", StoreError("locked", retry=True)))
    inbox_id = office.take(content())
    with pytest.raises(StoreError, match="locked"):
        office.work().step(lambda: False)
    assert office.row(inbox_id).ending is None


def test_a_worker_that_is_asked_to_stop_hands_back_what_it_has_not_begun(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    inbox_id = office.take(content())
    office.work().step(lambda: True)
    assert office.row(inbox_id).ending is None
    office.work().step(lambda: False)
    assert office.row(inbox_id).ending is Ending.TICKET


def sent(office: Office, *failures: Exception, most: int = 3) -> tuple[DeliveryRow, list[EventKind]]:
    office.post.failures = list(failures)
    office.send(most=most)
    [ticket] = office.tickets()
    [row] = office.deliveries(ticket.row.reference)
    return row, [event.kind for event in ticket.events]


def test_a_mail_that_went_is_noted_with_its_time(store: Store) -> None:
    office = Office(store)
    office.file()
    office.clock.move(seconds=5)
    row, events = sent(office)
    assert (row.state, row.at, row.attempts) == (Delivery.SENT, office.clock(), 1)
    assert events[-1] is EventKind.ACKNOWLEDGEMENT_SENT
    assert office.steps[-4:] == ["claimed", "delivered", "settled", "committed"]


@pytest.mark.parametrize("failure", [Gone("the mail server answered 550 5.1.1"), Refused("it answered 554")])
def test_a_mail_that_will_never_go_is_shown_as_failed_with_the_reason(failure: Exception, store: Store) -> None:
    office = Office(store)
    office.file()
    row, events = sent(office, failure)
    assert (row.state, row.error) == (Delivery.FAILED, str(failure))
    assert events[-1] is EventKind.ACKNOWLEDGEMENT_FAILED
    assert office.balances()


def test_a_mail_that_may_go_later_waits_with_growing_pauses_and_keeps_its_message_id(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    office.file()
    row, _ = sent(office, Retry("the server is away"))
    assert (row.state, row.error) == (Delivery.WAITING, "the server is away")
    office.clock.move(seconds=29)
    row, _ = sent(office)
    assert (row.state, row.attempts) == (Delivery.WAITING, 1)
    office.clock.move(seconds=1)
    row, _ = sent(office)
    assert (row.state, row.attempts, len(office.post.sent)) == (Delivery.SENT, 2, 1)


def test_a_mail_that_never_goes_is_given_up_and_shown(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    office.file()
    for _ in range(3):
        row, events = sent(office, Retry("the server is away"), most=3)
        office.clock.move(hours=5)
    assert (row.state, row.error, row.attempts) == (Delivery.FAILED, "the server is away", 3)
    assert events[-1] is EventKind.ACKNOWLEDGEMENT_FAILED


def test_a_mail_on_which_the_sender_breaks_does_not_stop_the_next_and_ends_as_failed(sqlite_store: Store) -> None:
    office = Office(sqlite_store)
    office.file()
    office.file(content(sender="second@student.test"))
    office.post.failures = [RuntimeError("learner@student.test")]
    office.send(most=2)
    assert [one.recipient for one in office.post.sent] == ["second@student.test"]
    office.clock.move(hours=5)
    office.post.failures = [RuntimeError("learner@student.test")]
    office.send(most=2)
    rows = [row for ticket in office.tickets() for row in office.deliveries(ticket.row.reference)]
    assert sorted((row.state, row.error) for row in rows) == [
        (Delivery.FAILED, "sending it broke (RuntimeError)"),
        (Delivery.SENT, ""),
    ]


def test_a_mail_waits_as_long_as_the_other_side_asks_and_that_is_no_try(store: Store) -> None:
    office = Office(store)
    office.file()
    office.post.failures = [Retry("busy", after=timedelta(minutes=7))] * 3
    for left in (2, 1, 0):
        for minutes in (6, 2):
            office.send(most=2)
            assert (len(office.post.failures), len(office.post.sent), office.waiting()) == (left, 0, 1)
            office.clock.move(minutes=minutes)
    office.send(most=2)
    assert (len(office.post.sent), office.waiting()) == (1, 0)


def test_a_domain_gets_its_mails_at_its_pace_and_the_others_are_not_held_up(store: Store) -> None:
    office = Office(store, caps=Caps(per_address_a_day=100, per_domain_an_hour=100))
    for number in range(9):
        office.file(content(sender=f"a{number}@slow.test"))
    office.file(content(sender="b@other.test"))
    room = PostRoom(store=store, sender=office.post, clock=office.clock, most=2, observe=office.steps.append)
    shift = Shift(worker="sending", lease=timedelta(minutes=1))
    work = SendingWork(room=room, shift=shift, pace=Pace(a_minute=1))
    gone: list[int] = []
    for _ in range(6):
        while work.step(lambda: False) == 0:
            pass
        gone.append(len([one for one in office.post.sent if one.recipient.endswith("@slow.test")]))
        office.clock.move(minutes=1)
    assert gone == [5, 6, 7, 8, 9, 9]
    assert office.post.sent[5].recipient == "b@other.test"
    assert all(row.attempts <= 1 for ticket in office.tickets() for row in office.deliveries(ticket.row.reference))


def test_a_mail_that_keeps_failing_is_tried_for_two_days_with_growing_pauses_and_then_shown(
    sqlite_store: Store,
) -> None:
    office = Office(sqlite_store)
    office.file()
    most = tries_within(timedelta(hours=48))
    office.post.failures = [Retry("the mail server answered 451 4.3.0")] * most
    start, tried = office.clock(), []
    while office.waiting():
        left = len(office.post.failures)
        office.send(most=most)
        if len(office.post.failures) < left:
            tried.append(office.clock() - start)
        office.clock.move(minutes=30 if tried[-1] > timedelta(hours=4) else 0, seconds=30)
    pauses = [after - before for before, after in itertools.pairwise(tried)]
    assert pauses == sorted(pauses)
    assert timedelta(hours=48) <= tried[-1] < timedelta(hours=53)
    [row] = office.deliveries(office.tickets()[0].row.reference)
    assert (row.state, row.error) == (Delivery.FAILED, "the mail server answered 451 4.3.0")

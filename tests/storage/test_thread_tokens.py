"""Facts about thread tokens: made for one ticket and its reporter's address, good for nothing else, on both engines."""

from models.thread_tokens import plus_address, written
from storage.store import Store
from tests.storage.making import opened

LEE, ANN = "lee@student.test", "Ann@student.test"


def test_a_token_leads_its_reporter_to_the_ticket(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx, address=LEE)
        token = tx.threads.of(ticket)
        assert token is not None
        for place in (plus_address("quality.me@intake.test", token), f"3f9a.{token}@intake.test"):
            assert tx.threads.ticket_of(["x@y.test", place], "LEE@student.test") == ticket


def test_for_anybody_else_it_is_no_token(store: Store) -> None:
    with store.write() as tx:
        token = tx.threads.of(opened(tx, address=LEE))
        opened(tx, address=ANN)
        assert token is not None
        assert tx.threads.ticket_of([token], ANN) is None
        assert tx.threads.ticket_of([token], "") is None


def test_tokens_of_two_tickets_in_one_mail_lead_nowhere(store: Store) -> None:
    with store.write() as tx:
        one, other = tx.threads.of(opened(tx, address=LEE)), tx.threads.of(opened(tx, address=LEE))
        assert one is not None
        assert other is not None
        assert tx.threads.ticket_of([one, other], LEE) is None


def test_a_token_that_was_made_up_or_changed_is_none(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx, address=LEE)
        token = tx.threads.of(ticket)
        assert token is not None
        other = "a" if token[-1] != "a" else "b"
        for bad in (written(ticket, "guess"), token[:-1] + other, token.replace("t", "t1", 1), written(2**64 - 1, "x")):
            assert tx.threads.ticket_of([bad], LEE) is None


def test_who_left_no_address_has_no_token(store: Store) -> None:
    with store.write() as tx:
        assert tx.threads.of(opened(tx, address="")) is None
        assert tx.threads.of(999) is None

"""A mail joins a ticket only when it answers one of its mails and comes from the same address."""

import pytest

from models.ticket import Reporter
from storage.store import Store
from tests.storage.making import NOW, entry, opened, outgoing, received


@pytest.fixture
def ticket(store: Store) -> int:
    with store.write() as tx:
        ticket = opened(tx, reference="QM-A", address="Ann@Example.test", message_id="first@example.test")
        tx.tickets.append(ticket, entry(received(tx), message_id="second@example.test"))
        tx.outbox.add(ticket, outgoing("ours@example.test"), purpose="acknowledgement", now=NOW)
    return ticket


@pytest.mark.parametrize("known", ["first@example.test", "second@example.test", "ours@example.test"])
def test_the_same_sender_who_answers_any_mail_of_a_ticket_joins_it(store: Store, ticket: int, known: str) -> None:
    with store.read() as tx:
        assert tx.tickets.joined_by(("unknown@example.test", known), "ann@EXAMPLE.test ") == ticket


def test_another_sender_joins_nothing_and_is_only_mentioned(store: Store, ticket: int) -> None:
    with store.read() as tx:
        assert tx.tickets.joined_by(("first@example.test",), "eve@example.test") is None
        assert tx.tickets.mentioned_by(("first@example.test", "ours@example.test")) == ("QM-A",)


def test_the_same_sender_who_answers_something_else_joins_nothing(store: Store, ticket: int) -> None:
    with store.read() as tx:
        assert tx.tickets.joined_by(("unknown@example.test",), "ann@example.test") is None
        assert tx.tickets.joined_by((), "ann@example.test") is None
        assert tx.tickets.mentioned_by(()) == ()


def test_nobody_without_an_address_joins_a_ticket_without_an_address(store: Store) -> None:
    with store.write() as tx:
        opened(tx, address="", message_id="m@example.test")
        assert tx.tickets.joined_by(("m@example.test",), "") is None
        assert tx.tickets.joined_by(("m@example.test",), "  ") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("kate@example.test", "\N{KELVIN SIGN}ate@example.test"), ("strasse@example.test", "straße@example.test")],
)
def test_addresses_that_only_unicode_folding_makes_equal_are_two_people(store: Store, one: str, other: str) -> None:
    with store.write() as tx:
        ticket = opened(tx, address=one, message_id="m@example.test")
        assert tx.tickets.joined_by(("m@example.test",), other) is None
        assert tx.tickets.joined_by(("m@example.test",), one) == ticket


def test_of_two_tickets_the_newest_is_joined(store: Store, ticket: int) -> None:
    with store.write() as tx:
        newer = opened(tx, address="ann@example.test", message_id="first@example.test")
        assert newer > ticket
        assert tx.tickets.joined_by(("first@example.test",), "ann@example.test") == newer


def test_a_header_with_a_hundred_thousand_references_is_no_fault(store: Store, ticket: int) -> None:
    many = tuple(f"{n}@example.test" for n in range(100_000))
    with store.read() as tx:
        assert tx.tickets.joined_by((*many, "first@example.test"), "ann@example.test") == ticket
        assert not tx.outbox.is_ours(many)


def test_long_message_ids_are_told_apart_by_their_ends(store: Store) -> None:
    long, longer = "a" * 5_000 + "1@example.test", "a" * 5_000 + "2@example.test"
    with store.write() as tx:
        ticket = opened(tx, address="ann@example.test", message_id=long)
        assert tx.tickets.joined_by((long,), "ann@example.test") == ticket
        assert tx.tickets.joined_by((longer,), "ann@example.test") is None


def test_the_reporter_of_a_ticket_is_shown_as_written(store: Store, ticket: int) -> None:
    with store.read() as tx:
        assert tx.tickets.reporters.opened(ticket) == Reporter(name="A Learner", address="Ann@Example.test")

"""Whatever a stranger wrote must never hinder filing: what no database can keep becomes a visible U+FFFD."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rights import SYSTEM
from models.ticket import Event, EventKind, NewTicket, Reporter
from models.verdict import Evidence
from models.work import Ending, Outcome
from storage.store import Store
from storage.types import LONGEST_HANDLE, indexable, storable
from tests.storage.making import MINUTE, NOW, claimed, decision, entry, message, outgoing, verdict
from tests.storage.raw import empty

STRANGE = [
    "a\0b",
    "a\ud800b",
    "\udfff",
    "\ud83d\ude00",
    "\udc80",
    "e\u0301\u202e",
    "\U0010ffff",
    "z" * 100_000,
    "ä" * 9_000,
]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)


def file(store: Store, text: str) -> str:
    """File a message that says `text` wherever a stranger can put a word; gives the reference."""
    reference = "QM-A"
    with store.write() as tx:
        tx.inbox.receive(message(text, account=text, envelope_from=text, envelope_to=(text,)))
        (item,) = claimed(tx)
        tx.inbox.first_with(text, item.id)
        evidence = Evidence(label="impact:4", text=text, start=0, end=1, source="cue")
        seen = verdict(provider=text, site=text, themes=(text,), red_flags=(text,), evidence=(evidence,))
        first = entry(
            item.id, subject=text, text=text, new_text=text, attachments=(text,), defects=(text,), message_id=text
        )
        ticket = tx.tickets.open(
            NewTicket(
                reference=reference,
                channel="imap",
                received_at=NOW,
                entry=first,
                reporter=Reporter(name=text, address=text),
                verdict=seen,
                urgency=1,
            )
        )
        tx.tickets.add_event(ticket, Event(at=NOW, kind=EventKind.RECEIVED, actor=text, detail={text: [text]}))
        tx.tickets.add_verdict(ticket, seen, 1, NOW)
        tx.tickets.decide(ticket, decision(reason=text, provider=text, officer=text), version=2, urgency=1)
        tx.outbox.add(ticket, outgoing(text, recipient=text, text=text, headers=((text, text),)), purpose="x", now=NOW)
        tx.inbox.settle(item, Outcome(ending=Ending.TICKET, ticket_id=ticket, reason=text), NOW)
    return reference


@pytest.mark.parametrize("text", STRANGE, ids=ascii)
def test_strange_text_everywhere_is_filed_and_found_again(store: Store, text: str) -> None:
    reference = file(store, text)
    kept = storable(text)
    with store.write() as tx:
        assert not tx.inbox.receive(message(text, account=text)).new
        ticket = tx.tickets.get(reference, SYSTEM)
        (item,) = tx.outbox.claim(worker=text, now=NOW, lease=MINUTE)
        assert tx.outbox.is_ours((text,))
        assert tx.outbox.written_to(text, NOW) == 1
        assert tx.tickets.mentioned_by((text,)) == (reference,)
        assert ticket
        (whole,) = tx.tickets.originals(ticket.row.id)
        reporter = tx.tickets.reporters.opened(ticket.row.id)

    assert (ticket.entries[0].text, ticket.entries[0].subject, ticket.entries[0].attachments) == (kept, kept, (kept,))
    assert (whole.text, whole.subject, whole.attachments, whole.message_id) == (kept, kept, (kept,), kept)
    assert (reporter.name, reporter.address) == (kept, kept)
    assert ticket.verdicts[0].evidence[0].text == kept
    assert ticket.decisions[0].reason == kept
    assert ticket.events[0].detail == {kept: [kept]}
    assert item.outgoing.headers == ((kept, kept),)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ANY_TEXT)
def test_any_text_everywhere_is_filed(store: Store, text: str) -> None:
    empty(store)
    reference = file(store, text)
    with store.read() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)

    assert ticket
    assert ticket.entries[0].text == storable(text)


@given(text=ANY_TEXT)
def test_only_what_cannot_be_kept_is_replaced(text: str) -> None:
    kept = storable(text)

    assert "\0" not in kept
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert storable(kept) == kept
    if text.isprintable():
        assert kept == text


def test_what_is_replaced_can_be_seen() -> None:
    assert storable("a\0b\ud800c\udfff") == "a\ufffdb\ufffdc\ufffd"
    assert storable("\ud83d\ude00") == "\U0001f600"


@given(text=st.text(max_size=20).map(lambda text: text * 60), other=st.text(max_size=20).map(lambda text: text * 60))
def test_handles_are_short_and_equal_only_when_their_texts_are(text: str, other: str) -> None:
    assert len(indexable(text).encode()) <= LONGEST_HANDLE
    assert indexable(indexable(text)) == indexable(text)
    assert (indexable(text) == indexable(other)) == (storable(text) == storable(other))

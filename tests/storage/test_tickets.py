from datetime import timedelta

import pytest

from models.rights import SYSTEM
from models.sealing import Anonymity
from models.ticket import (
    Event,
    EventKind,
    NewTicket,
    QueueFilter,
    Reporter,
    SealedReporter,
    Ticket,
    TicketState,
)
from models.verdict import Evidence, Kind
from storage.store import ReferenceTaken, StaleTicket, Store, StoreError
from tests.storage.making import MINUTE, NOW, decision, entry, opened, received, verdict
from tests.storage.threads import at_once

READ = Event(at=NOW, kind=EventKind.STATE, actor="officer@example.test", detail={"to": "being_read"})


def look(store: Store, reference: str = "QM-A") -> Ticket:
    with store.read() as tx:
        ticket = tx.tickets.get(reference, SYSTEM)
    assert ticket
    return ticket


def test_a_ticket_comes_back_as_it_was_opened(store: Store) -> None:
    seen = verdict(
        provider="RWE",
        site="RWEAA",
        provider_candidates=("RWE", "RNQ"),
        specialties=("cardiology", "nursing"),
        guessed_specialties=("nursing",),
        themes=("supervision", "rota"),
        red_flags=("violence",),
        needs_person=True,
        needs_person_reasons=("unclear",),
        evidence=(
            Evidence(label="impact:4", text="alone at night", start=4, end=18, source="cue"),
            Evidence(label="kind:concern", text="worried", start=None, end=None, source="cue"),
        ),
    )
    with store.write() as tx:
        first = entry(
            received(tx),
            attachments=("rota.pdf (application/pdf, 3 bytes)",),
            masked_attachments=("application/pdf, 3 bytes",),
            masked_subject="R",
            masked_text="No [name]",
            defects=("no date",),
        )
        reporter = Reporter(name="Ann Example", address="Ann@Example.test")
        new = NewTicket(
            reference="QM-A",
            channel="imap",
            received_at=NOW,
            entry=first,
            reporter=reporter,
            verdict=seen,
            urgency=104,
        )
        ticket_id = tx.tickets.open(new)
        assert tx.tickets.reference_of(ticket_id) == "QM-A"
        assert tx.tickets.reference_of(ticket_id + 1) is None
        assert tx.tickets.get("QM-B", SYSTEM) is None
    ticket = look(store)

    with store.read() as tx:
        assert tx.tickets.originals(ticket_id) == (first,)
        assert tx.tickets.reporters.opened(ticket_id) == reporter
    (shown,) = ticket.entries
    assert (shown.subject, shown.text, shown.attachments) == ("R", "No [name]", ("application/pdf, 3 bytes",))
    assert ticket.reporter == SealedReporter(anonymity=Anonymity.NAMED, has_name=True, has_address=True)
    assert ticket.verdicts == (seen,)
    assert ticket.decisions == ()
    assert ticket.events == ()
    row = ticket.row
    assert (row.id, row.version, row.state, row.urgency) == (ticket_id, 1, TicketState.NEW, 104)
    assert (row.kind, row.provider, row.site, row.isf, row.red_flags) == (
        Kind.CONCERN,
        "RWE",
        "RWEAA",
        1,
        ("violence",),
    )
    assert (row.subject, row.received_at, row.decided, row.graded, row.needs_person) == ("R", NOW, False, True, True)


def test_a_taken_reference_leaves_the_transaction_usable(store: Store) -> None:
    with store.write() as tx:
        opened(tx, reference="QM-A")
        with pytest.raises(ReferenceTaken):
            opened(tx, reference="QM-A")
        opened(tx, reference="QM-B")

    with store.read() as tx:
        assert {row.reference for row in tx.tickets.queue(QueueFilter(), SYSTEM).rows} == {"QM-A", "QM-B"}


def test_a_follow_up_joins_the_ticket_and_moves_its_version(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx, reference="QM-A")
        tx.tickets.append(ticket, entry(received(tx), new_text="It is worse now."))
    found = look(store)

    assert [part.text for part in found.entries] == ["No rota.", "It is worse now."]
    assert (found.row.version, found.row.state) == (2, TicketState.NEW)


def test_a_follow_up_opens_a_closed_ticket_again(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx, reference="QM-A")
        tx.tickets.set_state(ticket, TicketState.CLOSED, version=1, event=READ)
        tx.tickets.append(ticket, entry(received(tx)))
    found = look(store)

    assert found.row.state is TicketState.NEW
    assert found.row.version == 3
    assert found.events[-1].detail == {"from": "closed", "to": "new"}


def test_a_follow_up_leaves_an_open_ticket_in_its_state(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx, reference="QM-A")
        tx.tickets.set_state(ticket, TicketState.WITH_PROVIDER, version=1, event=READ)
        tx.tickets.append(ticket, entry(received(tx)))

    assert look(store).row.state is TicketState.WITH_PROVIDER


def test_a_message_belongs_to_one_ticket_only(store: Store) -> None:
    with store.write() as tx:
        one, two = opened(tx), opened(tx)
        message = received(tx)
        tx.tickets.append(one, entry(message))

    with pytest.raises(StoreError) as refused, store.write() as tx:
        tx.tickets.append(two, entry(message))
    assert not refused.value.retry


def test_a_decision_stands_beside_the_verdict(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx, reference="QM-A", seen=verdict(needs_person=True, provider="RNQ"))
        tx.tickets.decide(ticket, decision(isf=4), version=1, urgency=8)
    found = look(store)

    assert found.decisions == (decision(isf=4),)
    assert found.verdicts == (verdict(needs_person=True, provider="RNQ"),)
    assert (found.row.isf, found.row.provider, found.row.decided, found.row.needs_person) == (4, "RWE", True, False)
    assert (found.row.version, found.row.urgency) == (2, 8)
    assert [(line.kind, line.actor) for line in found.events] == [(EventKind.DECIDED, "officer@example.test")]


def test_a_second_decision_stands_beside_the_first(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx, reference="QM-A")
        tx.tickets.decide(ticket, decision(isf=3), version=1, urgency=6)
        tx.tickets.decide(ticket, decision(isf=0, reason="settled"), version=2, urgency=0)

    assert [one.isf for one in look(store).decisions] == [3, 0]
    assert look(store).row.isf == 0


def test_whoever_read_an_older_version_changes_nothing(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx, reference="QM-A")
        tx.tickets.append(ticket, entry(received(tx)))
    before = look(store)

    with pytest.raises(StaleTicket) as stale, store.write() as tx:
        tx.tickets.decide(ticket, decision(), version=1, urgency=4)
    with pytest.raises(StaleTicket), store.write() as tx:
        tx.tickets.set_state(ticket, TicketState.CLOSED, version=1, event=READ)

    assert not stale.value.retry
    assert look(store) == before


def test_of_four_officers_that_decide_at_once_one_does(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx, reference="QM-A")

    def decide(which: int) -> bool:
        try:
            with store.write() as tx:
                tx.tickets.decide(ticket, decision(isf=which), version=1, urgency=which)
        except StaleTicket:
            return False
        return True

    assert sorted(at_once(4, decide)) == [False, False, False, True]
    assert len(look(store).decisions) == 1


def test_the_timeline_keeps_its_order_and_its_details(store: Store) -> None:
    lines = [
        Event(at=NOW + timedelta(hours=n), kind=EventKind.READ, actor=f"o{n}", detail={"n": n, "deep": {"list": [n]}})
        for n in (2, 1, 3)
    ]
    with store.write() as tx:
        ticket = opened(tx, reference="QM-A")
        for line in lines:
            tx.tickets.add_event(ticket, line)

    assert list(look(store).events) == lines


def test_tickets_are_counted_by_state_and_by_kind_within_a_state(store: Store) -> None:
    with store.write() as tx:
        opened(tx, seen=verdict(kind=Kind.ENQUIRY))
        opened(tx)
        closed = opened(tx)
        tx.tickets.set_state(closed, TicketState.CLOSED, version=1, event=READ)
        decided = opened(tx)
        tx.tickets.decide(decided, decision(kind=Kind.GOOD_PRACTICE), version=1, urgency=0)
        states, lanes = tx.tickets.counts(SYSTEM), tx.tickets.lane_counts(SYSTEM)
        new = tx.tickets.lane_counts(SYSTEM, TicketState.NEW)

    assert states == {
        **dict.fromkeys(TicketState, 0),
        TicketState.NEW: 2,
        TicketState.BEING_READ: 1,
        TicketState.CLOSED: 1,
    }
    assert lanes == {**dict.fromkeys(Kind, 0), Kind.ENQUIRY: 1, Kind.CONCERN: 2, Kind.GOOD_PRACTICE: 1}
    assert new == {**dict.fromkeys(Kind, 0), Kind.ENQUIRY: 1, Kind.CONCERN: 1}


def test_category_4_is_never_a_programs(store: Store) -> None:
    with pytest.raises(StoreError) as refused, store.write() as tx:
        opened(tx, seen=verdict(isf=4))
    assert not refused.value.retry
    with store.write() as tx:
        ticket = opened(tx, reference="QM-A")
        tx.tickets.decide(ticket, decision(isf=4), version=1, urgency=8)
    with pytest.raises(StoreError), store.write() as tx:
        tx.tickets.add_verdict(ticket, verdict(isf=4), 8, NOW + MINUTE)

"""Clocks, alerts and assignment follow what happens to a ticket, in the same transaction."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert

from models.audit import ActFilter, Action
from models.clocks import Clock
from models.desk_work import About, Care, Preferences
from models.rights import SYSTEM, Role
from models.ticket import Event, EventKind, QueueFilter, TicketRow, TicketState
from models.verdict import Kind
from storage.rights_tables import ConflictTable
from storage.store import NotForOfficer, NotForViewer, Store, Transaction
from tests.storage.making import NOW, decision, entry, opened, received, verdict

DAY = timedelta(days=1)
CLOSING = NOW.replace(hour=17, minute=0, second=0, microsecond=0)
"""Of a Tuesday."""


def row(tx: Transaction) -> TicketRow:
    """The only ticket, as the queue shows it."""
    (found,) = tx.tickets.queue(QueueFilter(), SYSTEM).rows
    return found


def event(kind: EventKind, *, actor: str = "intake", **detail: str) -> Event:
    return Event(at=NOW, kind=kind, actor=actor, detail=detail)


def still_open(tx: Transaction, ticket: int) -> list[Clock]:
    return [one.clock for one in tx.clocks.of(ticket) if one.done_at is None]


def test_clocks_stop_when_the_timeline_says_that_it_is_done(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx)
        assert still_open(tx, ticket) == list(Clock)
        assert (row(tx).due_at, row(tx).due_clock) == (CLOSING + DAY, "acknowledgement")
        tx.tickets.add_event(ticket, event(EventKind.ACKNOWLEDGEMENT_SENT))
        assert (row(tx).due_at, row(tx).due_clock) == (CLOSING + 2 * DAY, "reading")
        tx.clocks.read(ticket, NOW)
        assert still_open(tx, ticket) == [Clock.DECISION, Clock.REPLY]
        tx.tickets.decide(ticket, decision(), version=1, urgency=4)
        assert still_open(tx, ticket) == [Clock.REPLY]
        tx.tickets.add_event(ticket, event(EventKind.LETTER_QUEUED, purpose="question"))
        assert still_open(tx, ticket) == [Clock.REPLY]
        tx.tickets.add_event(ticket, event(EventKind.LETTER_QUEUED, purpose="reply"))
        assert (still_open(tx, ticket), row(tx).due_at, row(tx).due_clock) == ([], None, "")


def test_a_worse_grade_makes_the_clocks_shorter_and_a_message_that_is_no_concern_has_none_for_a_decision(
    store: Store,
) -> None:
    with store.write() as tx:
        ticket = opened(tx)
        tx.tickets.add_verdict(ticket, verdict(isf=3, red_flags=("violence",)), 106, NOW)
        assert row(tx).due_at == CLOSING
        question = opened(tx, seen=verdict(kind=Kind.ENQUIRY))
        assert Clock.DECISION not in still_open(tx, question)


def test_waiting_for_the_reporter_pauses_by_itself_and_their_answer_lets_the_clocks_run_on(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx)
        tx.tickets.add_event(ticket, event(EventKind.ACKNOWLEDGEMENT_SENT))
        before = {one.clock: one.due_at for one in tx.clocks.of(ticket)}
        waiting = replace(event(EventKind.STATE), detail={"from": "new", "to": "waiting"})
        tx.tickets.set_state(ticket, TicketState.WAITING, version=1, event=waiting)
        pause = tx.clocks.paused(ticket)
        assert pause is not None
        assert (pause.reason, row(tx).due_at, row(tx).due_clock) == ("We wait for the reporter.", None, "paused")
        assert tx.clocks.breaches(NOW + 100 * DAY) == ()
        tx.tickets.append(ticket, entry(received(tx), at=NOW + 2 * DAY))  # two closing times have passed
        after = {one.clock: one.due_at for one in tx.clocks.of(ticket)}
        assert tx.clocks.paused(ticket) is None
        assert after[Clock.DECISION] == before[Clock.DECISION] + 2 * DAY
        assert row(tx).due_at is not None


def test_a_pause_by_an_officer_has_a_reason_and_one_at_a_time(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx)
        assert tx.clocks.pause(ticket, reason="The trust looks into it.", actor="sam@nhs.test", at=NOW)
        assert not tx.clocks.pause(ticket, reason="Another.", actor="sam@nhs.test", at=NOW)
        assert tx.clocks.resume(ticket, NOW)
        assert not tx.clocks.resume(ticket, NOW)


def test_what_has_run_out_is_told_once_and_a_closed_ticket_has_no_clock(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx)
        late = tx.clocks.breaches(CLOSING + DAY)
        assert [one.clock for one in late] == [Clock.ACKNOWLEDGEMENT]
        tx.clocks.told(late, NOW)
        assert tx.clocks.breaches(CLOSING + DAY) == ()
        closed = event(EventKind.CLOSED, actor="sam@nhs.test")
        tx.tickets.set_state(ticket, TicketState.CLOSED, version=1, event=closed)
        assert still_open(tx, ticket) == []
        tx.tickets.append(ticket, entry(received(tx), at=NOW + DAY))
        assert still_open(tx, ticket) == [Clock.READING, Clock.REPLY]


def test_a_red_flag_calls_people_until_a_named_person_has_acknowledged_it(store: Store) -> None:
    with store.write() as tx:
        ticket = opened(tx, seen=verdict(red_flags=("violence",)))
        [alert] = tx.alerts.to_tell(again_before=NOW)
        assert (alert.flags, alert.times) == (("violence",), 0)
        tx.alerts.told(ticket, NOW)
        assert tx.alerts.to_tell(again_before=NOW - DAY) == ()
        assert len(tx.alerts.to_tell(again_before=NOW)) == 1
        assert tx.alerts.acknowledge(ticket, officer="sam@nhs.test", at=NOW)
        assert not tx.alerts.acknowledge(ticket, officer="kim@nhs.test", at=NOW)
        assert (tx.alerts.open_for(SYSTEM), tx.alerts.care(ticket)) == ((), Care(at=NOW, officer="sam@nhs.test"))
        tx.tickets.add_verdict(ticket, verdict(red_flags=("safeguarding",)), 106, NOW)
        assert tx.alerts.open_for(SYSTEM)[0].flags == ("safeguarding", "violence")
    with store.read() as tx:
        acts = tx.audit.find(ActFilter(action=Action.ALERT_ACKNOWLEDGED))
    assert [act.actor for act in acts] == ["sam@nhs.test"]


def test_a_ticket_is_given_to_whoever_may_decide_on_it_and_to_nobody_else(store: Store) -> None:
    with store.write() as tx:
        sam = tx.officers.add(email="sam@nhs.test", name="Sam")
        kim = tx.officers.add(email="kim@nhs.test", name="Kim")
        reads = tx.officers.add(email="reads@nhs.test", name="Reader", roles=(Role.READ_ONLY,))
    with store.write() as tx:
        ticket = opened(tx)
        assert tx.assignments.assign(ticket, kim.id, viewer=sam.viewer, at=NOW)
        assert not tx.assignments.assign(ticket, kim.id, viewer=sam.viewer, at=NOW)
        assert (row(tx).assignee_id, row(tx).version) == (kim.id, 2)
        assert [one.about for one in tx.notices.waiting()] == [About.ASSIGNED]
        with pytest.raises(NotForOfficer):
            tx.assignments.assign(ticket, reads.id, viewer=sam.viewer, at=NOW)
        with pytest.raises(NotForViewer):
            tx.assignments.assign(ticket, sam.id, viewer=reads.viewer, at=NOW)
        values = {"ticket_id": ticket, "officer_id": sam.id, "kind": "named", "source": "test", "found_at": NOW}
        tx.access._connection.execute(insert(ConflictTable).values(values))
        with pytest.raises(NotForOfficer):
            tx.assignments.assign(ticket, sam.id, viewer=kim.viewer, at=NOW)
        assert tx.assignments.assign(ticket, None, viewer=kim.viewer, at=NOW)
        shown = tx.tickets.get(row(tx).reference, SYSTEM)
    assert shown is not None
    assert [one.detail["to"] for one in shown.events if one.kind is EventKind.ASSIGNED] == ["kim@nhs.test", ""]


def test_an_officer_is_told_only_of_what_they_chose(store: Store) -> None:
    with store.write() as tx:
        sam = tx.officers.add(email="sam@nhs.test", name="Sam")
        chosen = replace(Preferences(), mail_about=frozenset({About.ANSWERED}), shortcuts=False)
        tx.notices.choose(sam.id, chosen)
        assert tx.notices.preferences(sam.id) == chosen
        ticket = opened(tx)
        tx.assignments.assign(ticket, sam.id, viewer=SYSTEM, at=NOW)
        assert tx.notices.waiting() == ()
        tx.tickets.add_event(ticket, event(EventKind.FOLLOW_UP))
        [notice] = tx.notices.waiting()
        assert notice.about is About.ANSWERED
        tx.notices.done((notice.id,))
        assert tx.notices.waiting() == ()


def test_the_queue_is_filtered_by_label_person_channel_and_clock(store: Store) -> None:
    with store.write() as tx:
        sam = tx.officers.add(email="sam@nhs.test", name="Sam")
        one = opened(tx, seen=verdict(themes=("rota",), specialties=("326",)))
        other = opened(tx, channel="telegram", received_at=NOW + DAY)
        tx.assignments.assign(one, sam.id, viewer=SYSTEM, at=NOW)
        tx.letters.tag(other, "induction", officer="sam@nhs.test", at=NOW)
        assert tx.clocks.pause(other, reason="Why.", actor="sam@nhs.test", at=NOW)
        for wanted, expected in (
            (QueueFilter(labels=("theme:rota", "specialty:326")), [one]),
            (QueueFilter(labels=("theme:rota", "specialty:1")), []),
            (QueueFilter(assignee_id=sam.id), [one]),
            (QueueFilter(unassigned=True), [other]),
            (QueueFilter(channels=("telegram", "web")), [other]),
            (QueueFilter(tags=("induction",)), [other]),
            (QueueFilter(received_since=NOW + DAY), [other]),
            (QueueFilter(received_before=NOW + DAY), [one]),
            (QueueFilter(due_before=NOW + 30 * DAY), [one]),
            (QueueFilter(paused=True), [other]),
        ):
            assert [found.id for found in tx.tickets.queue(wanted, SYSTEM).rows] == expected
        tx.tickets.decide(one, decision(themes=(), specialties=()), version=2, urgency=4)
        assert tx.tickets.queue(QueueFilter(labels=("theme:rota",)), SYSTEM).rows == ()
        assert tx.tickets.newer(QueueFilter(), SYSTEM, than=one) == (1, other)

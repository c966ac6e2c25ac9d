"""Doing what the dialogue decided: every effect, within the transaction that settles the message."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from intake.conversing import moves
from intake.conversing.entries import (
    ANSWERED,
    CHANGED,
    FLAG_OF,
    label_of,
    question_text,
    summary_of,
    told_verdict,
    urgency_of,
)
from intake.conversing.performance import Performance
from intake.dialogue import effects as do
from models.sealing import Anonymity
from models.ticket import Event, EventKind, NewTicket, Reporter
from models.work import Ending, Outcome
from storage.questions import QuestionState


def perform(work: Performance, effects: tuple[do.Effect, ...]) -> None:
    """Do all of it. Replies come after what they speak of; links are cut last, so that the last reply still goes."""
    work.leaves = any(isinstance(one, do.Leave) for one in effects)
    for effect in effects:
        if not isinstance(effect, do.Say | do.Leave | do.CutLink):
            PERFORMERS[type(effect)](work, effect)
    for number, said in enumerate(one for one in effects if isinstance(one, do.Say)):
        work.say(said, number)
    for effect in effects:
        if isinstance(effect, do.CutLink):
            PERFORMERS[type(effect)](work, effect)


def _open_ticket(work: Performance, effect: do.OpenTicket) -> None:
    first, *rest = work.parts
    assert work.verdict is not None
    ticket_id = work.tx.tickets.open(
        NewTicket(
            reference=effect.reference,
            channel=first.item.message.channel,
            received_at=first.item.message.received_at,
            entry=work.entry(first, opens=True),
            reporter=Reporter(name="", address="", anonymity=Anonymity.ANONYMOUS),
            verdict=work.verdict,
            urgency=urgency_of(work.verdict),
        )
    )
    work.room.observe("opened")
    work.tx.questions.set_terms(ticket_id)
    work.tx.tickets.add_event(ticket_id, Event(at=first.item.message.received_at, kind=EventKind.RECEIVED))
    work.event(ticket_id, EventKind.PREGRADED, **summary_of(work.verdict))
    work.event(ticket_id, EventKind.ACKNOWLEDGEMENT_QUEUED, channel=work.conversation.channel)
    if effect.related:
        work.event(ticket_id, EventKind.POSSIBLY_RELATED, reference=effect.related)
    work.file(first, ticket_id, Ending.TICKET)
    for part in rest:
        work.tx.tickets.append(ticket_id, work.entry(part))
        work.file(part, ticket_id, Ending.FOLLOW_UP)


def _append(work: Performance, effect: do.Append) -> None:
    ticket_id = work.ticket(effect.reference)
    subject = question_text(effect.question) if effect.question else ""
    work.append(ticket_id, subject=subject, label=label_of(effect.question, effect.label) if effect.label else "")
    if not effect.label:
        work.weigh(ticket_id)


def _edit_entry(work: Performance, effect: do.EditEntry) -> None:
    ticket_id = work.ticket(effect.reference)
    work.append(ticket_id, subject=CHANGED)
    work.weigh(ticket_id)


def _answer(work: Performance, effect: do.Answer) -> None:
    ticket_id = work.ticket(effect.reference)
    work.append(ticket_id, subject=ANSWERED)
    answer_id = work.parts[0].item.id
    work.tx.questions.end(effect.question, QuestionState.ANSWERED, work.now, answer_id=answer_id)
    work.event(ticket_id, EventKind.ANSWER, question=effect.question)
    work.weigh(ticket_id)


def _ignore(work: Performance, effect: do.Ignore) -> None:
    for part in work.parts:
        work.outcomes[part.item.id] = Outcome(ending=Ending.IGNORED, reason=effect.reason)
    if effect.scrub:
        work.tx.reports.scrub(tuple(part.item.id for part in work.parts), work.now)


def _link(work: Performance, effect: do.Link) -> None:
    work.tx.conversations.link(work.conversation.id, work.ticket(effect.reference))


def _record(work: Performance, effect: do.Record) -> None:
    ticket_id = work.ticket(effect.reference)
    if effect.slot == "question":
        work.tx.questions.end(int(effect.value), QuestionState.NO_REPLY, work.now)
        work.event(ticket_id, EventKind.NO_ANSWER, question=int(effect.value))
        work.tx.tickets.stop_waiting(ticket_id, work.now)
        return
    # The words of a free answer stand in its entry alone; the timeline tells codes.
    work.event(ticket_id, EventKind.TOLD, slot=effect.slot, value=effect.value, how=effect.how)
    if effect.slot == "provider" and effect.how == "told" and effect.value:
        work.tx.reports.set_place(ticket_id, effect.value)


def _set_level(work: Performance, effect: do.SetLevel) -> None:
    work.tx.questions.set_terms(work.ticket(effect.reference), level=effect.level.value)


def _set_reporter(work: Performance, effect: do.SetReporter) -> None:
    work.tx.reports.set_reporter(work.ticket(effect.reference), name=effect.name, address=effect.contact)
    for part in work.parts:
        if part.message.told:  # who they are is kept apart from the report, and not in its bytes as well
            told = tuple(one for one in part.message.told if one[0] not in ("name", "contact"))
            work.tx.reports.rewrite(part.item.id, replace(part.message, told=told).as_raw())


def _issue_code(work: Performance, effect: do.IssueCode) -> None:
    work.tx.codes.issue(work.ticket(effect.reference), work.room.hasher.hash(effect.code), work.now)


def _alert(work: Performance, effect: do.AlertOfficer) -> None:
    ticket_id = work.ticket(effect.reference)
    work.event(ticket_id, EventKind.ALERTED, why=effect.why.value)
    if effect.why in FLAG_OF:
        verdict = told_verdict(effect.why, sure=effect.sure)
        work.tx.tickets.add_verdict(ticket_id, verdict, urgency_of(verdict), work.now)


def _decline(work: Performance, effect: do.Decline) -> None:
    ticket_id = work.ticket(effect.reference)
    work.tx.questions.end(effect.question, QuestionState.DECLINED, work.now)
    work.event(ticket_id, EventKind.NO_ANSWER, question=effect.question)
    work.tx.tickets.stop_waiting(ticket_id, work.now)
    if effect.for_good:
        work.tx.questions.set_terms(ticket_id, questions_welcome=False)


def _feedback(work: Performance, effect: do.Feedback) -> None:
    comment = work.parts[0].message.text if effect.comment and work.parts else ""
    work.tx.questions.felt(answer=effect.answer, comment=comment, now=work.now)
    if effect.comment:
        work.tx.reports.scrub(tuple(part.item.id for part in work.parts), work.now)


PERFORMERS: Mapping[type, Callable[[Performance, Any], None]] = MappingProxyType(
    {
        do.OpenTicket: _open_ticket,
        do.Append: _append,
        do.EditEntry: _edit_entry,
        do.Answer: _answer,
        do.Ignore: _ignore,
        do.Link: _link,
        do.Record: _record,
        do.SetLevel: _set_level,
        do.SetReporter: _set_reporter,
        do.IssueCode: _issue_code,
        do.AlertOfficer: _alert,
        do.Decline: _decline,
        do.Feedback: _feedback,
        do.MoveEntry: moves.move,
        do.RemoveOld: moves.remove_old,
        do.RemoveFiles: moves.remove_files,
        do.CutLink: moves.cut_link,
        do.CloseByReporter: moves.withdraw,
        do.Erase: moves.ask_erasure,
        do.Reopen: moves.reopen,
    }
)
"""Effect -> who does it. Say and Leave are done by `perform` itself."""

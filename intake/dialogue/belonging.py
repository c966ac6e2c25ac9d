"""Where a message belongs: a new report, the one that is talked about, one of several, or an officer's question.

Every message of substance gets its place before anything is asked about it: nobody has to choose before they may speak.
"""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from intake.dialogue.asking import ask, resume
from intake.dialogue.effects import (
    AlertOfficer,
    Answer,
    Append,
    Ignore,
    Link,
    OpenTicket,
    Record,
    Reopen,
    Why,
)
from intake.dialogue.events import Edited, Failed, Hints, Said
from intake.dialogue.states import IDLE, How, Report, Risk, Slot, TimerKind, as_text
from intake.dialogue.turn import Turn
from intake.dialogue.understanding import says_something

QUIET = timedelta(minutes=15)
NUDGE = timedelta(hours=24)
WHICH = timedelta(minutes=15)
REOPENING = timedelta(days=28)
MOST_A_DAY = 5
"""Reports that one chat may open on a day; what comes after is added to the last one, never dropped."""
OFFICERS = ("ASK.discreet", "ASK.show", "ASK.remind")


class Place(StrEnum):
    """Where a message went."""

    NOWHERE = "nowhere"
    OPENED = "opened"
    MORE = "more"
    """Added to the report whose questions are under way."""
    ADDED = "added"
    """Added to a report that was sent before."""
    WHICH = "which"
    """Added to the newest of several, until somebody says which one it is."""
    REOPENED = "reopened"
    ANSWERED = "answered"


def place(turn: Turn, *, failed: bool = False) -> Place:
    """Give the message its place."""
    state = turn.state
    if state.asking in OFFICERS and state.question and not failed:
        return answer(turn)
    if not _has_substance(turn) and not failed:
        turn.do(Ignore(reason="Nothing to act on, such as a greeting. If more follows, it opens a report."))
        return Place.NOWHERE
    current = turn.report
    if current is not None and not (current.closed or current.sent or current.lapsed):
        turn.append()
        _wait_for_quiet(turn, current.reference)
        return Place.MORE
    if state.open_reports:
        return _to_an_open_one(turn)
    closed = max((one for one in state.reports if one.closed), key=lambda one: one.closed, default=None)
    if closed is not None and turn.since(closed.closed) <= REOPENING and state.asking != "TELL.open":
        return reopen(turn, closed.reference)
    return open_report(turn, failed=failed, related=closed.reference if closed else "")


def _to_an_open_one(turn: Turn) -> Place:
    state = turn.state
    known = [one.reference for one in state.open_reports]
    if len(known) > 1 and state.asking not in ("TELL.more", "STATUS.one"):
        return _one_of_several(turn)
    return _added(turn, state.current if state.current in known else known[-1])


def _has_substance(turn: Turn) -> bool:
    event = turn.event
    if isinstance(event, Said):
        hints = event.hints
        return bool(event.files) or hints.crisis or hints.risk_now or hints.safeguarding or says_something(event.text)
    return isinstance(event, Edited | Failed) and says_something(event.text)


def answer(turn: Turn) -> Place:
    """The message answers the officer's question that is open."""
    turn.do(Answer(reference=turn.state.question_of, question=turn.state.question))
    turn.drop_timer(TimerKind.REMIND, str(turn.state.question))
    turn.change(question=0, question_of="")
    return Place.ANSWERED


def open_report(turn: Turn, *, failed: bool = False, related: str = "") -> Place:
    """Open a report with the message, unless this chat has opened as many as it may on one day."""
    day = turn.facts.at.date().isoformat()
    number = turn.state.opened_on[1] + 1 if turn.state.opened_on[0] == day else 1
    if number > MOST_A_DAY and turn.state.reports:
        return _added(turn, turn.state.reports[-1].reference)
    turn.change(opened_on=(day, number))
    reference = turn.facts.reference
    turn.do(OpenTicket(reference=reference, failed=failed, related=related))
    event = turn.event
    begin(turn, reference, event.hints if isinstance(event, Said | Edited) else Hints())
    files = len(event.files) if isinstance(event, Said) else 0
    turn.change_report(reference, files=files)
    return Place.OPENED


def begin(turn: Turn, reference: str, hints: Hints) -> None:
    """Talk about a report that was opened just now, with what the classifier knows of it already."""
    report = _guessed(Report(reference=reference, opened=as_text(turn.facts.at), messages=1), hints)
    turn.change(reports=(*turn.state.reports, report), current=reference)
    turn.change(last=turn.facts.row, last_of=reference, changing=False)
    turn.do(Link(reference=reference))
    for name in ("risk", "provider", "specialty"):
        slot = report.slot(name)
        if not slot.open:
            turn.do(Record(reference=reference, slot=name, value=slot.value, shown=slot.shown, how=slot.how))
    if not report.risk.open:
        alert(turn, reference, Why.URGENT)
    _wait_for_quiet(turn, reference)
    turn.in_time(TimerKind.NUDGE, NUDGE, reference)


def _guessed(report: Report, hints: Hints) -> Report:
    if hints.risk_now:
        report = report.with_slot("risk", Slot(value=Risk.YES, shown=Risk.YES, how=How.GUESSED))
    if hints.place is not None:
        slot = Slot(value=hints.place.code, shown=hints.place.name, how=How.GUESSED)
        report = report.with_slot("provider", slot)
    elif hints.maybe:
        report = replace(report, maybe=tuple((one.code, one.name) for one in hints.maybe[:3]))
    if hints.specialty:
        slot = Slot(value=hints.specialty, shown=hints.specialty_name, how=How.GUESSED)
        report = report.with_slot("specialty", slot)
    return report


def alert(turn: Turn, reference: str, why: Why, *, sure: bool = True) -> None:
    """Tell officers; from then on quiet alone tells them nothing new."""
    turn.do(AlertOfficer(reference=reference, why=why, sure=sure))
    turn.change_report(reference, alerted=True)
    turn.drop_timer(TimerKind.QUIET, reference)


def _wait_for_quiet(turn: Turn, reference: str) -> None:
    report = turn.state.report(reference)
    if report is not None and not report.alerted:
        turn.in_time(TimerKind.QUIET, QUIET, reference)


def _added(turn: Turn, reference: str) -> Place:
    turn.change(current=reference, last=turn.facts.row, last_of=reference)
    turn.do(Append(reference=reference))
    report = turn.state.report(reference)
    if report is not None:
        turn.change_report(reference, messages=report.messages + 1)
    return Place.ADDED


def _one_of_several(turn: Turn) -> Place:
    newest = turn.state.open_reports[-1].reference
    _added(turn, newest)
    rows = (*turn.state.unsure, turn.facts.row) if turn.state.asking == "OPEN.which" else (turn.facts.row,)
    turn.change(unsure=rows)
    turn.in_time(TimerKind.WHICH, WHICH, newest)
    return Place.WHICH


def reopen(turn: Turn, reference: str) -> Place:
    """Add the message to a closed report, which is open again."""
    _added(turn, reference)
    turn.do(Reopen(reference=reference))
    turn.change_report(reference, closed="")
    alert(turn, reference, Why.REOPENED)
    turn.change(closing="")
    return Place.REOPENED


def say_where(turn: Turn, found: Place) -> None:
    """Tell where the message went, and go on from there."""
    match found:
        case Place.NOWHERE:
            _greet(turn)
        case Place.OPENED:
            turn.say("RECEIPT.first")
        case Place.MORE:
            turn.say("TELL.more" if turn.state.asking == "TELL.more" else "RECEIPT.more")
        case Place.ADDED:
            turn.say("OPEN.added", time=turn.facts.at.isoformat())
        case Place.WHICH:
            ask(turn, "OPEN.which")
        case Place.REOPENED:
            turn.change(asking=IDLE)
            turn.lead("CLOSE.reopened")
        case Place.ANSWERED:
            turn.lead("ASK.thanks", ref=_answered(turn))
            resume(turn)


def lead_with(turn: Turn, found: Place) -> None:
    """Say where the message went in a line before something else; what is asked later goes on from there."""
    if found is Place.OPENED:
        turn.lead("RECEIPT.lead")
        turn.change(asking="RECEIPT.first", paused=IDLE)
    elif found is Place.ANSWERED:
        turn.lead("ASK.thanks", ref=_answered(turn))
    elif found is not Place.NOWHERE:
        turn.lead("ADDED.lead", ref=turn.state.last_of)


def _answered(turn: Turn) -> str:
    return next(one.reference for one in turn.effects if isinstance(one, Answer))


def _greet(turn: Turn) -> None:
    asking = turn.state.asking
    if asking in ("TELL.open", "TELL.more"):
        turn.say(asking)
    elif turn.report is None:
        turn.say("START.welcome")
    else:
        resume(turn)

"""What happens when nothing happens: officers are told, one reminder is sent, questions lapse. Reports never do."""

from datetime import UTC, datetime, time, timedelta

from intake.dialogue.asking import ask, open_questions
from intake.dialogue.belonging import alert
from intake.dialogue.effects import MoveEntry, Record, Why
from intake.dialogue.events import Due
from intake.dialogue.states import IDLE, Timer, TimerKind, as_text
from intake.dialogue.turn import Turn, interrupts
from models.clocks import LONDON

FROM, UNTIL = time(8), time(20)
"""Nobody is reminded of anything at night."""
LAPSE = timedelta(days=7)


def due(turn: Turn, event: Due) -> None:
    """A timer has run out; one that was set anew or taken back meanwhile does nothing."""
    if not any((one.kind, one.subject) == (event.kind, event.subject) for one in turn.state.timers):
        return
    turn.drop_timer(event.kind, event.subject)
    {
        TimerKind.QUIET: _quiet,
        TimerKind.NUDGE: _nudge,
        TimerKind.LAPSE: _lapse,
        TimerKind.REMIND: _remind,
        TimerKind.WHICH: _which,
    }[event.kind](turn, event.subject)


def _quiet(turn: Turn, reference: str) -> None:
    report = turn.state.report(reference)
    if report is not None and not report.alerted and not report.closed:
        alert(turn, reference, Why.QUIET)


def _nudge(turn: Turn, reference: str) -> None:
    report = turn.state.report(reference)
    if report is None or report.sent or report.closed or report.lapsed or turn.state.gone:
        return
    number = open_questions(report)
    if not number:
        return
    at = _in_daytime(turn.facts.at)
    if at > turn.facts.at:
        turn.change(timers=(*turn.state.timers, Timer(kind=TimerKind.NUDGE, at=as_text(at), subject=reference)))
        return
    turn.in_time(TimerKind.LAPSE, LAPSE, reference)
    if turn.facts.can_write:
        turn.change(current=reference)
        turn.say("NUDGE.day", n_questions=str(number))


def _in_daytime(at: datetime) -> datetime:
    here = at.astimezone(LONDON)
    if FROM <= here.time() < UNTIL:
        return at
    day = here.date() if here.time() < FROM else here.date() + timedelta(days=1)
    return datetime.combine(day, FROM, tzinfo=LONDON).astimezone(UTC)


def _lapse(turn: Turn, subject: str) -> None:
    if subject.startswith("question:"):
        _no_reply(turn, int(subject.partition(":")[2]))
        return
    turn.change_report(subject, lapsed=True)
    if turn.state.current == subject and turn.report is not None and not turn.report.sent:
        turn.change(asking=IDLE, paused=IDLE, offered=(), nonce="")


def _remind(turn: Turn, question: str) -> None:
    if str(turn.state.question) != question or turn.state.gone:
        return
    turn.in_time(TimerKind.LAPSE, LAPSE, f"question:{question}")
    if turn.facts.can_write:
        ask(turn, "ASK.remind")


def _no_reply(turn: Turn, question: int) -> None:
    if turn.state.question != question:
        return
    reference = turn.state.question_of
    turn.do(Record(reference=reference, slot="question", value=str(question), shown="no reply", how="lapsed"))
    turn.change(question=0, question_of="")
    if turn.state.asking.startswith("ASK."):
        base = turn.state.paused
        turn.change(asking=base if not interrupts(base) else IDLE, paused=IDLE, offered=(), nonce="")


def _which(turn: Turn, reference: str) -> None:
    for row in turn.state.unsure:
        turn.do(MoveEntry(row=row, of=reference, to=reference, by_rule=True))
    turn.change(unsure=())
    if turn.state.asking == "OPEN.which":
        turn.change(asking=IDLE, paused=IDLE, offered=(), nonce="")

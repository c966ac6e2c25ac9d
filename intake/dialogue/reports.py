"""A report from its receipt to its sending, and what can be done with it later: add, see, withdraw, delete."""

from collections.abc import Callable

from intake.dialogue.asking import QUESTIONS, ask, chosen_report, proceed, rest, resume
from intake.dialogue.belonging import alert, begin
from intake.dialogue.effects import (
    AlertOfficer,
    CutLink,
    MoveEntry,
    Why,
)
from intake.dialogue.events import Hints
from intake.dialogue.states import IDLE, TimerKind
from intake.dialogue.turn import Turn


def tell(turn: Turn, option: str) -> None:  # noqa: ARG001 - every button's handler is told its id
    """Tell us what happened."""
    turn.change(asking=IDLE, paused=IDLE)
    turn.say("TELL.open")


def add_more(turn: Turn, option: str) -> None:  # noqa: ARG001
    """More to tell before anything is asked."""
    turn.say("TELL.more" if turn.report else "TELL.open")


def carry_on(turn: Turn, option: str) -> None:  # noqa: ARG001
    """Go on with the questions."""
    proceed(turn)


def everything(turn: Turn, option: str) -> None:  # noqa: ARG001
    """That is everything: on to the questions, or back to the box that is still empty."""
    if turn.report is None:
        turn.say("TELL.open")
    else:
        proceed(turn)


def stop(turn: Turn, option: str) -> None:  # noqa: ARG001
    """No more for now. What was told stays told."""
    put_off(turn, "LATER")


def put_off(turn: Turn, words: str) -> None:
    """Ask nothing more for now."""
    turn.lead(words if turn.report else "STOPPED.empty")
    rest(turn)


def send(turn: Turn, option: str) -> None:  # noqa: ARG001
    """The report is right as it stands: officers are told, and a link that is to be cut is cut."""
    report = turn.report
    if report is None:
        rest(turn)
        return
    reference = report.reference
    turn.change_report(reference, sent=True)
    for kind in (TimerKind.QUIET, TimerKind.NUDGE, TimerKind.LAPSE):
        turn.drop_timer(kind, reference)
    if report.alerted:
        turn.do(AlertOfficer(reference=reference, why=Why.SENT))
    else:
        alert(turn, reference, Why.SENT)
    at = turn.facts.at.isoformat()
    if report.cut:
        turn.change(asking=IDLE, paused=IDLE)
        turn.say("RECEIPT.cut", date_time=at)
        turn.do(CutLink(reference=reference))
        turn.forget(reference)
        return
    turn.say("RECEIPT.final", date_time=at)


def change(turn: Turn, option: str) -> None:  # noqa: ARG001
    """Which answer is to be changed."""
    turn.say("CHECK.change")


def change_one(turn: Turn, option: str) -> None:
    """Ask one question again."""
    turn.change(changing=True)
    ask(turn, QUESTIONS[option])


def something_else(turn: Turn, option: str) -> None:  # noqa: ARG001
    """The last message is about something else: it opens a report of its own."""
    state = turn.state
    if not state.last or state.report(state.last_of) is None:
        resume(turn)
        return
    reference, row, of = turn.facts.reference, state.last, state.last_of
    turn.do(MoveEntry(row=row, of=of, to=reference, opens=True))
    turn.change_report(of, messages=max(0, (state.report(of) or turn.state.reports[0]).messages - 1))
    begin(turn, reference, Hints())
    turn.change(last=row)
    turn.say("RECEIPT.first")


def which_report(turn: Turn, option: str) -> None:
    """Which of several reports the last messages belong to."""
    chosen = chosen_report(turn, option)
    if chosen is None:
        ask(turn, "OPEN.which")
        return
    for row in turn.state.unsure:
        if turn.state.last_of and chosen.reference != turn.state.last_of:
            turn.do(MoveEntry(row=row, of=turn.state.last_of, to=chosen.reference))
    _settle_which(turn)
    turn.change(current=chosen.reference, last_of=chosen.reference)
    turn.say("OPEN.added", time=turn.facts.at.isoformat())


def which_new(turn: Turn, option: str) -> None:
    """None of them: a new report."""
    rows = turn.state.unsure
    of = turn.state.last_of
    _settle_which(turn)
    if not rows or turn.state.report(of) is None:
        resume(turn)
        return
    turn.change(last=rows[0])
    something_else(turn, option)
    for row in rows[1:]:
        turn.do(MoveEntry(row=row, of=of, to=turn.state.current))


def _settle_which(turn: Turn) -> None:
    for timer in turn.state.timers:
        if timer.kind is TimerKind.WHICH:
            turn.drop_timer(timer.kind, timer.subject)
    turn.change(unsure=())


def status(turn: Turn, option: str = "") -> None:  # noqa: ARG001
    """Where a report stands, never what it says."""
    reports = turn.state.reports
    if not reports:
        turn.say("STATUS.none")
    elif len(reports) == 1:
        turn.change(current=reports[0].reference)
        ask(turn, "STATUS.one")
    else:
        ask(turn, "STATUS.many")


def status_of_one(turn: Turn, option: str) -> None:
    """One of several."""
    chosen = chosen_report(turn, option)
    if chosen is None:
        status(turn)
        return
    turn.change(current=chosen.reference)
    ask(turn, "STATUS.one")


def ask_update(turn: Turn, option: str) -> None:  # noqa: ARG001
    """The reporter would like news."""
    turn.do(AlertOfficer(reference=turn.state.current, why=Why.UPDATE_WANTED))
    turn.lead("UPDATE.done")
    resume(turn)


def check_typed(turn: Turn) -> None:
    """More words at the summary are added, and it is shown again."""
    turn.append()
    turn.lead("ADDED.lead")
    ask(turn, turn.state.asking)


OPTIONS: dict[tuple[str, str], Callable[[Turn, str], None]] = {
    ("CHECK.summary", "send"): send,
    ("CHECK.summary", "change"): change,
    **{("CHECK.change", slot): change_one for slot in QUESTIONS},
    ("OPEN.added", "something_else"): something_else,
    ("OPEN.which", "report"): which_report,
    ("OPEN.which", "new"): which_new,
    ("STATUS.many", "report"): status_of_one,
    ("STATUS.one", "ask_update"): ask_update,
    ("TELL.open", "everything"): everything,
    ("TELL.more", "everything"): everything,
}
"""(prompt, button) -> what pressing it does."""

ANYWHERE: dict[str, Callable[[Turn, str], None]] = {
    "tell": tell,
    "add_more": add_more,
    "carry_on": carry_on,
    "not_now": stop,
    "stop": stop,
    "status": status,
}
"""Buttons that mean the same wherever they stand."""

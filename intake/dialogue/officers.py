"""What officers ask and decide, as it reaches the reporter; and what the reporter says to it."""

from collections.abc import Callable
from datetime import timedelta

from intake.dialogue.asking import ask, question_of, rest, resume
from intake.dialogue.belonging import REOPENING, Place, place, reopen, say_where
from intake.dialogue.effects import AlertOfficer, Decline, Feedback, Ignore, Reopen, Why
from intake.dialogue.events import Asked, Closed
from intake.dialogue.states import IDLE, TimerKind, as_text
from intake.dialogue.turn import Turn

REMIND = timedelta(days=7)
COMMENT = "How the reporter felt about us. It is kept apart from the report."


def asked(turn: Turn, event: Asked) -> None:
    """Announce an officer's question: without its words, unless the chat is not discreet."""
    if turn.state.report(event.reference) is None:
        return
    turn.change(question=event.question, question_of=event.reference)
    turn.in_time(TimerKind.REMIND, REMIND, str(event.question))
    ask(turn, "ASK.discreet" if turn.state.discreet else "ASK.show")


def read(turn: Turn, option: str) -> None:  # noqa: ARG001 - every button's handler is told its id
    """Show the question, in the place of its announcement."""
    if not turn.state.question:
        turn.lead("ASK.closed")
        resume(turn)
        return
    turn.change(asking=turn.state.asking if turn.state.asking.startswith("ASK.") else "ASK.discreet")
    turn.say("ASK.show", replaces_question=True, **question_of(turn))


def decline(turn: Turn, option: str) -> None:
    """The reporter would rather not say; or wants no more questions at all."""
    question, reference = turn.state.question, turn.state.question_of
    if not question:
        turn.lead("ASK.closed")
        resume(turn)
        return
    for_good = option == "stop_questions"
    turn.do(Decline(reference=reference, question=question, for_good=for_good))
    turn.drop_timer(TimerKind.REMIND, str(question))
    turn.change(question=0, question_of="")
    turn.lead("ASK.stopped" if for_good else "ASK.declined", ref=reference)
    resume(turn)


def closed(turn: Turn, event: Closed) -> None:
    """Tell that a report was closed, and what was done."""
    reference = event.reference
    if turn.state.report(reference) is None:
        return
    turn.change_report(reference, closed=as_text(turn.facts.at), lapsed=True)
    turn.change(closing=reference, timers=tuple(one for one in turn.state.timers if one.subject != reference))
    if turn.state.question_of == reference:
        turn.drop_timer(TimerKind.REMIND, str(turn.state.question))
        turn.change(question=0, question_of="")
    turn.say("CLOSE.tell", outcome=event.outcome, reference=reference, ref=reference)


def _too_late(turn: Turn, reference: str) -> bool:
    report = turn.state.report(reference)
    return report is None or turn.since(report.closed) > REOPENING


def thanks(turn: Turn, option: str) -> None:  # noqa: ARG001
    """One last question."""
    ask(turn, "CLOSE.feedback")


def not_sorted(turn: Turn, option: str) -> None:  # noqa: ARG001
    """Open the report again."""
    reference = turn.state.closing
    if _too_late(turn, reference):
        turn.change(closing="", asking=IDLE, paused=IDLE)
        turn.say("TELL.open")
        return
    turn.do(Reopen(reference=reference), AlertOfficer(reference=reference, why=Why.REOPENED))
    turn.change_report(reference, closed="", alerted=True)
    turn.change(closing="", current=reference, asking=IDLE, paused=IDLE)
    turn.lead("CLOSE.reopened", ref=reference)
    rest(turn)


def closing_typed(turn: Turn) -> None:
    """Words after a closing open the report again."""
    reference = turn.state.closing
    if _too_late(turn, reference):
        turn.change(closing="", asking=IDLE, paused=IDLE)
        say_where(turn, place(turn))
        return
    reopen(turn, reference)
    say_where(turn, Place.REOPENED)


def feedback(turn: Turn, option: str) -> None:
    """How the reporter felt."""
    turn.do(Feedback(reference=turn.state.closing, answer=option))
    turn.change(closing="")
    turn.lead("CLOSE.listened")
    resume(turn)


def no_feedback(turn: Turn, option: str) -> None:  # noqa: ARG001
    """Rather not."""
    turn.change(closing="")
    resume(turn)


def comment(turn: Turn) -> None:
    """Words instead of a button."""
    turn.do(Ignore(reason=COMMENT), Feedback(reference=turn.state.closing, comment=True))
    turn.change(closing="")
    turn.lead("CLOSE.listened")
    resume(turn)


OPTIONS: dict[tuple[str, str], Callable[[Turn, str], None]] = {
    **{(prompt, "read"): read for prompt in ("ASK.discreet", "ASK.remind")},
    **{(prompt, "decline"): decline for prompt in ("ASK.show", "ASK.remind")},
    ("ASK.show", "stop_questions"): decline,
    **{(prompt, "thanks"): thanks for prompt in ("CLOSE.tell", "CLOSE.again")},
    **{(prompt, "not_sorted"): not_sorted for prompt in ("CLOSE.tell", "CLOSE.again")},
    **{("CLOSE.feedback", one): feedback for one in ("yes", "partly", "no")},
    ("CLOSE.feedback", "skip"): no_feedback,
}
"""(prompt, button) -> what pressing it does."""

TYPED: dict[str, Callable[[Turn], None]] = {
    "CLOSE.tell": closing_typed,
    "CLOSE.again": closing_typed,
    "CLOSE.feedback": comment,
}
"""Prompt -> what a typed text does there that is none of its buttons."""

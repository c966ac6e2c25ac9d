"""Distress and danger: looked for before anything consumes the text.

"I want to die" typed at *Where did this happen?* is never filed as a hospital. A false alarm costs one kind message.
"""

from collections.abc import Callable
from datetime import timedelta

from intake.dialogue.asking import proceed, rest, resume
from intake.dialogue.belonging import Place, alert, lead_with, place
from intake.dialogue.effects import Why
from intake.dialogue.events import Hints
from intake.dialogue.states import IDLE, How, Risk, Slot, as_text
from intake.dialogue.turn import Turn

CRISIS_AGAIN = timedelta(minutes=30)
"""The list of helplines is not repeated within this time."""


def before_all(turn: Turn, hints: Hints) -> bool:
    """Distress and danger; True when nothing else is to be said in this turn."""
    if hints.crisis:
        crisis(turn)
        return True
    report = turn.report
    new = hints.risk_now and (report is None or report.risk.open or report.sent)
    if new and not _risk_known(turn):
        _risk(turn)
        return True
    if hints.safeguarding and not (report and report.safeguarded):
        _safeguarding(turn)
        return True
    return False


def crisis(turn: Turn) -> None:
    """Somebody may be about to die. Their message has its place first; then people they can talk to now."""
    found = _kept(turn)
    reference = turn.state.current
    alert(turn, reference, Why.CRISIS)
    recent = turn.since(turn.state.crisis_at) <= CRISIS_AGAIN
    if found is Place.OPENED:
        turn.change(asking="RECEIPT.first", paused=IDLE)
    turn.change(crisis=True)
    if recent:
        turn.say("CRISIS.again")
        return
    turn.change(crisis_at=as_text(turn.facts.at))
    turn.say("CRISIS.self")


def _kept(turn: Turn) -> Place:
    before = turn.state.question_of
    found = place(turn)
    if found is Place.ANSWERED:
        turn.change(current=before)
    return found


def _risk_known(turn: Turn) -> bool:
    report = turn.report
    return report is not None and report.risk.value in (Risk.YES, Risk.UNSURE)


def _risk(turn: Turn) -> None:
    found = _kept(turn)
    reference = turn.state.current
    if found is not Place.OPENED:
        turn.change_report(reference, risk=Slot(value=Risk.YES, shown=Risk.YES, how=How.GUESSED))
        alert(turn, reference, Why.URGENT)
    lead_with(turn, found)
    turn.say("RISK.yes")


def _safeguarding(turn: Turn) -> None:
    found = _kept(turn)
    reference = turn.state.current
    turn.change_report(reference, safeguarded=True)
    alert(turn, reference, Why.SAFEGUARDING)
    lead_with(turn, found)
    turn.say("SAFEG.child")


def safe(turn: Turn, option: str) -> None:  # noqa: ARG001 - every button's handler is told its id
    """The person says they are safe."""
    turn.say("CRISIS.resume")


def not_safe(turn: Turn, option: str) -> None:  # noqa: ARG001
    """The person is not safe: one line, and the team is told again."""
    alert(turn, turn.state.current, Why.CRISIS)
    turn.say("CRISIS.unsafe")


def after_crisis(turn: Turn, option: str) -> None:
    """Carry on, or leave it for today."""
    base = turn.state.paused
    turn.change(crisis=False)
    if option == "leave":
        turn.lead("LATER")
        rest(turn)
    elif base:
        resume(turn)
    else:
        proceed(turn)


def crisis_typed(turn: Turn) -> None:
    """Words after the helplines: added, and no hurry."""
    _kept(turn)
    turn.say("CRISIS.again" if turn.state.asking == "CRISIS.unsafe" else "CRISIS.resume")


def what_now(turn: Turn) -> None:
    """Somebody asks what happens now. They get the truth: who reads it and when, and who is there until then."""
    turn.say("CRISIS.next")


def noticed(turn: Turn, reference: str) -> None:
    """Distress was seen only when the message was read once more: who wrote it hears where help is, once."""
    state = turn.state
    if state.report(reference) is None or state.gone or turn.since(state.crisis_at) <= CRISIS_AGAIN:
        return
    turn.change(crisis=True, crisis_at=as_text(turn.facts.at), current=reference)
    turn.say("CRISIS.later")


_DISTRESS = ("CRISIS.self", "CRISIS.unsafe", "CRISIS.again", "CRISIS.next", "CRISIS.later")
OPTIONS: dict[tuple[str, str], Callable[[Turn, str], None]] = {
    **{(prompt, "safe"): safe for prompt in _DISTRESS},
    **{(prompt, "not_safe"): not_safe for prompt in _DISTRESS if prompt != "CRISIS.unsafe"},
    **{("CRISIS.resume", one): after_crisis for one in ("carry_on", "leave")},
}
"""(prompt, button) -> what pressing it does."""
TYPED: dict[str, Callable[[Turn], None]] = dict.fromkeys(_DISTRESS, crisis_typed)
"""Prompt -> what a typed text does there that is none of its buttons."""

"""Moving about: back, skip, cancel, and the commands that work everywhere."""

from collections.abc import Callable

from intake.dialogue.asking import QUESTIONS, SLOT_OF, ask, proceed, rest, resume
from intake.dialogue.effects import AlertOfficer, Why
from intake.dialogue.questions import skip as skip_question
from intake.dialogue.reports import status
from intake.dialogue.rights import code, delete
from intake.dialogue.states import IDLE, SLOTS, How, Report
from intake.dialogue.turn import RECEIPTS, RESTING, Turn, interrupts

BEFORE = {
    "RISK.yes": "RISK.ask",
    "NAME.ask": "IDENT.ask",
    "CONTACT.ask": "NAME.ask",
    "ANON.link": "IDENT.ask",
    "ANON.cut": "ANON.link",
    "ANON.sure": "ANON.link",
    "CHECK.change": "CHECK.summary",
    "CHECK.summary": "IDENT.ask",
    "TELL.open": "START.welcome",
    "WHERE.pick": "WHERE.ask",
}
"""Prompt -> the one before it, where that does not depend on the answers."""
SKIPPABLE = frozenset({*SLOT_OF, "NAME.ask", "CONTACT.ask", "ANON.link", "RISK.yes"})


def back(turn: Turn, option: str = "") -> None:  # noqa: ARG001 - every button's handler is told its id
    """One question back, with the answer that was given there; out of an interrupt to what it interrupted."""
    asking = turn.state.asking
    if interrupts(asking):
        resume(turn)
        return
    before = BEFORE.get(asking) or _question_before(turn, asking)
    if not before:
        turn.lead("BACK.first")
        resume(turn)
        return
    report = turn.report
    slot = SLOT_OF.get(before)
    if report is not None and slot and not report.slot(slot).open:
        turn.lead("BACK.answer", answer=answer_of(report, slot))
    turn.change(changing=True, paused=IDLE)
    ask(turn, before)


def answer_of(report: Report, slot: str) -> str:
    """A slot's answer as the code's word; the renderer puts it into the wording."""
    found = report.slot(slot)
    if found.how is How.SKIPPED:
        return "skipped"
    return f"{slot}:{found.value}" if slot in ("risk", "identity") else found.shown


def _question_before(turn: Turn, asking: str) -> str:
    report, slot = turn.report, SLOT_OF.get(asking)
    if report is None or slot is None:
        return ""
    earlier = [one for one in SLOTS[: SLOTS.index(slot)] if not report.slot(one).open]
    return QUESTIONS[earlier[-1]] if earlier else ""


def skip(turn: Turn, option: str = "") -> None:  # noqa: ARG001
    """Leave this question out."""
    asking = turn.state.asking
    if asking in SKIPPABLE:
        skip_question(turn)
    elif asking in RECEIPTS or asking == "TELL.more":
        proceed(turn)
    elif interrupts(asking):
        resume(turn)
    else:
        turn.lead("SKIP.none")
        resume(turn)


def cancel(turn: Turn) -> None:
    """No more questions. The report stays."""
    report = turn.report
    if report is None or report.closed:
        turn.lead("STOPPED.empty")
        rest(turn)
    elif report.sent:
        turn.lead("LATER")
        rest(turn)
    else:
        turn.change_report(report.reference, lapsed=True)
        turn.change(asking=IDLE, paused=IDLE)
        turn.say("CANCEL.done")


def start(turn: Turn) -> None:
    """Hello; or, for somebody who is in the midst of it, where we are."""
    if turn.state.asking in RESTING and not turn.state.reports:
        turn.say("START.welcome")
    elif turn.state.asking in RESTING:
        status(turn)
    else:
        resume(turn)


def interrupting(name: str) -> Callable[..., None]:
    """Show a prompt, and return afterwards to what was being asked."""

    def shown(turn: Turn, option: str = "") -> None:  # noqa: ARG001
        turn.say(name)

    return shown


def call_back(turn: Turn, option: str) -> None:  # noqa: ARG001
    """A person shall call."""
    report = turn.report
    if report is None:
        turn.lead("CALL.none")
    else:
        turn.do(AlertOfficer(reference=report.reference, why=Why.CALL_BACK))
        turn.lead("CALL.done")
    resume(turn)


COMMANDS: dict[str, Callable[[Turn], None]] = {
    "start": start,
    "help": interrupting("HELP"),
    "status": status,
    "privacy": interrupting("PRIV.short"),
    "delete": delete,
    "support": interrupting("SUPPORT"),
    "human": interrupting("HUMAN"),
    "code": code,
    "back": back,
    "skip": skip,
    "cancel": cancel,
}
"""Command -> what it does, with or without its slash."""

ANYWHERE: dict[str, Callable[[Turn, str], None]] = {
    "back": back,
    "skip": skip,
    "support": interrupting("SUPPORT"),
    "privacy": interrupting("PRIV.short"),
    "human": interrupting("HUMAN"),
    "web_form": interrupting("WEB.form"),
    "have_reference": interrupting("LINK.ask"),
    "lost": interrupting("LINK.lost"),
}
"""Buttons that mean the same wherever they stand."""
OPTIONS: dict[tuple[str, str], Callable[[Turn, str], None]] = {("HUMAN", "call_back"): call_back}
"""(prompt, button) -> what pressing it does."""

"""What the reporter may have done with their data: withdraw, delete, get a copy; and a code to come back with."""

from collections.abc import Callable

from intake.dialogue.asking import ask, chosen_report, rest, resume
from intake.dialogue.effects import AlertOfficer, CloseByReporter, CutLink, Erase, Why
from intake.dialogue.questions import show_code
from intake.dialogue.states import as_text
from intake.dialogue.turn import Turn


def withdraw(turn: Turn, option: str) -> None:  # noqa: ARG001
    """Take the report back: asked once more."""
    if turn.report:
        turn.say("DEL.withdraw")
    else:
        turn.lead("DEL.none")
        resume(turn)


def withdrawn(turn: Turn, option: str) -> None:  # noqa: ARG001
    """Yes, withdraw it."""
    reference = turn.state.current
    turn.do(CloseByReporter(reference=reference))
    turn.change_report(reference, closed=as_text(turn.facts.at), lapsed=True, sent=True)
    _no_timers(turn, reference)
    turn.lead("DEL.done", what_was_done="withdrawn", ref=reference)
    rest(turn)


def _no_timers(turn: Turn, reference: str) -> None:
    turn.change(timers=tuple(one for one in turn.state.timers if one.subject != reference))


def kept(turn: Turn, option: str) -> None:  # noqa: ARG001
    """No, keep it."""
    turn.change(erasing="")
    turn.lead("DEL.kept")
    resume(turn)


def delete(turn: Turn, option: str = "") -> None:  # noqa: ARG001
    """Ask what is to be deleted."""
    if turn.state.reports:
        turn.say("DEL.ask")
    else:
        turn.lead("DEL.none")
        resume(turn)


def delete_what(turn: Turn, option: str) -> None:
    """A choice was made: the link, a report, or everything."""
    if option != "report":
        turn.change(erasing=option)
        turn.say("DEL.sure")
    elif len(turn.state.reports) == 1:
        _sure_of(turn, turn.state.reports[0].reference)
    else:
        ask(turn, "DEL.which")


def delete_which(turn: Turn, option: str) -> None:
    """One of several reports."""
    chosen = chosen_report(turn, option)
    if chosen is None:
        ask(turn, "DEL.which")
        return
    _sure_of(turn, chosen.reference)


def _sure_of(turn: Turn, reference: str) -> None:
    turn.change(erasing=reference, current=reference)
    turn.say("DEL.sure")


def deleted(turn: Turn, option: str) -> None:  # noqa: ARG001
    """Yes, delete."""
    what = turn.state.erasing
    turn.change(erasing="")
    references = [one.reference for one in turn.state.reports]
    chosen = [what] if what in references else references if what in ("link", "everything") else []
    if not chosen:
        resume(turn)
        return
    for reference in chosen:
        if what != "link":
            turn.do(Erase(reference=reference))
        turn.do(CutLink(reference=reference))
    for reference in chosen:
        turn.forget(reference)
    done = what if what in ("link", "everything") else "report"
    turn.lead("DEL.done", what_was_done=done, ref=chosen[0])
    rest(turn)


def copy(turn: Turn, option: str) -> None:  # noqa: ARG001
    """A copy of what we keep."""
    if turn.state.reports:
        reference = turn.state.current or turn.state.reports[-1].reference
        turn.do(AlertOfficer(reference=reference, why=Why.COPY))
        turn.lead("COPY.done", ref=reference)
    else:
        turn.lead("COPY.none")
    resume(turn)


def code(turn: Turn, option: str = "") -> None:  # noqa: ARG001
    """An access code, on request."""
    if turn.report is None:
        turn.lead("CODE.none")
        resume(turn)
    else:
        show_code(turn, "CODE.show")


OPTIONS: dict[tuple[str, str], Callable[[Turn, str], None]] = {
    ("DEL.withdraw", "yes"): withdrawn,
    ("DEL.withdraw", "no"): kept,
    **{("DEL.ask", one): delete_what for one in ("link", "report", "everything")},
    ("DEL.which", "report"): delete_which,
    ("DEL.sure", "yes"): deleted,
    ("DEL.sure", "no"): kept,
    ("PRIV.short", "delete"): delete,
    ("PRIV.short", "copy"): copy,
}
"""(prompt, button) -> what pressing it does."""
ANYWHERE: dict[str, Callable[[Turn, str], None]] = {"withdraw": withdraw, "code": code, "new_code": code}
"""Buttons that mean the same wherever they stand."""

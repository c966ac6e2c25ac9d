"""What was filled in beside the text in a form: the same slots as the questions fill, so that these are not asked."""

from intake.dialogue.asking import proceed
from intake.dialogue.belonging import alert
from intake.dialogue.effects import OpenTicket, SetLevel, SetReporter, Why
from intake.dialogue.events import Said
from intake.dialogue.questions import fill
from intake.dialogue.states import How, Level, Risk, Slot
from intake.dialogue.turn import Turn

LONGEST = 200
"""Characters of an answer that are kept in a slot; the whole of it stands in the report."""


def take_in(turn: Turn, event: Said) -> None:
    """Fill the slots of a report that the form has opened just now, and go on with what is still open.

    Risk and privacy are asked for when the form leaves them empty; the place and the specialty are not.
    """
    if turn.report is None or not any(isinstance(one, OpenTicket) for one in turn.effects):
        return
    told = {name: answer.strip()[:LONGEST] for name, answer in event.told}
    _risk(turn, told.get("risk", ""))
    for name in ("provider", "specialty"):
        _typed(turn, name, told.get(name, ""))
    _identity(turn, told)
    if turn.state.asking != "RECEIPT.first":
        return  # something more pressing is being said; the questions come after it
    turn.lead("RECEIPT.lead")
    if turn.report.risk.value in (Risk.YES, Risk.UNSURE):
        turn.say("RISK.yes")
    else:
        proceed(turn)


def _risk(turn: Turn, answer: str) -> None:
    if answer not in list(Risk):
        return
    fill(turn, "risk", Slot(value=answer, shown=answer, how=How.TOLD))
    if answer != Risk.NO:
        alert(turn, turn.state.current, Why.URGENT, sure=answer != Risk.UNSURE)


def _typed(turn: Turn, name: str, answer: str) -> None:
    report = turn.report
    if report is None or not report.slot(name).open:
        return  # the classifier was sure; the summary shows it
    if not answer:
        fill(turn, name, Slot(how=How.SKIPPED))
    elif name == "provider" and report.maybe:
        return  # it is asked which of the likely ones was meant
    else:
        fill(turn, name, Slot(shown=answer, how=How.TOLD))
    if name == "provider":
        turn.change_report(report.reference, maybe=())


def _identity(turn: Turn, told: dict[str, str]) -> None:
    answer = told.get("identity", "")
    if answer not in list(Level):
        return
    reference = turn.state.current
    fill(turn, "identity", Slot(value=answer, shown=answer, how=How.TOLD))
    turn.do(SetLevel(reference=reference, level=Level(answer)))
    if answer != Level.ANONYMOUS:
        turn.do(SetReporter(reference=reference, name=told.get("name", ""), contact=told.get("contact", "")))
        turn.change_report(reference, name_asked=True, contact_asked=True)

"""The four questions and what hangs on them: risk, provider, specialty, identity."""

from collections.abc import Callable

from intake.dialogue.asking import SLOT_OF, ask, proceed
from intake.dialogue.belonging import alert
from intake.dialogue.effects import Ignore, IssueCode, Record, SetLevel, SetReporter, Why
from intake.dialogue.events import Hints, Said
from intake.dialogue.states import How, Level, Risk, Slot
from intake.dialogue.turn import Turn
from intake.dialogue.understanding import LABEL, as_shown

MOST_TRIES = 2
"""An answer that does not fit is asked for once more; after that the question is skipped."""
ABOUT_REPORTER = "What the reporter said of themselves. It is kept apart from the report."


def fill(turn: Turn, name: str, slot: Slot) -> None:
    """Fill a slot of the report that is talked about, and say so in its timeline."""
    report = turn.report
    if report is None:
        return
    turn.change_report(report.reference, **{name: slot})
    turn.do(Record(reference=report.reference, slot=name, value=slot.value, shown=slot.shown, how=slot.how))


def skip(turn: Turn) -> None:
    """Leave the question open for good, and go on."""
    asking = turn.state.asking
    if asking in SLOT_OF:
        report = turn.report
        slot = SLOT_OF[asking]
        if report is not None and report.slot(slot).open:
            fill(turn, slot, Slot(shown=report.slot(slot).shown, how=How.SKIPPED))
        turn.change_report(turn.state.current, maybe=())
    elif asking == "NAME.ask":
        turn.change_report(turn.state.current, name_asked=True)
    elif asking == "CONTACT.ask":
        turn.change_report(turn.state.current, contact_asked=True)
    elif asking == "ANON.link":
        turn.change_report(turn.state.current, link_asked=True)
    proceed(turn)


def again(turn: Turn) -> None:
    """The answer does not fit: it is part of the report, and the question is asked once more."""
    turn.append()
    tries = turn.state.tries + 1
    if tries >= MOST_TRIES:
        turn.lead("ADDED.lead")
        skip(turn)
        return
    turn.lead("ADDED.lead")
    asking = turn.state.asking
    ask(turn, asking)
    turn.change(tries=tries)


def risk(turn: Turn, option: str) -> None:
    """Yes, no, not sure."""
    turn.append(question="RISK.ask", label=option)
    fill(turn, "risk", Slot(value=option, shown=option, how=How.TOLD))
    if option == Risk.NO:
        proceed(turn)
        return
    alert(turn, turn.state.current, Why.URGENT, sure=option != Risk.UNSURE)
    turn.say("RISK.yes")


def risk_more(turn: Turn, option: str) -> None:
    """Whether somebody on site knows."""
    turn.append(question="RISK.yes", label=option)
    proceed(turn)


def risk_told(turn: Turn) -> None:
    """Who is at risk, and what is happening."""
    turn.append()
    turn.lead("ADDED.lead")
    proceed(turn)


def where_typed(turn: Turn) -> None:
    """A place by its name. An unknown one is kept as it was typed; a story is added to the report."""
    hints = turn.event.hints if isinstance(turn.event, Said) else Hints()
    if hints.place is not None:
        turn.append(question="WHERE.ask")
        _take_place(turn, hints.place.code, hints.place.name)
    elif hints.maybe:
        turn.append(question="WHERE.ask")
        turn.change_report(turn.state.current, maybe=tuple((one.code, one.name) for one in hints.maybe[:3]))
        _keep_typed(turn)
        ask(turn, "WHERE.pick")
    elif len(turn.text) <= LABEL:
        turn.append(question="WHERE.ask")
        _take_place(turn, "", turn.text.strip())
    else:
        again(turn)


def _keep_typed(turn: Turn) -> None:
    # Not filled yet, but what "None of these" will keep.
    if len(turn.text) <= LABEL:
        turn.change_report(turn.state.current, provider=Slot(shown=turn.text.strip()))


def where_picked(turn: Turn, option: str) -> None:
    """One of the places that were offered."""
    report = turn.report
    number = int(option.removeprefix("place_"))
    maybe = report.maybe if report else ()
    if number > len(maybe):
        ask(turn, "WHERE.ask")
        return
    turn.append(question="WHERE.pick", label=maybe[number - 1][1])
    _take_place(turn, *maybe[number - 1])


def where_none(turn: Turn, option: str) -> None:  # noqa: ARG001 - every button's handler is told its id
    """None of the places that were offered: what was typed stands."""
    turn.append(question="WHERE.pick", label="none")
    report = turn.report
    typed = report.provider.shown if report else ""
    turn.change_report(turn.state.current, maybe=())
    if typed:
        _take_place(turn, "", typed)
    else:
        ask(turn, "WHERE.ask")


def where_confirmed(turn: Turn, option: str) -> None:
    """Whether it is the place that the classifier half believes in."""
    report = turn.report
    code, name = report.maybe[0] if report and report.maybe else ("", "")
    turn.append(question="WHERE.confirm", label=f"{option}: {name}")
    turn.change_report(turn.state.current, maybe=())
    if option == "yes" and name:
        _take_place(turn, code, name)
    else:
        ask(turn, "WHERE.ask")


def _take_place(turn: Turn, code: str, name: str) -> None:
    fill(turn, "provider", Slot(value=code, shown=name, how=How.TOLD))
    turn.change_report(turn.state.current, maybe=())
    turn.lead("WHERE.noted", place=name)
    proceed(turn)


def specialty_typed(turn: Turn) -> None:
    """A specialty by its name; an unknown one is kept as it was typed."""
    hints = turn.event.hints if isinstance(turn.event, Said) else Hints()
    if hints.specialty or len(turn.text) <= LABEL:
        turn.append(question="SPEC.ask")
        shown = hints.specialty_name or turn.text.strip()
        fill(turn, "specialty", Slot(value=hints.specialty, shown=shown, how=How.TOLD))
        proceed(turn)
    else:
        again(turn)


def identity(turn: Turn, option: str) -> None:
    """How much the team may know. Choosing anonymous takes back a name that was given before."""
    level = Level(option)
    reference = turn.state.current
    turn.append(question="IDENT.ask", label=option)
    fill(turn, "identity", Slot(value=level, shown=level, how=How.TOLD))
    turn.do(SetLevel(reference=reference, level=level))
    if level is Level.ANONYMOUS:
        turn.do(SetReporter(reference=reference, name="", contact=""))
        turn.change_report(reference, name_asked=False, contact_asked=False, link_asked=False)
    else:
        turn.change_report(reference, cut=False)
    proceed(turn)


def explain_identity(turn: Turn, option: str) -> None:  # noqa: ARG001
    """What the three choices mean."""
    turn.lead("IDENT.how")
    ask(turn, "IDENT.ask")


def name_typed(turn: Turn) -> None:
    """The reporter's name; it goes to no part of the report."""
    turn.do(Ignore(reason=ABOUT_REPORTER, scrub=True))
    turn.do(SetReporter(reference=turn.state.current, name=turn.text.strip()[:200]))
    turn.change_report(turn.state.current, name_asked=True)
    proceed(turn)


def contact_typed(turn: Turn) -> None:
    """How else to reach the reporter, as it was typed: a person will read it."""
    turn.do(Ignore(reason=ABOUT_REPORTER, scrub=True))
    turn.do(SetReporter(reference=turn.state.current, contact=turn.text.strip()[:200]))
    turn.change_report(turn.state.current, contact_asked=True)
    proceed(turn)


def chat_only(turn: Turn, option: str) -> None:  # noqa: ARG001
    """This chat only."""
    turn.change_report(turn.state.current, contact_asked=True)
    proceed(turn)


def keep_link(turn: Turn, option: str) -> None:  # noqa: ARG001
    """The link to this chat stays."""
    turn.change_report(turn.state.current, link_asked=True, cut=False)
    proceed(turn)


def cut_link(turn: Turn, option: str) -> None:  # noqa: ARG001
    """The link goes when the report is sent; the code is shown now, once."""
    turn.change_report(turn.state.current, cut=True)
    show_code(turn, "ANON.cut")


def code_saved(turn: Turn, option: str) -> None:  # noqa: ARG001
    """The reporter has written the code down."""
    turn.change_report(turn.state.current, link_asked=True)
    proceed(turn)


def show_code(turn: Turn, prompt: str) -> None:
    """Make an access code for the report that is talked about and show it."""
    turn.do(IssueCode(reference=turn.state.current, code=turn.facts.code))
    turn.say(prompt, access_key=as_shown(turn.facts.code), secret=True)


TYPED: dict[str, Callable[[Turn], None]] = {
    "RISK.ask": again,
    "RISK.yes": risk_told,
    "WHERE.ask": where_typed,
    "WHERE.pick": where_typed,
    "WHERE.confirm": where_typed,
    "SPEC.ask": specialty_typed,
    "IDENT.ask": again,
    "NAME.ask": name_typed,
    "CONTACT.ask": contact_typed,
    **dict.fromkeys(("ANON.link", "ANON.cut", "ANON.sure"), again),
}
"""Prompt -> what a typed text does there that is none of its buttons."""

OPTIONS: dict[tuple[str, str], Callable[[Turn, str], None]] = {
    **{("RISK.ask", one): risk for one in ("yes", "no", "unsure")},
    **{("RISK.yes", one): risk_more for one in ("told", "not_told")},
    ("WHERE.pick", "place"): where_picked,
    ("WHERE.pick", "none"): where_none,
    **{("WHERE.confirm", one): where_confirmed for one in ("yes", "no")},
    **{("IDENT.ask", level.value): identity for level in Level},
    ("IDENT.ask", "how"): explain_identity,
    ("CONTACT.ask", "chat_only"): chat_only,
    ("ANON.link", "keep"): keep_link,
    ("ANON.link", "cut"): cut_link,
    **{(prompt, "saved"): code_saved for prompt in ("ANON.cut", "ANON.sure")},
    **{(prompt, "keep"): keep_link for prompt in ("ANON.cut", "ANON.sure")},
    ("ANON.sure", "new_code"): cut_link,
}
"""(prompt, button) -> what pressing it does."""

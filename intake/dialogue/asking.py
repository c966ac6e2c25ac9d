"""What to ask next, and how to ask a prompt again: computed from the state each time, never remembered."""

from datetime import datetime
from typing import Any

from intake.dialogue.effects import Choice
from intake.dialogue.events import Status
from intake.dialogue.states import IDLE, SLOTS, How, Level, Report, moment
from intake.dialogue.turn import RECEIPTS, RESTING, Turn, interrupts

QUESTIONS = {"risk": "RISK.ask", "provider": "WHERE.ask", "specialty": "SPEC.ask", "identity": "IDENT.ask"}
"""Slot -> the prompt that asks for it."""
SLOT_OF = {
    **{prompt: slot for slot, prompt in QUESTIONS.items()},
    "WHERE.pick": "provider",
    "WHERE.confirm": "provider",
}
"""Prompt -> the slot that its answer fills."""
SHOWN_ONCE = {"ANON.cut": "ANON.sure", "CODE.show": "CODE.sure", "CLOSE.tell": "CLOSE.again"}
"""What is asked instead when a prompt that cannot be shown twice has to be asked again."""


def next_question(report: Report) -> str:
    """The prompt to ask next: the first empty slot's, or CHECK.summary when nothing is left to ask."""
    identity = report.identity
    if not report.lapsed:
        for slot in SLOTS:
            if report.slot(slot).open:
                return _where(report) if slot == "provider" else QUESTIONS[slot]
    if identity.how is How.TOLD and identity.value != Level.ANONYMOUS:
        if not report.name_asked:
            return "NAME.ask"
        if not report.contact_asked:
            return "CONTACT.ask"
    if identity.how is How.TOLD and identity.value == Level.ANONYMOUS and not report.link_asked:
        return "ANON.link"
    return "CHECK.summary"


def _where(report: Report) -> str:
    if not report.maybe:
        return "WHERE.ask"
    return "WHERE.confirm" if len(report.maybe) == 1 else "WHERE.pick"


def open_questions(report: Report) -> int:
    """How many of the four are not answered and not skipped."""
    return sum(report.slot(slot).open for slot in SLOTS)


def proceed(turn: Turn) -> None:
    """Go on with the report that is talked about."""
    turn.change(changing=False)
    report = turn.report
    if report is None or report.closed or report.sent:
        rest(turn)
        return
    if report.lapsed:
        turn.change_report(report.reference, lapsed=False)
    ask(turn, next_question(turn.report or report))


def rest(turn: Turn) -> None:
    """Nothing is being asked. Something is said all the same: no press of a button goes unanswered."""
    turn.change(asking=IDLE, paused=IDLE, offered=(), nonce="", tries=0, changing=False)
    if turn.quiet:
        turn.lead("HERE")


def resume(turn: Turn) -> None:
    """Return to what was being asked before the interrupt; to a person in distress with a question first."""
    base = turn.state.paused if interrupts(turn.state.asking) else turn.state.asking
    turn.change(asking=base, paused=IDLE)
    if turn.state.crisis and turn.state.current:
        turn.say("CRISIS.resume")
    elif base in RECEIPTS:
        proceed(turn)
    elif base in RESTING or _is_answered(turn, base):
        go_on_if_asked(turn, base)
    else:
        ask(turn, base)


def go_on_if_asked(turn: Turn, base: str) -> None:
    """Go on with the questions if a question was pending; otherwise rest."""
    if base in RESTING:
        rest(turn)
    else:
        proceed(turn)


def _is_answered(turn: Turn, base: str) -> bool:
    slot, report = SLOT_OF.get(base), turn.report
    if report is None:
        return base not in ("TELL.open", "LINK.ask")
    return slot is not None and not report.slot(slot).open and not turn.state.changing


def ask(turn: Turn, name: str) -> None:
    """Ask a prompt as things stand now."""
    name = SHOWN_ONCE.get(name, name) if turn.state.asking == name else name
    choices = choices_for(turn, name)
    if name in ("WHERE.pick", "OPEN.which", "STATUS.many", "DEL.which") and not choices:
        resume_or_rest(turn, name)
        return
    turn.say(name, choices=choices, **_values(turn, name))


def resume_or_rest(turn: Turn, name: str) -> None:
    """When a prompt has nothing to offer any more."""
    if name == "WHERE.pick":
        turn.say("WHERE.ask")
    else:
        turn.change(asking=IDLE)
        rest(turn)


def choices_for(turn: Turn, name: str) -> tuple[Choice, ...]:
    """The buttons that depend on the state: places and reports."""
    if name == "WHERE.pick":
        maybe = turn.report.maybe if turn.report else ()
        return tuple(Choice(id=f"place_{n}", label=place) for n, (_, place) in enumerate(maybe, start=1))
    if name == "OPEN.which":
        return tuple(_report_choice(turn, one) for one in turn.state.open_reports[-4:])
    if name in ("STATUS.many", "DEL.which"):
        return tuple(_report_choice(turn, one) for one in turn.state.reports[-6:])
    return ()


def _report_choice(turn: Turn, report: Report) -> Choice:
    number = turn.state.reports.index(report) + 1
    month = moment(report.opened).strftime(" (%B)") if report.opened else ""
    return Choice(id=f"report_{number}", label=f"{report.reference}{month}")


def chosen_report(turn: Turn, option: str) -> Report | None:
    """The report that a button `report_3` stands for."""
    number = option.removeprefix("report_")
    reports = turn.state.reports
    return reports[int(number) - 1] if number.isdecimal() and 1 <= int(number) <= len(reports) else None


def _values(turn: Turn, name: str) -> dict[str, Any]:
    report = turn.report
    if name.startswith("ASK."):
        return question_of(turn)
    if name.startswith("CLOSE."):
        return {"reference": turn.state.closing, "ref": turn.state.closing}
    if name == "PII.what":
        return {"kinds": ",".join(turn.state.hidden)}
    if name == "STATUS.one":
        return status_of(turn)
    if report is None:
        return {}
    return {
        "WHERE.confirm": {"name1": report.maybe[0][1] if report.maybe else ""},
        "CHECK.summary": summary_of(report),
    }.get(name, {})


def question_of(turn: Turn) -> dict[str, Any]:
    """The facts of the ASK prompts; the officer's words are filled in by whoever renders them."""
    reference = turn.state.question_of
    report = turn.state.report(reference)
    level = report.identity.value if report else ""
    return {
        "reference": reference,
        "ref": reference,
        "identity_reminder": level or Level.ANONYMOUS,
        "question": turn.state.question,
    }


def summary_of(report: Report) -> dict[str, str]:
    """The facts of CHECK.summary, in the words of the code."""
    return {
        "n_messages": str(report.messages),
        "n_files": str(report.files),
        "provider": report.provider.shown,
        "specialty": report.specialty.shown,
        "risk": report.risk.value if not report.risk.open else "",
        "identity": report.identity.value or "skipped",
    }


def status_of(turn: Turn) -> dict[str, str]:
    """The facts of STATUS.one: nothing of the report's content."""
    known = turn.facts_of(turn.state.current) or turn.found
    status = known.status if known else Status.RECEIVED
    return {
        "status_plain": status,
        "next_step": status,
        "received": _iso(known.received if known else turn.facts.at),
        "changed": _iso(known.changed if known else turn.facts.at),
    }


def _iso(at: datetime) -> str:
    return at.isoformat()

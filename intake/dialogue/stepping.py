"""`step`: one event, the next state, and what is to be done. Pure: no clock, no chance, no look-up.

The order of the checks on a message: crisis, somebody at risk now, a code, a command or button, an officer's question,
the question at hand, and last a new report or an addition.
"""

from collections.abc import Callable
from typing import assert_never

from intake.dialogue import distress, forms, interrupting, moving, officers, questions, reports, rights
from intake.dialogue.asking import ask, choices_for, resume
from intake.dialogue.belonging import Place, alert, lead_with, place, say_where
from intake.dialogue.effects import Choice, Effect, Ignore, Leave, Link, Why
from intake.dialogue.events import (
    Asked,
    Closed,
    CodeTry,
    Due,
    Edited,
    Event,
    Failed,
    Grouped,
    Left,
    Noticed,
    Pressed,
    Said,
    WereOffline,
)
from intake.dialogue.prompts import BOOK
from intake.dialogue.states import IDLE, Report, State, as_text
from intake.dialogue.timing import due
from intake.dialogue.turn import Turn, options_of
from intake.dialogue.understanding import command_of, names_a_report, option_of

OPTIONS: dict[tuple[str, str], Callable[[Turn, str], None]] = {
    **questions.OPTIONS,
    **reports.OPTIONS,
    **officers.OPTIONS,
    **distress.OPTIONS,
    **interrupting.OPTIONS,
    **rights.OPTIONS,
    **moving.OPTIONS,
}
ANYWHERE: dict[str, Callable[[Turn, str], None]] = {**reports.ANYWHERE, **rights.ANYWHERE, **moving.ANYWHERE}
TYPED: dict[str, Callable[[Turn], None]] = {
    **questions.TYPED,
    **officers.TYPED,
    **distress.TYPED,
    "CHECK.summary": reports.check_typed,
    "CHECK.change": reports.check_typed,
}
MOVES = "It only moves the talk on: a button, a command, or an answer about the talk itself."
CODE = "A reference with its code. It was checked, and is not kept."


def step(state: State, event: Event) -> tuple[State, tuple[Effect, ...]]:
    """What follows from the event. Every state and event has an answer; none raises."""
    turn = Turn(state, event)
    if isinstance(event, Said | Pressed | Edited | Failed):
        turn.change(gone=False)
        _heard(turn, event)
        turn.end()
        turn.do(Ignore(reason=MOVES))
    else:
        _happened(turn, event)
        turn.end()
    return turn.state, tuple(turn.effects)


def _heard(turn: Turn, event: Said | Pressed | Edited | Failed) -> None:
    match event:
        case Said():
            _said(turn, event)
            if event.told:
                forms.take_in(turn, event)
        case Pressed():
            _pressed(turn, event)
        case Edited():
            interrupting.edited(turn, event)
        case Failed():
            _failed(turn)
        case _:
            assert_never(event)


def _happened(turn: Turn, event: Left | Grouped | Asked | Closed | Due | WereOffline | Noticed) -> None:
    match event:
        case Left():
            turn.change(gone=True)
            turn.do(Ignore(reason="The reporter has left the chat or blocked us."))
        case Grouped():
            turn.say("GROUP.leave")
            turn.do(Leave(), Ignore(reason="A group that we were put into. We left it and kept nothing.", scrub=True))
        case Asked():
            officers.asked(turn, event)
        case Closed():
            officers.closed(turn, event)
        case Due():
            due(turn, event)
        case WereOffline():
            _were_offline(turn, event)
        case Noticed():
            distress.noticed(turn, event.reference)
        case _:
            assert_never(event)


def _said(turn: Turn, event: Said) -> None:
    flood = interrupting.flooding(turn, event.parts)
    if distress.before_all(turn, event.hints):
        return
    if flood:
        found = place(turn)
        if found is Place.OPENED:
            say_where(turn, found)
        else:
            interrupting.slow_down(turn)
    elif event.code is not None:
        _code(turn, event.code)
    elif not (event.files or event.odd) and _is_meant(turn, event.text):
        return
    else:
        _free_text(turn, event)


def _is_meant(turn: Turn, text: str) -> bool:
    """Whether the text is a command or stands for a button; if so it is done."""
    asking = turn.state.asking
    slashed = text.strip().startswith("/")
    if not slashed and asking in BOOK.prompts:
        option = option_of(text, asking, choices_now(turn))
        if option:
            press(turn, option)
            return True
    if asking in ("NAME.ask", "CONTACT.ask") and not slashed:
        return False
    command = command_of(text)
    if command == "status" and asking in distress.TYPED:
        distress.what_now(turn)
        return True
    if command:
        moving.COMMANDS[command](turn)
    return bool(command)


def choices_now(turn: Turn) -> tuple[Choice, ...]:
    """The buttons on screen."""
    asking = turn.state.asking
    return options_of(BOOK.prompts[asking], choices_for(turn, asking), outside=turn.facts.outside)


def _free_text(turn: Turn, event: Said) -> None:
    asking = turn.state.asking
    if asking == "LINK.ask" and names_a_report(event.text):
        turn.do(Ignore(reason=CODE, scrub=True))
        turn.say("LINK.wrong")
        return
    typed = TYPED.get(asking)
    told = event.hints.personal or event.files or event.odd
    if typed is not None and not (told and asking not in ("NAME.ask", "CONTACT.ask")):
        typed(turn)
        return
    found = place(turn)
    if interrupting.after_filing(turn, found, event.hints):
        return
    if found in (Place.MORE, Place.ADDED) and asking in BOOK.prompts and BOOK.prompts[asking].interrupts:
        lead_with(turn, found)
        resume(turn)
    else:
        say_where(turn, found)


def _pressed(turn: Turn, event: Pressed) -> None:
    state = turn.state
    if event.option == "read" and (state.question or event.nonce != state.nonce):
        officers.read(turn, event.option)
    elif event.nonce != state.nonce or event.option not in state.offered:
        turn.lead("STALE.button")
        _again(turn)
    else:
        press(turn, event.option)


def _again(turn: Turn) -> None:
    """Where we are: the question on screen once more."""
    asking = turn.state.asking
    if asking in BOOK.prompts and turn.state.offered and asking not in ("RECEIPT.final", "OPEN.added"):
        ask(turn, turn.state.asking)
    else:
        turn.lead("HERE")
        resume(turn)


def press(turn: Turn, option: str) -> None:
    """Do what a button of the prompt on screen does."""
    plain = option.rpartition("_")[0] if option.rpartition("_")[2].isdecimal() else option
    handler = OPTIONS.get((turn.state.asking, plain)) or ANYWHERE.get(plain)
    if handler is None:
        resume(turn)
    else:
        handler(turn, option)


def _code(turn: Turn, tried: CodeTry) -> None:
    turn.do(Ignore(reason=CODE, scrub=True))
    if tried.too_many:
        turn.say("LINK.many")
    elif not tried.right:
        turn.say("LINK.wrong")
    else:
        _linked(turn, tried.reference, tried.question)


def _linked(turn: Turn, reference: str, question: int) -> None:
    if turn.state.report(reference) is None:
        opened = as_text(turn.facts.at)
        report = Report(reference=reference, opened=opened, sent=True, alerted=True)
        turn.change(reports=(*turn.state.reports, report))
        turn.do(Link(reference=reference))
    turn.change(current=reference, asking=IDLE, paused=IDLE)
    turn.lead("LINK.done", ref=reference)
    if question:  # it was asked in another chat, which may be out of reach by now
        turn.change(question=question, question_of=reference)
        ask(turn, "ASK.discreet")
    else:
        ask(turn, "STATUS.one")


def _failed(turn: Turn) -> None:
    found = place(turn, failed=True)
    if found is not Place.NOWHERE:
        alert(turn, turn.state.current, Why.FAILED)
    turn.lead("ERR.saved")
    turn.say_leads()


def _were_offline(turn: Turn, event: WereOffline) -> None:
    if turn.state.open_reports and not turn.state.gone:
        turn.lead("OUT.sorry", **{"from": event.since.isoformat(), "to": event.until.isoformat()})
        turn.say_leads()

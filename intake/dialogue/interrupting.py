"""What interrupts the questions: distress, risk, patients' data, files, edits, floods, languages. Each comes back.

Distress and danger go before all of these: see distress.py.
"""

from collections.abc import Callable
from datetime import timedelta

from intake.dialogue.asking import ask, proceed, rest, resume
from intake.dialogue.belonging import Place, alert, lead_with, place
from intake.dialogue.distress import crisis
from intake.dialogue.effects import Append, EditEntry, Ignore, RemoveFiles, RemoveOld, Why
from intake.dialogue.events import Edited, Hints, Said
from intake.dialogue.states import IDLE, as_text
from intake.dialogue.turn import Turn
from models.chat import FileState

FLOOD_WINDOW = timedelta(minutes=1)
MOST_A_MINUTE = 20
LONG_ENOUGH = 40
"""Characters from which on a text may be judged by its language or its scope."""


def after_filing(turn: Turn, found: Place, hints: Hints) -> bool:
    """What is to be said about the message itself; True when it takes the place of the usual words."""
    event = turn.event
    if hints.personal and found is not Place.NOWHERE:
        turn.change(hidden=tuple(dict.fromkeys(hints.personal)))
        lead_with(turn, found)
        turn.say("PII.warn")
        return True
    if isinstance(event, Said) and (event.files or event.odd):
        return _files(turn, event, found)
    long = len(turn.text) >= LONG_ENOUGH and found is not Place.NOWHERE
    if hints.out_of_scope and long and not turn.state.scope_told:
        turn.change(scope_told=True)
        lead_with(turn, found)
        turn.say("SCOPE.patient")
        return True
    if hints.language != "en" and not turn.state.language_told and found is not Place.NOWHERE:
        turn.change(language_told=True)
        lead_with(turn, found)
        turn.say("LANG.other")
        return True
    return False


def _files(turn: Turn, event: Said, found: Place) -> bool:
    held = [one for one in event.files if one.state is FileState.HELD]
    if event.odd:
        return _odd(turn, found)
    if not held:
        lead_with(turn, found)
        capped = any(one.state is FileState.CAPPED for one in event.files)
        turn.lead("FILE.many" if capped else "FILE.big")
        resume(turn)
        return True
    if event.album:
        return True
    lead_with(turn, found)
    if any(one.kind in ("voice", "audio", "video_note") for one in held):
        turn.lead("FILE.voice")
        resume(turn)
    else:
        turn.say("FILE.photo")
    return True


def _odd(turn: Turn, found: Place) -> bool:
    report = turn.report
    if found is Place.NOWHERE and report is not None:
        turn.effects = [one for one in turn.effects if not isinstance(one, Ignore)]
        turn.do(Append(reference=report.reference))
    if turn.report is None:
        return False
    turn.lead("FILE.odd")
    resume(turn)
    return True


def edited(turn: Turn, event: Edited) -> None:
    """An earlier message was changed: both versions are kept."""
    if event.hints.crisis:
        crisis(turn)
        return
    if turn.state.report(event.reference) is None:
        found = place(turn)
        if found is not Place.NOWHERE:
            lead_with(turn, found)
            resume(turn)
        return
    turn.do(EditEntry(reference=event.reference, of=event.of))
    turn.change(edit=(event.of, turn.facts.row))
    if event.hints.personal:
        turn.change(hidden=tuple(dict.fromkeys(event.hints.personal)))
        turn.say("PII.warn", reference=event.reference)
        return
    turn.say("EDIT.noted", reference=event.reference, ref=event.reference)


def flooding(turn: Turn, parts: int) -> bool:
    """Whether messages come faster than anybody can answer. All are kept; one answer a minute is enough."""
    if turn.since(turn.state.burst_from) > FLOOD_WINDOW:
        turn.change(burst_from=as_text(turn.facts.at), burst=parts)
        return False
    turn.change(burst=turn.state.burst + parts)
    return turn.state.burst > MOST_A_MINUTE


def slow_down(turn: Turn) -> None:
    """Say once a minute that nothing is lost; otherwise say nothing."""
    if turn.since(turn.state.flood_at) <= FLOOD_WINDOW:
        return
    turn.change(flood_at=as_text(turn.facts.at))
    asking, paused = turn.state.asking, turn.state.paused
    turn.lead("FLOOD.slow")
    turn.say_leads()
    turn.change(asking=asking, paused=paused)


def noted(turn: Turn, option: str) -> None:
    """An answer that stands in the report and needs no more words."""
    turn.append(question=turn.state.asking, label=option)
    turn.lead("NOTED")
    resume(turn)


def agreed(turn: Turn, option: str) -> None:  # noqa: ARG001
    """OK: back to where we were."""
    turn.lead("NOTED")
    resume(turn)


def say_how(turn: Turn, option: str) -> None:  # noqa: ARG001
    """How to reach the safeguarding lead."""
    turn.say("SAFEG.how")


def needed(turn: Turn, option: str) -> None:  # noqa: ARG001
    """The hidden details are needed."""
    alert(turn, turn.state.current, Why.NEEDED)
    turn.lead("PII.needed")
    resume(turn)


def what_hidden(turn: Turn, option: str) -> None:  # noqa: ARG001
    """Which kinds of details were hidden."""
    ask(turn, "PII.what")


def file_shown(turn: Turn, option: str) -> None:
    """Whether a file shows a patient."""
    reference = turn.state.last_of or turn.state.current
    if option == "yes":
        turn.do(RemoveFiles(reference=reference, row=turn.state.last))
        turn.lead("FILE.removed")
    else:
        turn.append(question="FILE.photo", label=option)
        turn.lead("FILE.kept", ref=reference)
    resume(turn)


def remove_old(turn: Turn, option: str) -> None:  # noqa: ARG001
    """The old version of an edited message goes."""
    row, _ = turn.state.edit
    if row:
        turn.do(RemoveOld(reference=turn.state.current, row=row))
        turn.lead("EDIT.removed")
    turn.change(edit=(0, 0))
    resume(turn)


def change_language(turn: Turn, option: str) -> None:  # noqa: ARG001
    """There is one set of wordings."""
    turn.lead("LANG.change")
    resume(turn)


def elsewhere(turn: Turn, option: str) -> None:  # noqa: ARG001
    """Who else can help."""
    turn.say("SCOPE.elsewhere")


def nudged(turn: Turn, option: str) -> None:
    """Answer now, or leave it."""
    if option == "answer":
        turn.change(paused=IDLE)
        proceed(turn)
    else:
        turn.change_report(turn.state.current, lapsed=True)
        turn.lead("NUDGE.left")
        rest(turn)


OPTIONS: dict[tuple[str, str], Callable[[Turn, str], None]] = {
    **{(prompt, one): noted for prompt in ("SAFEG.child", "SAFEG.how") for one in ("told", "not_yet")},
    ("SAFEG.child", "how"): say_how,
    **{(prompt, "hide"): agreed for prompt in ("PII.warn", "PII.what")},
    **{(prompt, "needed"): needed for prompt in ("PII.warn", "PII.what")},
    ("PII.warn", "what"): what_hidden,
    **{("FILE.photo", one): file_shown for one in ("yes", "no", "unsure")},
    ("EDIT.noted", "remove_old"): remove_old,
    ("LANG.other", "ok"): agreed,
    ("LANG.other", "language"): change_language,
    **{(prompt, "training"): noted for prompt in ("SCOPE.patient", "SCOPE.elsewhere")},
    ("SCOPE.patient", "elsewhere"): elsewhere,
    **{("NUDGE.day", one): nudged for one in ("answer", "leave")},
    ("CODE.show", "saved"): agreed,
    ("CODE.sure", "saved"): agreed,
}
"""(prompt, button) -> what pressing it does."""

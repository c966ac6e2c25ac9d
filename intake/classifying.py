"""The classifier behind a guard: whatever it does, a message gets a verdict, if only "a person must look"."""

from collections.abc import Callable
from importlib import import_module
from queue import Empty, SimpleQueue
from threading import Lock, Thread

import structlog

from intake.shelf import SHIPPED, ModelError, Shelf
from models.framework import Reference
from models.verdict import Kind, Verdict

RULES = "rules"
"""The name of the rules alone, without anything learned: fast, and something to compare with."""
Classify = Callable[[str, str, str], Verdict]
"""subject, text, channel -> verdict."""

_log = structlog.get_logger(__name__)


def ungraded(reason: str) -> Verdict:
    """The verdict when there is no verdict: cautious numbers, and to the top of the queue."""
    return Verdict(
        kind=Kind.CONCERN,
        impact=3,
        likelihood=3,
        isf=2,
        confidence=0.0,
        needs_person=True,
        needs_person_reasons=(reason,),
        graded=False,
        classifier="none",
    )


def build(words: Reference, shelf: Shelf, version: str) -> Classify:
    """A version of the classifier, which is loaded only now. Raises whatever keeps it from being loaded or built."""
    classify: Classify = import_module("intake.classifier").build_classifier(words, shelf, version)
    return classify


def encoder_faults() -> list[str]:
    """Why the classifier, though it can be loaded, does without its sentence encoder: nothing, or one sentence."""
    try:
        why = import_module("classifiers.encoding").fault_of_encoder()
    except Exception as fault:  # noqa: BLE001 - whatever it is, a person must know
        why = f"the encoder cannot be looked at ({type(fault).__name__})"
    return [f"{why}; until then words alone are judged, less well, and more goes to a person"] if why else []


def build_rules_or_do_without(words: Reference, shelf: Shelf) -> Classify:
    """The rules alone, which are the fast part of the classifier; without them a function that fails each time."""
    try:
        return build(words, shelf, RULES)
    except Exception as fault:  # noqa: BLE001 - decision 2: a classifier that is missing still yields tickets
        _log.error("classifier.rules_missing", fault=type(fault).__name__)
        return _missing


def build_or_do_without(words: Reference, shelf: Shelf) -> Classify:
    """The classifier in use, see `chosen`."""
    return chosen(words, shelf)[1]


def chosen(words: Reference, shelf: Shelf) -> tuple[str, Classify]:
    """The classifier in use and its version; or, when it cannot be opened, the shipped one, and the log says so loudly.

    Without that one too it is a function that fails each time, so that a person grades.
    """
    try:
        version = shelf.current()
        if version != SHIPPED:
            return version, build(words, shelf, version)
    except Exception as fault:  # noqa: BLE001 - a model that is broken must not keep messages from being graded
        hint = "the shipped one is used instead; see 'intake check', then promote another or roll back"
        _log.critical("classifier.model_broken", fault=type(fault).__name__, why=_why(fault), hint=hint)
    try:
        return SHIPPED, build(words, shelf, SHIPPED)
    except Exception as fault:  # noqa: BLE001 - decision 2: a classifier that is missing still yields tickets
        _log.error("classifier.missing", fault=type(fault).__name__)
        return "none", _missing


def _why(fault: Exception) -> str:
    return str(fault) if isinstance(fault, ModelError) else ""


def _missing(_subject: str, _text: str, _channel: str) -> Verdict:
    raise LookupError("there is no classifier")


class GuardedClassifier:
    """Calls a classifier one text at a time, with a time limit.

    Each call runs in a daemon thread: one that hangs is left behind, keeps only its own turn, and never keeps the
    process from ending. `part` is what the log calls it.
    """

    def __init__(self, classify: Classify, *, seconds: float, part: str = "classifier") -> None:
        self._classify = classify
        self._part = part
        self._seconds = seconds
        self._turn = Lock()

    def __call__(self, subject: str, text: str, channel: str) -> Verdict:
        """The classifier's verdict, or the ungraded one with the reason. Never raises."""
        turn = self._turn
        answers: SimpleQueue[Verdict | None] = SimpleQueue()
        if not turn.acquire(timeout=self._seconds):
            return self._too_slow(turn)
        Thread(target=self._run, args=(turn, answers, (subject, text, channel)), daemon=True, name="classifier").start()
        try:
            verdict = answers.get(timeout=self._seconds)
        except Empty:
            return self._too_slow(turn)
        return verdict or ungraded("The machine could not read this.")

    def _run(self, turn: Lock, answers: "SimpleQueue[Verdict | None]", text: tuple[str, str, str]) -> None:
        try:
            answers.put(self._classify(*text))
        except Exception as fault:  # noqa: BLE001 - decision 2: a classifier that fails still yields a ticket
            _log.error(f"{self._part}.failed", fault=type(fault).__name__)
            answers.put(None)
        finally:
            turn.release()

    def _too_slow(self, turn: Lock) -> Verdict:
        if self._turn is turn:
            self._turn = Lock()
        _log.error(f"{self._part}.too_slow", seconds=self._seconds)
        return ungraded("The machine took too long to read this.")

"""From a message's text to a verdict: spaCy components over a blank English pipeline, one question each."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from classifiers import context, grading, kind, language, providers, red_flags, sentences, severity, specialties, themes
from classifiers.cues import VERSION
from classifiers.document import Notebook, notebook
from classifiers.normalise import normalise
from models.framework import Reference
from models.verdict import Kind, Verdict

COMPONENTS = (
    "language",
    "sentences",
    "context",
    "themes",
    "red_flags",
    "kind",
    "severity",
    "grading",
    "providers",
    "specialties",
)
_REGISTERED = (context, grading, kind, language, providers, red_flags, sentences, severity, specialties, themes)
_SEPARATOR = "\n\n"


class Classifier:
    """Pre-grades messages, from any thread. Equal input gives equal output, alone or in any batch, in any order."""

    def __init__(self, reference: Reference) -> None:
        self.version = f"rules-{VERSION}"
        self._nlp = _pipeline(reference)
        self._one_at_a_time = threading.Lock()

    def classify(self, *, subject: str, text: str, channel: str) -> Verdict:
        """What the message seems to be. Never raises on any text; what fails is missing and a person is asked."""
        joined = f"{subject}{_SEPARATOR}{text}" if subject else text
        source = normalise(joined)
        notes = Notebook(
            source=source,
            subject_length=len(subject),
            text_start=len(subject) + len(_SEPARATOR) if subject else 0,
            channel=channel,
        )
        if source.cut:
            notes.doubt("the text is very long; only its first and last parts were read")
        if not source.text.strip() and joined.strip():
            notes.doubt("the message has nothing that can be read")
        # spaCy remembers every new word for ever; in a zone it forgets them again, and zones cannot be nested.
        with self._one_at_a_time, self._nlp.memory_zone():
            doc = self._nlp.make_doc(source.text)
            doc._.notebook = notes
            self._nlp(doc)
        return _verdict(notes, self.version)

    def classify_many(self, items: Iterable[tuple[str, str, str]]) -> Iterable[Verdict]:
        """A verdict for each (subject, text, channel), in order, one at a time."""
        for subject, text, channel in items:
            yield self.classify(subject=subject, text=text, channel=channel)


def _pipeline(reference: Reference) -> Language:
    nlp = spacy.blank("en")
    nlp.max_length = 10**9
    for name in COMPONENTS:
        component: Any = nlp.add_pipe(name)
        if hasattr(component, "use"):
            component.use(reference)
    # spaCy types the handler as one that never returns; its own `ignore` and `log` handlers return as ours does.
    nlp.set_error_handler(_note_failure)  # type: ignore[arg-type]
    return nlp


def _note_failure(name: str, proc: Callable[[Doc], Doc], docs: list[Doc], error: Exception) -> None:  # noqa: ARG001
    """A component that fails leaves its part out; the message goes on, to a person. No text goes into the reason."""
    for doc in docs:
        notebook(doc).doubt(f"the part {name!r} of the classifier failed ({type(error).__name__})")


def _verdict(notes: Notebook, version: str) -> Verdict:
    concern = notes.kind is Kind.CONCERN
    place = notes.place if notes.kind is not Kind.IRRELEVANT else type(notes.place)()
    return Verdict(
        kind=notes.kind,
        provider=place.provider,
        site=place.site,
        provider_candidates=place.candidates,
        specialties=notes.specialties if notes.kind is not Kind.IRRELEVANT else (),
        themes=notes.themes if concern else (),
        impact=notes.grade.impact,
        likelihood=notes.grade.likelihood,
        isf=notes.grade.isf,
        red_flags=notes.red_flags,
        confidence=notes.grade.confidence,
        needs_person=bool(notes.reasons),
        needs_person_reasons=tuple(notes.reasons),
        graded=notes.grade.graded,
        language=notes.language,
        evidence=tuple(notes.evidence),
        classifier=version,
    )

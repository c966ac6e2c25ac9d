"""From a message's text to a verdict: spaCy components over a blank English pipeline, one question each."""

import threading
from importlib import resources
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

from classifiers import (
    abstention,
    context,
    crisis,
    encoding,
    grading,
    guarding,
    judgement,
    kind,
    language,
    personal_data,
    providers,
    red_flags,
    sentences,
    severity,
    specialties,
    themes,
)
from classifiers.cues import VERSION
from classifiers.document import Notebook
from classifiers.normalise import normalise
from models.framework import Reference
from models.verdict import LEARNED, Kind, Verdict

COMPONENTS = (
    "crisis",
    "personal_data",
    "language",
    "sentences",
    "context",
    "severity",
    "encoder",
    "judgement",
    "themes",
    "red_flags",
    "kind",
    "grading",
    "abstention",
    "providers",
    "specialties",
)
_REGISTERED = (
    abstention,
    context,
    crisis,
    encoding,
    grading,
    judgement,
    kind,
    language,
    personal_data,
    providers,
    red_flags,
    sentences,
    severity,
    specialties,
    themes,
)
_SEPARATOR = "\n\n"


class Classifier:
    """Pre-grades messages, from any thread. Equal input gives equal output, alone or in any batch, in any order."""

    def __init__(self, reference: Reference, model: Path | None = None, *, encoder: str = "best") -> None:
        """Open a model's folder, the shipped one unless another is named; without any the rules stand alone.

        `encoder` is one of `classifiers.encoding.ENCODERS`, or `none`. Raises OSError or ValueError for a folder that
        holds no model, HeadsError for heads that cannot be read.
        """
        self._take(opened(model) if model is not None else shipped(encoder), reference)

    @classmethod
    def over(cls, nlp: Language, reference: Reference) -> "Classifier":
        """A classifier over a pipeline that is there already."""
        made = cls.__new__(cls)
        made._take(nlp, reference)
        return made

    def _take(self, nlp: Language, reference: Reference) -> None:
        self.nlp = nlp
        _use(nlp, reference)
        self.version = version_of(nlp)
        self._one_at_a_time = threading.Lock()

    def classify(self, *, subject: str, text: str, channel: str) -> Verdict:
        """What the message seems to be. Never raises on any text; what fails is missing and a person is asked."""
        return _verdict(self.read(subject=subject, text=text, channel=channel), self.version)

    def read(self, *, subject: str, text: str, channel: str) -> Notebook:
        """Everything that the components found out about a message. Never raises on any text."""
        joined = f"{subject}{_SEPARATOR}{text}" if subject else text
        source, fault = guarding.normalised(joined, normalise)
        notes = Notebook(
            source=source,
            subject_length=len(subject),
            text_start=len(subject) + len(_SEPARATOR) if subject else 0,
            channel=channel,
        )
        if fault:
            guarding.note_failure(notes, "normalise", fault)
        if source.cut:
            parts = "first part was" if fault else "first and last parts were"
            notes.doubt(f"the text is very long; only its {parts} read")
        if source.unread:
            notes.doubt("a long run without spaces may be words; it was not read")
        if not source.text.strip() and joined.strip():
            notes.doubt("the message has nothing that can be read")
        # spaCy remembers every new word for ever; in a zone it forgets them again, and zones cannot be nested.
        with self._one_at_a_time, self.nlp.memory_zone():
            return guarding.run(self.nlp, notes)


def blank(encoder: str = "best") -> Language:
    """A pipeline whose learned part has not learned anything yet."""
    nlp = spacy.blank("en")
    for name in COMPONENTS:
        nlp.add_pipe(name, config={"encoder": encoder} if name == "encoder" else {})
    return nlp


def shipped(encoder: str = "best") -> Language:
    """The pipeline with the heads that come with the product, and with the encoder of that name."""
    nlp = blank(encoder)
    data = Path(str(resources.files("classifiers.data")))
    judge: Any = nlp.get_pipe("judgement")
    judge.from_disk(data / "heads")
    posts: Any = nlp.get_pipe("specialties")
    posts.from_disk(data)
    return nlp


def opened(model: Path) -> Language:
    """The pipeline of a model's folder, as spaCy wrote it. Raises OSError, ValueError or HeadsError."""
    return spacy.load(model)


def version_of(nlp: Language) -> str:
    """Names the rules, and the heads that judge beside them."""
    encoding: Any = nlp.get_pipe("encoder")
    judge: Any = nlp.get_pipe("judgement")
    heads = judge.judge_of(encoding.encoder.name) if encoding.encoder is not None else None
    learned = f"{LEARNED}{heads.encoder}.{heads.card.get('version', 'unversioned')}" if heads is not None else ""
    return f"rules-{VERSION}{learned}"


def _use(nlp: Language, reference: Reference) -> None:
    nlp.max_length = 10**9
    for _, component in nlp.pipeline:
        take: Any = getattr(component, "use", None)
        if take is not None:
            take(reference)


def _verdict(notes: Notebook, version: str) -> Verdict:
    concern = notes.kind is Kind.CONCERN
    posted = notes.kind is not Kind.IRRELEVANT
    place = notes.place if posted else type(notes.place)()
    return Verdict(
        kind=notes.kind,
        provider=place.provider,
        site=place.site,
        provider_candidates=place.candidates,
        specialties=notes.specialties if posted else (),
        guessed_specialties=notes.specialties[len(notes.named_specialties) :] if posted else (),
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
        personal_data=notes.personal_data,
        classifier=version,
    )

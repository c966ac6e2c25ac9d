"""What the components write on a spaCy `Doc`: one typed notebook in one extension, so that every field has a name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from spacy.tokens import Doc

from classifiers.encoder.values import Encoded
from classifiers.heads import Floats, Scores
from classifiers.normalise import Normalised, untouched
from classifiers.patterns import Cue
from models.masking import PersonalData
from models.verdict import Evidence, Kind

_INSIDE = re.compile(r"[^\W\u0e00-\u0eff\u2e80-\U0003ffff]{2}|[\w'’]['’]|['’]\w")
"""Two characters within a word; of writings without spaces, each character is a word."""
LONGEST_EVIDENCE = 600
"""Characters that one piece of evidence may have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A word as the components see it. `start` and `end` are offsets into the normalised text."""

    norm: str
    """Lower case, contractions opened, spelling corrected towards the cue lists."""
    name: str
    """Lower case as in names: no apostrophes, `&` as `and`."""
    text: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """Words that belong together, and which clause each of them is in."""

    words: tuple[Word, ...]
    clauses: tuple[int, ...]
    part: str
    """`subject`, `body`, `cited` (lines marked with ">" that are no older message), `quoted` (one) or `signature`."""
    question: bool
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A cue in a sentence, and whether its words are really asserted there."""

    cue: Cue
    sentence: Sentence
    first: int
    last: int
    negated: bool = False
    imagined: bool = False
    elsewhere: bool = False
    """About another place or another time there than the placement of the concern."""
    cleared: bool = False
    """Its clause says that there is no problem: "no concerns about supervision"."""

    @property
    def asserted(self) -> bool:
        """Whether the text says that this is or was so."""
        return not (self.negated or self.imagined or self.cleared)

    @property
    def counts(self) -> bool:
        """Asserted, or serious enough to count while in doubt."""
        return self.asserted or self.cue.doubt


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceFound:
    """The outcome of the providers component."""

    provider: str | None = None
    site: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Grade:
    """The outcome of the grading component."""

    impact: int = 3
    likelihood: int = 3
    isf: int = 2
    graded: bool = False
    confidence: float = 0.0
    lifted_by: str = ""
    """The factor by which a floor lifted the category, `red_flag.…` or `worst_words`; else nothing."""


@dataclass(kw_only=True, slots=True)
class Notebook:
    """Everything that is known of one message so far. A component that fails leaves its field as it was."""

    source: Normalised
    subject_length: int
    """Offsets of the source below this are in the subject."""
    text_start: int
    """Where the message's text begins in the source."""
    channel: str = "email"
    language: str = "en"
    encoder: str = ""
    """The name of the encoder that made `encoded`; empty when there was none."""
    encoded: Encoded | None = None
    scores: Scores | None = None
    judge: str = ""
    """The name of the heads that gave `scores`, alone or together with the lexicon."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Thresholds of the heads that gave `scores`."""
    rule_themes: tuple[str, ...] = ()
    """The themes by the rules alone, whatever the heads say."""
    rule_flags: dict[str, Hit] = field(default_factory=dict)
    """The red flags by the rules alone, with the words that raise them."""
    rule_grade: Grade | None = None
    """The grade by the rules alone; its `graded` tells whether they had words to grade by."""
    rule_words: dict[str, tuple[int, Hit]] = field(default_factory=dict)
    """`impact` and `likelihood` -> the level by the rules, and the words that led to it."""
    rule_reasons: list[str] = field(default_factory=list)
    """Why a person would be needed if the rules stood alone."""
    least: Mapping[str, int] = field(default_factory=dict)
    """`theme:…` and `red_flag:…` -> the impact that it has at least by the rules."""
    categories: Floats | None = None
    """(4,) the probabilities of the ISF categories, where learned heads graded."""
    sentences: tuple[Sentence, ...] = ()
    hits: tuple[Hit, ...] = ()
    place: PlaceFound = field(default_factory=PlaceFound)
    specialties: tuple[str, ...] = ()
    named_specialties: tuple[str, ...] = ()
    """The specialties by their names alone, whatever was learned."""
    themes: tuple[str, ...] = ()
    red_flags: tuple[str, ...] = ()
    impact: int | None = None
    likelihood: int | None = None
    put_right: bool = False
    trivial: bool = False
    kind: Kind = Kind.CONCERN
    kind_sure: bool = False
    grade: Grade = field(default_factory=Grade)
    crisis: tuple[int, int] | None = None
    """Offsets into the source of words of somebody who may be about to die."""
    personal_data: tuple[PersonalData, ...] = ()
    """Offsets into the message's text."""
    failed: set[str] = field(default_factory=set)
    """The parts of the classifier that failed on this message."""
    reasons: list[str] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def unread(self) -> bool:
        """Whether there are no words because a part failed, which is not the same as an empty message."""
        return not self.sentences and bool(self.failed)

    def hits_of(self, family: str) -> list[Hit]:
        """The hits that answer one question, in the order of the text."""
        return [hit for hit in self.hits if hit.cue.family == family]

    def doubt(self, reason: str) -> None:
        """A person is needed, for this reason; each reason is named once."""
        if reason not in self.reasons:
            self.reasons.append(reason)

    def show(self, label: str, hit: Hit) -> None:
        """Add the words of a hit as evidence for a label."""
        self.show_words(label, hit.sentence.words[hit.first], hit.sentence.words[hit.last], hit.cue.rule)

    def show_sentence(self, label: str, number: int, source: str) -> None:
        """Add a whole sentence as evidence for a label."""
        words = self.sentences[number].words
        self.show_words(label, words[0], words[-1], source)

    def show_again(self, label: str, like: str, source: str = "") -> bool:
        """Show the words behind one label as evidence for another one too; whether there are any.

        The source stays unless another is given. Words that the label shows already are not shown twice.
        """
        own = {(one.text, one.start) for one in self.evidence if one.label == label}
        behind = [one for one in self.evidence if one.label == like]
        fresh = {(one.text, one.start): one for one in behind if (one.text, one.start) not in own}
        self.evidence += [replace(one, label=label, source=source or one.source) for one in fresh.values()]
        return bool(behind)

    def show_words(self, label: str, first: Word, last: Word, rule: str) -> None:
        """Add the words from `first` to `last` as evidence for a label."""
        # Words that reach over the cut in a very long text are shown from their first word alone.
        reach = self.source.source_offset(last.end - 1) - self.source.source_offset(first.start)
        self.show_span(label, first.start, last.end if reach < LONGEST_EVIDENCE else first.end, rule)

    def show_span(self, label: str, start: int, end: int, rule: str) -> None:
        """Add a stretch of the normalised text as evidence for a label."""
        self.show_source(label, self.source.source_offset(start), self.source.source_offset(end - 1) + 1, rule)

    def show_source(self, label: str, start: int, end: int, rule: str) -> None:
        """Add a stretch of the text as it was written as evidence for a label; subject and text are not mixed."""
        if start < self.text_start < end:
            self.show_source(label, start, self.subject_length, rule)
            start = self.text_start
        # A contraction is read as two words; it is shown whole: "don't", not "n't".
        while start not in {0, self.text_start} and _INSIDE.fullmatch(self.source.source[start - 1 : start + 1]):
            start -= 1
        text = self.source.source[start:end]
        inside = start >= self.text_start
        self.evidence.append(
            Evidence(
                label=label,
                text=text,
                start=start - self.text_start if inside else None,
                end=end - self.text_start if inside else None,
                source=rule,
            )
        )


def notebook(doc: Doc) -> Notebook:
    """The notebook of a document; a new one where spaCy read a text by itself."""
    if doc._.notebook is None:
        doc._.notebook = Notebook(source=untouched(doc.text), subject_length=0, text_start=0)
    return cast(Notebook, doc._.notebook)


if not Doc.has_extension("notebook"):
    Doc.set_extension("notebook", default=None)

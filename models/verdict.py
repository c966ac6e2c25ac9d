"""What the classifier thinks of a message, with the words that led to it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from models.masking import PersonalData

LEARNED = "+"
"""Stands in the name of a classifier between its rules and what it learned: `rules-2.7.0+minilm-…`."""
UNKNOWN_PLACE = "place:unknown"
"""The label of words that name a place which stands in no list of ours."""
UNSAID = ".unsaid"
"""How the source of evidence ends for what no words tell: the label is then a cautious stand-in."""


class Kind(StrEnum):
    """What a message is, as in the labelling guide."""

    CONCERN = "concern"
    GOOD_PRACTICE = "good_practice"
    ENQUIRY = "enquiry"
    ABOUT_LEARNER = "about_learner"
    IRRELEVANT = "irrelevant"


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """The words behind one label: `theme:supervision`, `red_flag:violence`, `impact:4`, `provider:RWE`.

    `start` and `end` are character offsets into the message's text, both `None` when the words stand in the subject.
    `source` names the rule or model that saw them.
    """

    label: str
    text: str
    start: int | None
    end: int | None
    source: str

    @property
    def told(self) -> bool:
        """Whether these words tell the label; false where nothing does and they only stand for the message."""
        return not self.source.endswith(UNSAID)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """A pre-grade: a proposal for an officer, never a decision. Codes are those of the reference data.

    `impact` and `likelihood` are 1 to 5, `isf` 0 to 3; category 4 is never given by a program. When `graded` is false
    no words were found to grade by: the numbers are then a cautious stand-in and `needs_person` is true.
    """

    kind: Kind
    provider: str | None = None
    site: str | None = None
    provider_candidates: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    guessed_specialties: tuple[str, ...] = ()
    """Those of `specialties` that no word names, guessed from words that go with a post."""
    themes: tuple[str, ...] = ()
    impact: int
    likelihood: int
    isf: int
    red_flags: tuple[str, ...] = ()
    confidence: float
    """0 to 1: how sure the classifier is of `isf`."""
    needs_person: bool
    needs_person_reasons: tuple[str, ...] = ()
    graded: bool = True
    language: str = "en"
    evidence: tuple[Evidence, ...] = ()
    personal_data: tuple[PersonalData, ...] = ()
    """Where the text names a patient, for masking; never the words themselves."""
    classifier: str
    """Name and version, for example `rules-1.0.0`."""

    @property
    def named_specialties(self) -> tuple[str, ...]:
        """Those that the text names."""
        return tuple(code for code in self.specialties if code not in self.guessed_specialties)

    @property
    def looked_for_personal_data(self) -> bool:
        """Whether `personal_data` can be relied on: false when nothing read the text, or that part of it failed."""
        return self.classifier != "none" and not any("'personal_data'" in why for why in self.needs_person_reasons)

    def as_contract(self, message_id: Any) -> dict[str, Any]:
        """The answer of `intake classify --jsonl` for the message with this id (see docs/contracts.md)."""
        return {
            "id": message_id,
            "kind": self.kind.value,
            "provider": self.provider,
            "site": self.site,
            "provider_candidates": list(self.provider_candidates),
            "specialties": list(self.specialties),
            "themes": list(self.themes),
            "impact": self.impact,
            "likelihood": self.likelihood,
            "isf": self.isf,
            "red_flags": list(self.red_flags),
            "confidence": self.confidence,
            "needs_person": self.needs_person,
            "language": self.language,
            "evidence": [
                {"label": e.label, "text": e.text, "start": e.start, "end": e.end, "source": e.source}
                for e in self.evidence
            ],
            "classifier": self.classifier,
        }

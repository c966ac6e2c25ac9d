"""Component `abstention`: when a person has to look before anybody relies on the grade.

Every reason is named and kept with the verdict. It asks where being wrong would cost most, and stays silent elsewhere:
who is always asked to look soon does not look any more.
"""

import re

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import Notebook, notebook
from classifiers.grading_rules import SIGNIFICANT
from classifiers.kind import hard_hits
from classifiers.settings import SettingError, check
from models.verdict import Kind

DEFAULTS: dict[str, float] = {
    "serious_chance": 0.12,
    "highest_chance": 0.2,
    "highest_open": 0.3,
    "least_confidence": 0.3,
    "concern_chance": 0.02,
    "apart": 3,
}
"""What counts as too much doubt: chosen on the tuning part, where not quite three in ten are asked."""

_ASKING = frozenset({Kind.ENQUIRY, Kind.ABOUT_LEARNER})
_WHETHER_RIGHT = re.compile(
    r"\bis (?:it|this|that) (?:ok|okay|right|legal|lawful|allowed|normal|acceptable|safe|fine|usual|appropriate)\b"
    r"|\b(?:are|am|is|were|was) (?:we|i|they|it|trainees|students|juniors|f1s|f2s|nurses|doctors|registrars)(?: \w+)?"
    r" (?:meant|supposed|allowed|expected|required|obliged) to\b"
    r"|(?:^|[.!?:,] )should (?:i|we|an?|the|they|students?|trainees?|f1s?|f2s?|juniors?)\b|\bcan they (?:make|force)\b",
    re.IGNORECASE,
)
"""Who asks so mostly tells what happens: "Are we meant to sign for drugs that we did not check?"."""


@Language.factory("abstention", default_config={"limits": DEFAULTS})
def make_abstention(nlp: Language, name: str, limits: dict[str, float]) -> "Abstention":  # noqa: ARG001
    """The component; `limits` lies over DEFAULTS. Raises SettingError."""
    return Abstention(limits)


class Abstention:
    """Adds reasons for a person to the notebook."""

    def __init__(self, limits: dict[str, float]) -> None:
        for limit, value in limits.items():
            if limit not in DEFAULTS:
                raise SettingError(f"the component 'abstention' has no limit {limit!r}; it has {', '.join(DEFAULTS)}")
            check("abstention", f"limits.{limit}", value, most=4 if limit == "apart" else 1)
        self._limits = DEFAULTS | limits

    def __call__(self, doc: Doc) -> Doc:
        """Look at what cannot wait, then at the kind, then at the grade."""
        notes = notebook(doc)
        # No grade is so sure that a machine may be the only one to have read this.
        if notes.crisis is not None:
            notes.doubt("somebody may be in danger")
        if not notes.kind_sure:
            notes.doubt("it is not clear what kind of message this is")
        if notes.kind is not Kind.CONCERN:
            if notes.red_flags or notes.rule_flags:
                notes.doubt("a red flag in a message that is no concern about a place")
            if self._may_hide_a_concern(notes):
                notes.doubt("no concern about a place, but some words tell of something serious")
            if notes.kind in _ASKING and _speaks_of_harm(notes):
                notes.doubt("a question, or about a learner, with words of something serious")
            if notes.kind is Kind.ENQUIRY and _WHETHER_RIGHT.search(notes.source.text):
                notes.doubt("it asks whether something is right that may happen")
        elif notes.categories is not None:
            self._look_at_grade(notes)
        return doc

    def _may_hide_a_concern(self, notes: Notebook) -> bool:
        """Whether the rules find something serious in what the heads nearly surely take for no concern.

        A few words behind long thanks ("NB: students do this unsupervised") weigh little with the heads.
        """
        rules, scores = notes.rule_grade, notes.scores
        if rules is None or scores is None or not rules.graded or rules.isf < SIGNIFICANT:
            return False
        return scores.kinds[Kind.CONCERN.value] > self._limits["concern_chance"]

    def _look_at_grade(self, notes: Notebook) -> None:
        limits = self._limits
        assert notes.categories is not None
        isf = notes.grade.isf
        if isf < SIGNIFICANT and float(notes.categories[SIGNIFICANT:].sum()) > limits["serious_chance"]:
            notes.doubt("a low grade, but it may well be serious")
        highest = float(notes.categories[3])
        if isf < SIGNIFICANT and highest > limits["highest_chance"]:
            notes.doubt("a low grade, but the highest one is not unlikely")
        # Every second of these is wrong, and nearly always too low.
        if isf == SIGNIFICANT and highest > limits["highest_open"]:
            notes.doubt("the highest grade is nearly as likely")
        if notes.grade.confidence < limits["least_confidence"]:
            notes.doubt("the words leave the grade open")
        rules = notes.rule_grade
        if rules is not None and rules.graded and abs(rules.isf - isf) >= limits["apart"]:
            notes.doubt("the rules and the learned part grade it very differently")
        if isf < SIGNIFICANT and notes.red_flags:
            notes.doubt("a low grade in spite of a red flag")


def _speaks_of_harm(notes: Notebook) -> bool:
    """Whether anything serious is named, be it only asked about: "How do I report my supervisor groping me?"."""
    return any(hit.sentence.part not in {"signature", "quoted"} for hit in hard_hits(notes))

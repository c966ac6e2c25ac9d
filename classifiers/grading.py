"""Component `grading`: the ISF category that is proposed, and when a person has to look first.

Category 4 is never proposed. A low grade needs words that speak for it: that it is small, or that it was put right.
"""

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import Grade, Notebook, notebook
from classifiers.severity import SERIOUS
from models.framework import Reference
from models.verdict import Kind

STAND_IN = (3, 3)
"""Impact and likelihood where the words say nothing: cautious, and a person grades."""
SEXUAL_MISCONDUCT_FLOOR = 3
HIGHEST = 3
"""Category 4, training suspended, is a Postgraduate Dean's decision, whatever the bands of an operator say."""
LOW = 2
"""Categories below this are low: nobody beyond the school hears of them."""


@Language.factory("grading")
def make_grading(nlp: Language, name: str) -> "Grading":  # noqa: ARG001  spaCy calls factories so
    """The component without reference data; the pipeline puts them in with `use`."""
    return Grading()


class Grading:
    """Writes `grade` and reasons for a person into the notebook."""

    def __init__(self) -> None:
        self._reference: Reference | None = None

    def use(self, reference: Reference) -> None:
        """Take the bands from this reference data."""
        self._reference = reference

    def __call__(self, doc: Doc) -> Doc:
        """Grade what is a concern; for anything else there is nothing to grade."""
        notes = notebook(doc)
        if self._reference is None:
            raise RuntimeError("grading has no reference data; call use() first")
        if notes.kind is Kind.CONCERN:
            notes.grade = _grade(notes, self._reference)
        else:
            notes.grade = Grade(impact=1, likelihood=1, isf=0, graded=True, confidence=0.8 if notes.kind_sure else 0.4)
            if not notes.kind_sure:
                notes.doubt("it is not clear what kind of message this is")
            if notes.red_flags:
                notes.doubt("a red flag in a message that is no concern about a place")
        return doc


def _grade(notes: Notebook, reference: Reference) -> Grade:
    if notes.impact is None:
        notes.doubt("no words were found to grade by")
        impact, likelihood = STAND_IN
        return Grade(impact=impact, likelihood=likelihood, isf=_category(reference, impact, likelihood))
    known = notes.likelihood is not None
    if notes.likelihood is None:
        notes.doubt("nothing says how likely it is to happen again")
    unknown = 4 if notes.impact >= SERIOUS else 3
    impact, likelihood = _raised(notes, reference, notes.impact, notes.likelihood or unknown)
    isf = _category(reference, impact, likelihood)
    if isf < LOW and impact >= SERIOUS:
        notes.doubt("serious words, but a low grade because it seems to be over")
    elif isf < LOW and not (notes.trivial or notes.put_right or likelihood <= 2):
        notes.doubt("a low grade, but no words say that it is small or was put right")
    confidence = _confidence(notes, isf, known=known)
    return Grade(impact=impact, likelihood=likelihood, isf=isf, graded=True, confidence=confidence)


def _category(reference: Reference, impact: int, likelihood: int) -> int:
    return min(reference.category_of(impact, likelihood), HIGHEST)


def _raised(notes: Notebook, reference: Reference, impact: int, likelihood: int) -> tuple[int, int]:
    """The floor: rules raise, nothing here lowers."""
    if "sexual_misconduct" not in (*notes.themes, *notes.red_flags):
        return impact, likelihood
    impact = max(impact, SERIOUS)
    return impact, _lifted(reference, impact, likelihood, SEXUAL_MISCONDUCT_FLOOR)


def _lifted(reference: Reference, impact: int, likelihood: int, category: int) -> int:
    """The least likelihood, not below the given one, that leads to the category; 5 if none does."""
    for level in range(likelihood, 6):
        if reference.category_of(impact, level) >= category:
            return level
    return 5


def _confidence(notes: Notebook, isf: int, *, known: bool) -> float:
    signs = len({hit.sentence.number for hit in notes.hits_of("impact") if hit.asserted})
    sure = 0.25 + min(signs, 4) * 0.08 + (0.15 if known else 0.0) + (0.05 if isf == 3 and notes.red_flags else 0.0)
    if notes.reasons:
        sure -= 0.15
    return round(max(0.05, min(sure, 0.75)), 2)

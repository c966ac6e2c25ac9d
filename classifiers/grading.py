"""Component `grading`: the ISF category that is proposed, with the impact and the likelihood that lead to it.

Category 4 is never proposed. The learned heads propose, rules may raise; without heads the rules grade alone.
"""

from spacy.language import Language
from spacy.tokens import Doc

from classifiers import grading_learned
from classifiers.document import Grade, Notebook, notebook
from classifiers.telling import most_telling
from models.framework import Reference
from models.verdict import Kind


@Language.factory("grading")
def make_grading(nlp: Language, name: str) -> "Grading":  # noqa: ARG001  spaCy calls factories so
    """The component without reference data; the pipeline puts them in with `use`."""
    return Grading()


class Grading:
    """Writes `grade` into the notebook."""

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
        notes.grade = _grade(notes, self._reference)
        if notes.kind is Kind.CONCERN:
            _show(notes, "impact", notes.grade.impact)
            _show(notes, "likelihood", notes.grade.likelihood)
        return doc


def _show(notes: Notebook, name: str, level: int) -> None:
    """Show the words behind a level: those of the rules where they say the same, else the most telling sentence."""
    by_rules = notes.rule_words.get(name)
    if by_rules is not None and by_rules[0] == level:
        notes.show(f"{name}:{level}", by_rules[1])
        return
    told = most_telling(notes, name)
    if told is not None:
        notes.show_sentence(f"{name}:{level}", told[0], f"{notes.encoder}/{name}")


def _grade(notes: Notebook, reference: Reference) -> Grade:
    if notes.kind is not Kind.CONCERN:
        return Grade(impact=1, likelihood=1, isf=0, graded=True, confidence=0.8 if notes.kind_sure else 0.4)
    if notes.scores is not None:
        return grading_learned.grade(notes, reference)
    for reason in notes.rule_reasons:
        notes.doubt(reason)
    return notes.rule_grade or Grade()

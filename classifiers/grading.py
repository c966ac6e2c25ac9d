"""Component `grading`: the ISF category that is proposed, with the impact and the likelihood that lead to it.

Category 4 is never proposed. The learned heads propose, rules may raise; without heads the rules grade alone.
"""

from dataclasses import asdict

from spacy.language import Language
from spacy.tokens import Doc

from classifiers import grading_learned
from classifiers.cues import VERSION
from classifiers.document import Grade, Notebook, notebook
from classifiers.grading_learned import STANDARD, GradingSettings
from classifiers.raising import show_factors
from classifiers.telling import most_telling, show_whole
from models.framework import Reference
from models.verdict import UNSAID, Kind

RULE = f"rules-{VERSION}"


@Language.factory("grading", default_config=asdict(STANDARD))
def make_grading(
    nlp: Language,  # noqa: ARG001  spaCy calls factories so
    name: str,  # noqa: ARG001
    *,
    direct: float,
    too_low: float,
    far: float,
    material: float,
    likely: float,
    floors: dict[str, int],
) -> "Grading":
    """The component without reference data; the pipeline puts them in with `use`. Raises SettingError."""
    settings = GradingSettings(direct=direct, too_low=too_low, far=far, material=material, likely=likely, floors=floors)
    return Grading(settings)


class Grading:
    """Writes `grade` into the notebook."""

    def __init__(self, settings: GradingSettings = STANDARD) -> None:
        self._settings = settings
        self._reference: Reference | None = None

    def use(self, reference: Reference) -> None:
        """Take the bands from this reference data."""
        self._reference = reference

    def __call__(self, doc: Doc) -> Doc:
        """Grade what is a concern; for anything else there is nothing to grade."""
        notes = notebook(doc)
        if self._reference is None:
            raise RuntimeError("grading has no reference data; call use() first")
        notes.grade = _grade(notes, self._reference, self._settings)
        if notes.kind is Kind.CONCERN:
            _show(notes, "impact", notes.grade.impact)
            _show(notes, "likelihood", notes.grade.likelihood)
            show_factors(notes)
            _show_category(notes)
        else:
            notes.show_again(f"isf:{notes.grade.isf}", f"kind:{notes.kind.value}", f"{RULE}/isf.no_concern")
        return doc


def _show(notes: Notebook, name: str, level: int) -> None:
    """Show the words behind a level: those of the rules where they say the same, else the most telling sentence."""
    label = f"{name}:{level}"
    by_rules = notes.rule_words.get(name)
    told = most_telling(notes, name)
    if by_rules is not None and by_rules[0] == level:
        notes.show(label, by_rules[1])
    elif told is not None:
        notes.show_sentence(label, told[0], f"{notes.judge}/{name}")
    elif notes.scores is not None:
        show_whole(notes, label, f"{notes.judge}/{name}")
    elif not _show_floor(notes, name, label):
        show_whole(notes, label, f"{RULE}/{name}{UNSAID}")


def _show_floor(notes: Notebook, name: str, label: str) -> bool:
    """Show the words of the theme or the flag that sets a level by the rules alone; whether there are any."""
    lifted = notes.grade.lifted_by.replace(".", ":")
    if lifted:
        return notes.show_again(label, lifted, f"{RULE}/floor.{notes.grade.lifted_by}")
    by_labels = [f"red_flag:{flag}" for flag in notes.red_flags] + [f"theme:{theme}" for theme in notes.themes]
    if name != "impact" or not by_labels:
        return False
    return notes.show_again(label, max(by_labels, key=lambda one: notes.least.get(one, 0)))


def _show_category(notes: Notebook) -> None:
    """Show the words of the floor that lifted the category, and those of the impact and the likelihood that make it."""
    grade = notes.grade
    label = f"isf:{grade.isf}"
    if grade.lifted_by:
        notes.show_again(label, f"raised:{grade.lifted_by}", f"{RULE}/floor.{grade.lifted_by}")
    source = f"{notes.judge}/isf" if notes.scores is not None else f"{RULE}/isf.bands"
    if not grade.graded:
        source = f"{RULE}/isf{UNSAID}"
    for name in (f"impact:{grade.impact}", f"likelihood:{grade.likelihood}"):
        notes.show_again(label, name, source)


def _grade(notes: Notebook, reference: Reference, settings: GradingSettings) -> Grade:
    if notes.kind is not Kind.CONCERN:
        return Grade(impact=1, likelihood=1, isf=0, graded=True, confidence=0.8 if notes.kind_sure else 0.4)
    if notes.scores is not None:
        return grading_learned.grade(notes, reference, settings)
    for reason in notes.rule_reasons:
        notes.doubt(reason)
    return notes.rule_grade or Grade()

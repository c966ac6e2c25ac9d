"""The named factors that raise a grade, each with its words: a red flag, words of the worst kind, that it recurs ….

Impact and likelihood make the category. A factor is named where the text asserts it and the grade reaches the level to
which it raises by itself, so that an officer reads beside a grade what made it no lower.
"""

from collections.abc import Iterator

from classifiers.document import Hit, Notebook
from classifiers.grading_rules import SERIOUS
from classifiers.rule_labels import EXPOSED
from classifiers.severity import MIDDLING

RECURRENCE = {"recurs": "recurrence", "now": "going_on", "soon": "soon", "known": "known"}
"""Sign that it happens again, as cues name it -> the factor."""
WORST_WORDS = "worst_words"
EXTREME = "5"
"""The impact of death, severe harm, assault, abuse and concealment, as cues name it."""


def is_worst(hit: Hit) -> bool:
    """Whether a cue is words of the worst kind that may be true of this place."""
    worst = hit.cue.family == "impact" and hit.cue.label == EXTREME and hit.counts
    return worst and not hit.elsewhere and hit.sentence.part != "signature"


def show_factors(notes: Notebook) -> None:
    """Add the words of every factor that raised the grade, as evidence for `raised:…`."""
    for factor, like in _by_labels(notes):
        notes.show_again(f"raised:{factor}", like)
    named: set[str] = set()
    for hit in notes.hits:
        factor = ""
        if is_worst(hit):
            reached = notes.grade.impact >= SERIOUS or notes.grade.lifted_by == WORST_WORDS
            factor = WORST_WORDS if reached else ""
        elif hit.cue.family == "likelihood" and hit.asserted and notes.grade.likelihood >= MIDDLING:
            factor = RECURRENCE.get(hit.cue.label, "") if hit.sentence.part in {"subject", "body", "cited"} else ""
        if factor and factor not in named:
            named.add(factor)
            notes.show(f"raised:{factor}", hit)


def _by_labels(notes: Notebook) -> Iterator[tuple[str, str]]:
    """The factors that are red flags or themes, and the labels behind whose words they stand."""
    impact = notes.grade.impact
    for flag in notes.red_flags:
        if impact >= notes.least.get(f"red_flag:{flag}", 6) or notes.grade.lifted_by == f"red_flag.{flag}":
            yield f"red_flag.{flag}", f"red_flag:{flag}"
    for theme in notes.themes:
        if theme not in notes.red_flags and SERIOUS <= notes.least.get(f"theme:{theme}", 2) <= impact:
            yield f"theme.{theme}", f"theme:{theme}"
    if impact >= SERIOUS and "patient_safety" in notes.themes and not EXPOSED.isdisjoint(notes.themes):
        yield "patients_exposed", "theme:patient_safety"

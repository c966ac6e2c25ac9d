"""Grading by rules alone: from the impact and the likelihood that the cues add up to.

A low grade needs words that speak for it: that it is small, or that it was put right.
"""

from classifiers.crisis import FLAG
from classifiers.document import Grade, Notebook
from models.framework import Reference

SERIOUS = 4
"""From this impact on, what is not said counts against the place."""
STAND_IN = (3, 3)
"""Impact and likelihood where the words say nothing: cautious, and a person grades."""
SIGNIFICANT = 2
"""The lowest category of a serious concern: of those below nobody beyond the school hears."""
SEXUAL_MISCONDUCT_FLOOR = 3
CRISIS_FLOOR = SIGNIFICANT
"""The category that a message with words of a crisis has at least, whatever else it tells."""
CRISIS = f"red_flag.{FLAG}"
"""The factor by which they lift it."""
HIGHEST = 3
"""Category 4, training suspended, is a Postgraduate Dean's decision, whatever the bands of an operator say."""


def grade(notes: Notebook, reference: Reference) -> tuple[Grade, list[str]]:
    """The grade by the cues, and reasons for a person where they say too little."""
    if notes.impact is None:
        impact, likelihood, lifted_by = _raised(notes, reference, *STAND_IN)
        isf = category(reference, impact, likelihood)
        stand_in = Grade(impact=impact, likelihood=likelihood, isf=isf, lifted_by=lifted_by)
        return stand_in, ["no words were found to grade by"]
    known = notes.likelihood is not None
    reasons = [] if known else ["nothing says how likely it is to happen again"]
    unknown = 4 if notes.impact >= SERIOUS else 3
    impact, likelihood, lifted_by = _raised(notes, reference, notes.impact, notes.likelihood or unknown)
    isf = category(reference, impact, likelihood)
    if isf < SIGNIFICANT and impact >= SERIOUS:
        reasons.append("serious words, but a low grade because it seems to be over")
    elif isf < SIGNIFICANT and not (notes.trivial or notes.put_right or likelihood <= 2):
        reasons.append("a low grade, but no words say that it is small or was put right")
    confidence = _confidence(notes, isf, sure=known and not reasons)
    given = Grade(
        impact=impact, likelihood=likelihood, isf=isf, graded=True, confidence=confidence, lifted_by=lifted_by
    )
    return given, reasons


def category(reference: Reference, impact: int, likelihood: int) -> int:
    """The category of an impact and a likelihood, as far as a program may propose it."""
    return min(reference.category_of(impact, likelihood), HIGHEST)


def _raised(notes: Notebook, reference: Reference, impact: int, likelihood: int) -> tuple[int, int, str]:
    """The floors, and which of them lifted: rules raise, nothing here lowers."""
    said = impact, likelihood
    if "sexual_misconduct" in (*notes.rule_themes, *notes.rule_flags):
        floor, factor = SEXUAL_MISCONDUCT_FLOOR, "red_flag.sexual_misconduct"
    elif notes.crisis is not None and category(reference, impact, likelihood) < CRISIS_FLOOR:
        floor, factor = CRISIS_FLOOR, CRISIS
    else:
        return impact, likelihood, ""
    impact = max(impact, SERIOUS)
    likelihood = _lifted(reference, impact, likelihood, floor)
    return impact, likelihood, factor if (impact, likelihood) != said else ""


def _lifted(reference: Reference, impact: int, likelihood: int, category: int) -> int:
    """The least likelihood, not below the given one, that leads to the category; 5 if none does."""
    for level in range(likelihood, 6):
        if reference.category_of(impact, level) >= category:
            return level
    return 5


def _confidence(notes: Notebook, isf: int, *, sure: bool) -> float:
    signs = len({hit.sentence.number for hit in notes.hits_of("impact") if hit.asserted})
    behind = 0.15 + min(signs, 4) * 0.08 + (0.25 if sure else 0.0) + (0.05 if isf == 3 and notes.rule_flags else 0.0)
    return round(max(0.05, min(behind, 0.75)), 2)

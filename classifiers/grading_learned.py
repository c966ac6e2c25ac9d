"""Grading by the learned heads, raised by rules.

Two views of the category are weighed: the one learned directly, and the one that follows from impact and likelihood by
the bands, which counts for more. The category is the one whose expected cost is least, where to grade too low costs
more than too high.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

import numpy as np

from classifiers.document import Grade, Notebook
from classifiers.grading_rules import CRISIS, CRISIS_FLOOR, HIGHEST, SIGNIFICANT, category
from classifiers.heads import Floats
from classifiers.raising import WORST_WORDS, is_worst
from classifiers.settings import check
from models.framework import Reference

CATEGORIES = 4
LEVELS = range(1, 6)


@dataclass(frozen=True, kw_only=True, slots=True)
class GradingSettings:
    """What the category is chosen by where learned heads grade; the figures were chosen on the tuning part."""

    direct: float = 0.3
    """How much the category that was learned directly counts."""
    too_low: float = 1.5
    """What grading a step too low costs, when a step too high costs 1."""
    far: float = 1.5
    """The power of the steps by which a category is wrong: two cost more than twice one."""
    material: float = 0.35
    """The chance of a serious category from which words of the worst kind make it one."""
    likely: float = 0.5
    """The chance of a red flag from which its floor counts."""
    floors: Mapping[str, int] = field(default_factory=lambda: {"sexual_misconduct": 3})
    """Red flag -> the category that it has at least."""

    def __post_init__(self) -> None:
        for name in ("direct", "material", "likely"):
            check("grading", name, getattr(self, name))
        # To grade too low must never be cheaper than to grade too high.
        check("grading", "too_low", self.too_low, least=1, most=inf)
        check("grading", "far", self.far, least=1, most=5)
        for flag, floor in self.floors.items():
            check("grading", f"floors.{flag}", floor, most=HIGHEST)


STANDARD = GradingSettings()


def grade(notes: Notebook, reference: Reference, settings: GradingSettings = STANDARD) -> Grade:
    """The grade that the heads propose, never below the floors."""
    assert notes.scores is not None
    joint = np.outer(notes.scores.impact, notes.scores.likelihood)
    categories = np.array([[category(reference, impact, likelihood) for likelihood in LEVELS] for impact in LEVELS])
    notes.categories = settings.direct * notes.scores.isf + (1 - settings.direct) * _shares(joint, categories)
    floors = _floors(notes, settings)
    highest = max(floors, key=lambda factor: floors[factor])
    cheapest = _cheapest(notes.categories, settings)
    isf = max(cheapest, floors[highest])
    impact, likelihood = _likeliest(joint, categories, isf)
    return Grade(
        impact=impact,
        likelihood=likelihood,
        isf=isf,
        graded=True,
        confidence=round(float(notes.categories[isf]), 2),
        lifted_by=highest if isf > cheapest else "",
    )


def _floors(notes: Notebook, settings: GradingSettings) -> dict[str, int]:
    """Factor -> the category to which it raises, which a red flag does that is not only given but likely to be true."""
    assert notes.scores is not None
    chances = {flag: notes.scores.labels.get(f"red_flag:{flag}", 1.0) for flag in notes.red_flags}
    likely = [flag for flag, chance in chances.items() if flag in settings.floors and chance >= settings.likely]
    floors = {f"red_flag.{flag}": settings.floors[flag] for flag in likely}
    # The heads cannot read a disguise, so that a crisis does not wait for their chance.
    if notes.crisis is not None:
        floors[CRISIS] = max(CRISIS_FLOOR, floors.get(CRISIS, 0))
    return floors or {WORST_WORDS: _floor_by_rules(notes, settings.material)}


def _floor_by_rules(notes: Notebook, material: float) -> int:
    """The category that rules raise to: words of the worst kind are not low where rules and heads fear the same."""
    assert notes.categories is not None
    rules = notes.rule_grade
    both = not notes.rule_flags.keys().isdisjoint(notes.red_flags)
    if float(notes.categories[SIGNIFICANT:].sum()) < material and not both:
        return 0
    worst = any(is_worst(hit) for hit in notes.hits)
    return SIGNIFICANT if worst and rules is not None and rules.isf >= SIGNIFICANT else 0


def _shares(joint: Floats, categories: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]") -> Floats:
    """The probability of each category, from those of impact and likelihood."""
    return np.array([joint[categories == one].sum() for one in range(CATEGORIES)])


def _cheapest(shares: Floats, settings: GradingSettings) -> int:
    """The category with the least expected cost."""
    steps = np.arange(CATEGORIES)[:, None] - np.arange(CATEGORIES)[None]  # truth less given
    costs = np.where(steps > 0, settings.too_low, 1.0) * np.abs(steps) ** settings.far
    return int((shares @ costs).argmin())


def _likeliest(
    joint: Floats, categories: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]", isf: int
) -> tuple[int, int]:
    """The likeliest impact and likelihood that lead to a category; the nearest higher one where none does."""
    reachable = categories[categories >= isf]
    wanted = reachable.min() if reachable.size else categories.max()
    inside = np.where(categories == wanted, joint + 1e-12, -1.0)
    impact, likelihood = np.unravel_index(int(inside.argmax()), inside.shape)
    return int(impact) + 1, int(likelihood) + 1

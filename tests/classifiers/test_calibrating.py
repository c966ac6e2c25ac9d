"""Facts about thresholds, and about what a flag that only may be true changes."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from classifiers.document import Notebook
from classifiers.grading_learned import grade
from classifiers.heads import Scores, levels
from classifiers.learning.calibrate import thresholds
from classifiers.learning.examples import Example
from classifiers.normalise import normalise
from models.framework import Reference
from models.verdict import Kind

LABELS = ("theme:rota", "red_flag:violence", "red_flag:learners_removed")


def example(number: int, *labels: str, by_rules: tuple[str, ...] = ()) -> Example:
    """What the thresholds look at of a message."""
    themes = tuple(one.removeprefix("theme:") for one in labels if one.startswith("theme:"))
    flags = tuple(one.removeprefix("red_flag:") for one in labels if one.startswith("red_flag:"))
    message = SimpleNamespace(id=number, kind=Kind.CONCERN, themes=themes, red_flags=flags)
    return cast(Example, SimpleNamespace(message=message, notes=SimpleNamespace(rule_flags=dict.fromkeys(by_rules))))


def chosen(cases: Sequence[tuple[float, tuple[str, ...]]]) -> dict[str, Any]:
    """The thresholds where every label of a message has the same chance."""
    tune = [example(number, *labels) for number, (_, labels) in enumerate(cases)]
    chances = {id(one): chance for one, (chance, _) in zip(tune, cases, strict=True)}
    return thresholds(
        LABELS, tune, lambda one: cast(Scores, SimpleNamespace(labels=dict.fromkeys(LABELS, chances[id(one)])))
    )


def test_a_threshold_parts_what_can_be_parted() -> None:
    limits = chosen([(0.6, LABELS)] * 5 + [(0.3, ())] * 5)
    assert 0.3 < limits["theme"] <= 0.6
    assert all(0.3 < limit <= 0.6 for limit in limits["red_flags"].values())


def test_a_missed_flag_costs_more_than_one_too_many_and_a_missed_theme_does_not() -> None:
    limits = chosen([(0.6, LABELS)] * 4 + [(0.3, ())] * 8 + [(0.2, LABELS)] * 2)
    assert limits["theme"] > 0.3
    assert all(limit <= 0.2 for limit in limits["red_flags"].values())


def test_a_flag_with_few_cases_leans_on_the_others() -> None:
    many, few = ("red_flag:violence",), ("red_flag:learners_removed",)
    limits = chosen([(0.3, many)] * 30 + [(0.1, ())] * 60 + [(0.7, few)])["red_flags"]
    assert limits["learners_removed"] <= 0.3


def test_a_rule_that_flags_too_is_weighed_when_the_threshold_is_chosen() -> None:
    flag, other = "red_flag:violence", "red_flag:learners_removed"
    alone = [example(number, flag, other) for number in range(6)] + [example(number) for number in range(6, 18)]
    ruled = [example(number, flag, by_rules=("violence",)) for number in range(6)] + alone[6:]
    chances = {number: 0.1 if number < 6 else 0.2 for number in range(18)}

    def limit(tune: list[Example]) -> float:
        said = {one.message.id: dict.fromkeys((flag, other), chances[int(one.message.id)]) for one in tune}
        limits = thresholds((flag, other), tune, lambda one: cast(Scores, SimpleNamespace(labels=said[one.message.id])))
        return float(limits["red_flags"]["violence"])

    assert limit(alone) <= 0.1
    assert 0.2 < limit(ruled) <= 0.4


MILD = (-4.0, -5.0, -6.0, -7.0)


def scores(
    *,
    flag: float = 0.0,
    impact: Sequence[float] = MILD,
    likelihood: Sequence[float] = MILD,
    isf: Sequence[float] = MILD,
) -> Scores:
    """Levels by the logits of being above the first, the second …."""
    return Scores(
        labels={"red_flag:sexual_misconduct": flag},
        columns=("red_flag:sexual_misconduct",),
        sentences=np.zeros((1, 1)),
        kinds={"concern": 1.0},
        impact=levels(np.array(impact)),
        likelihood=levels(np.array(likelihood)),
        isf=levels(np.array(isf[:3])),
    )


def graded(told: Scores, *flags: str) -> Notebook:
    return Notebook(source=normalise("text"), subject_length=0, text_start=0, scores=told, red_flags=flags)


@pytest.mark.parametrize(("chance", "category"), [(0.2, 0), (0.9, 3)])
def test_a_flag_raises_the_category_only_where_it_is_likelier_than_not(
    chance: float, category: int, reference: Reference
) -> None:
    assert grade(graded(scores(flag=chance), "sexual_misconduct"), reference).isf == category


@pytest.mark.parametrize(("highest", "category"), [(0.0, 2), (1.5, 3), (-4.0, 1)])
def test_between_the_categories_1_and_3_the_middle_is_the_smaller_error(
    highest: float, category: int, reference: Reference
) -> None:
    told = scores(impact=(highest, highest, -9, -9), likelihood=(9, 9, 9, 9), isf=(9, highest, highest))
    assert grade(graded(told), reference).isf == category

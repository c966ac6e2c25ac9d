"""Facts about two judges made one."""

from dataclasses import replace

import numpy as np
import pytest

from classifiers.heads import Linear, Scores, levels
from classifiers.mixing import Mix, step_logits, together

LABELS = ("theme:rota", "red_flag:violence")


def scores(chance: float, kind: float, steps: list[float]) -> Scores:
    return Scores(
        labels=dict.fromkeys(LABELS, chance),
        columns=LABELS,
        sentences=np.full((2, 2), chance),
        kinds={"concern": kind, "enquiry": 1 - kind},
        impact=levels(np.array(steps)),
        likelihood=levels(np.array(steps)),
        isf=levels(np.array(steps[:3])),
    )


def linear(outputs: int, weights: tuple[float, float], bias: float = 0.0) -> Linear:
    return Linear(
        weights=np.repeat(np.array(weights, np.float32)[:, None], outputs, axis=1),
        bias=np.full(outputs, bias, np.float32),
    )


def mix(weights: tuple[float, float], kinds: float = 0.0, bias: float = 0.0) -> Mix:
    steps = {name: linear(outputs, weights, bias) for name, outputs in (("impact", 4), ("likelihood", 4), ("isf", 3))}
    return Mix(labels=linear(2, weights, bias), kinds=kinds, **steps)


ONE, OTHER = scores(0.9, 0.8, [2.0, 1.0, 0.0, -1.0]), scores(0.2, 0.4, [0.5, 0.0, -1.0, -2.0])


def test_a_judge_with_the_whole_voice_is_heard_as_it_spoke() -> None:
    said = together(ONE, OTHER, mix((1.0, 0.0)))
    assert said.labels == pytest.approx(ONE.labels)
    assert said.kinds == pytest.approx(ONE.kinds)
    assert said.isf == pytest.approx(ONE.isf)
    assert together(ONE, OTHER, mix((0.0, 1.0), kinds=1.0)).kinds == pytest.approx(OTHER.kinds)


def test_two_judges_meet_between_and_all_shares_add_up_to_1() -> None:
    said = together(ONE, OTHER, mix((0.5, 0.5), kinds=0.5))
    assert all(0.2 < chance < 0.9 for chance in said.labels.values())
    assert 0.4 < said.kinds["concern"] < 0.8
    for shares in (np.array([*said.kinds.values()]), said.impact, said.likelihood, said.isf):
        assert shares.sum() == pytest.approx(1)
    assert (said.sentences == 0.55).all()


def test_two_who_agree_are_surer_together_where_both_have_more_than_half_a_voice() -> None:
    assert together(ONE, ONE, mix((0.7, 0.7))).labels["theme:rota"] > 0.9


def test_a_flag_that_is_a_theme_too_is_heard_together_with_it() -> None:
    names = ("theme:violence", "red_flag:violence", "red_flag:learners_removed")
    said = replace(ONE, labels=dict(zip(names, (0.9, 0.5, 0.5), strict=True)))
    labels = together(said, said, replace(mix((1.0, 0.0)), labels=linear(3, (1.0, 0.0)))).labels
    assert labels["theme:violence"] == pytest.approx(0.9)
    assert labels["red_flag:violence"] == pytest.approx(0.75)
    assert labels["red_flag:learners_removed"] == pytest.approx(0.5)


def test_steps_and_levels_are_two_ways_to_say_the_same() -> None:
    steps = np.array([2.0, 1.0, 0.0, -1.0])
    assert step_logits(levels(steps)) == pytest.approx(steps)


def test_a_mix_comes_back_as_it_was_kept() -> None:
    kept = mix((0.25, 0.75), kinds=0.2, bias=-0.5)
    again = Mix.of(kept.kept())
    assert together(ONE, OTHER, again).labels == together(ONE, OTHER, kept).labels
    assert again.kinds == 0.2

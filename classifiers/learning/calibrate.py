"""Makes the heads' probabilities mean what they say, and finds the thresholds, on messages they did not learn from."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from classifiers.heads import Floats, Heads, Linear, Scores, Shown, pooled, sentence_rows, together, view_of
from classifiers.learning.examples import Example, labels_of, weights_of
from models.verdict import Kind

FEWEST = 8
"""Messages on either side that a step of a grade must have to be calibrated by itself."""
FLAG_RECALL = 2.0
"""How many times as much the recall of a red flag counts as its precision."""
LIFE = "learner_at_risk"
LIFE_RECALL = 4.0
"""The same where a life may be at stake."""
OPTIONS = tuple(round(0.04 + 0.02 * step, 2) for step in range(35))
"""The thresholds that are tried."""
Judge = Callable[[Example], Scores]
SHRINKING = 0.3
"""How far a label's own bias may leave that of its family: few examples stand behind each."""
Bools = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def calibrated(heads: Heads, tune: Sequence[Example]) -> Heads:
    """The heads with calibrated probabilities and with thresholds in their settings."""
    graded = [one for one in tune if one.message.kind is Kind.CONCERN]
    views = np.array([_view(heads, one.shown) for one in graded])
    weights = weights_of(graded)

    def steps(linear: Linear, value: Callable[[Example], int], lowest: int) -> Linear:
        above = np.array([[value(one) > lowest + step for step in range(len(linear.bias))] for one in graded])
        return _platt(linear, linear(views), above, weights)

    fused = replace(
        heads,
        fusion=_fusion(heads, tune),
        impact=steps(heads.impact, lambda one: one.message.impact, 1),
        likelihood=steps(heads.likelihood, lambda one: one.message.likelihood, 1),
        isf=steps(heads.isf, lambda one: one.message.isf, 0),
    )
    return replace(fused, settings=thresholds(fused.labels, tune, judged_by(fused)))


def _view(heads: Heads, shown: Shown) -> Floats:
    return view_of(shown, heads.rules, heads.sentence(sentence_rows(shown, heads.rules))).astype(np.float64)


def _platt(linear: Linear, scores: Floats, above: Bools, weights: Floats) -> Linear:
    """The map whose logits are stretched and shifted so that they are probabilities on these messages."""
    stretch, shift = np.ones(len(linear.bias)), np.zeros(len(linear.bias))
    for step in range(len(linear.bias)):
        if min(above[:, step].sum(), (~above[:, step]).sum()) >= FEWEST:
            model = LogisticRegression(C=1.0).fit(scores[:, step : step + 1], above[:, step], sample_weight=weights)
            if model.coef_[0, 0] > 0:
                stretch[step], shift[step] = model.coef_[0, 0], model.intercept_[0]
    return Linear(
        weights=(linear.weights * stretch).astype(np.float32),
        bias=(linear.bias * stretch + shift).astype(np.float32),
    )


def _fusion(heads: Heads, tune: Sequence[Example]) -> Linear:
    """How much the sentences and the whole count, the same for all themes and for all flags, with a bias for each."""
    truths = np.array([labels_of(one, heads.labels) for one in tune])
    both = np.array([_both(heads, one.shown) for one in tune])
    weights, bias = np.zeros((2, len(heads.labels)), np.float32), np.zeros(len(heads.labels), np.float32)
    for family in ("theme:", "red_flag:"):
        columns = [at for at, label in enumerate(heads.labels) if label.startswith(family)]
        marks = np.eye(len(columns)) * SHRINKING
        rows = [
            [*both[message, :, at], *marks[place]] for message in range(len(tune)) for place, at in enumerate(columns)
        ]
        told = [truths[message, at] for message in range(len(tune)) for at in columns]
        model = LogisticRegression(C=1.0, max_iter=500).fit(rows, told)
        weights[:, columns] = model.coef_[0, :2, None]
        bias[columns] = model.intercept_[0] + model.coef_[0, 2:] * SHRINKING
    return Linear(weights=weights, bias=bias)


def _both(heads: Heads, shown: Shown) -> Floats:
    rows = heads.sentence(sentence_rows(shown, heads.rules))
    return np.stack([pooled(rows[:, : len(heads.labels)]), heads.document(view_of(shown, heads.rules, rows))])


def judged_by(heads: Heads, lighter: Heads | None = None) -> Judge:
    """What these heads, or both together, say of an example."""

    def judge(one: Example) -> Scores:
        scores = heads.scores(one.shown)
        return scores if lighter is None or one.lighter is None else together(scores, lighter.scores(one.lighter))

    return judge


def thresholds(labels: tuple[str, ...], tune: Sequence[Example], judge: Judge) -> dict[str, Any]:
    """From which probability on a theme and each red flag are given.

    Themes have one threshold, which makes F1 best. Each flag has its own, which makes best the F measure that counts
    recall `FLAG_RECALL` times as much: a missed flag can hurt somebody, a flag too many costs a look.
    """
    truths = np.array([labels_of(one, labels) for one in tune])
    chances = np.array([[*judge(one).labels.values()] for one in tune])
    themes = [at for at, label in enumerate(labels) if label.startswith("theme:")]
    concerns = [at for at, one in enumerate(tune) if one.message.kind is Kind.CONCERN]
    theme = max(OPTIONS, key=lambda least: _f(truths[concerns][:, themes], chances[concerns][:, themes] >= least, 1.0))
    flags = {
        label.removeprefix("red_flag:"): max(
            OPTIONS,
            key=lambda least, at=at, label=label: _f(truths[:, at], chances[:, at] >= least, _weight_of(label)),  # type: ignore[misc]
        )
        for at, label in enumerate(labels)
        if label.startswith("red_flag:")
    }
    return {"theme": theme, "red_flags": flags}


def _weight_of(label: str) -> float:
    return LIFE_RECALL if label.endswith(LIFE) else FLAG_RECALL


def _f(truths: Bools, given: Bools, weight: float) -> float:
    """The F measure in which recall counts `weight` times as much as precision."""
    square = weight**2
    both = square * truths.sum() + given.sum()
    return float((1 + square) * (truths & given).sum() / both) if both else 0.0

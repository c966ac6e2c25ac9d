"""Makes the heads' probabilities mean what they say, and finds the thresholds, on messages they did not learn from."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from sklearn.linear_model import LogisticRegression

from classifiers.heads import Floats, Heads, Linear, Scores
from classifiers.learning.examples import Example, labels_of, weights_of
from classifiers.red_flags import SURE
from models.verdict import Kind

FEWEST = 8
"""Messages on either side that a step of a grade must have to be calibrated by itself."""
FLAG_RECALL = 2.5
"""How many times as much the recall of a red flag counts as its precision."""
LIFE = "learner_at_risk"
LIFE_RECALL = 4.0
"""The same where a life may be at stake."""
OPTIONS = tuple(round(0.02 + 0.01 * step, 2) for step in range(72))
"""The thresholds that are tried."""
LENT = 2.0
"""How much the mean of all flags counts beside a flag's own few cases when its threshold is chosen."""
SMALLEST = 1e-9
Judge = Callable[[Example], Scores]
SHRINKING = 0.3
"""How far a label's own bias may leave that of its family: few examples stand behind each."""
Bools = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
LOWEST = {"impact": 1, "likelihood": 1, "isf": 0}
Judging = TypeVar("Judging", bound=Heads)


def calibrated(heads: Judging, tune: Sequence[Example]) -> Judging:
    """The heads with calibrated probabilities and with thresholds in their settings."""
    raws = [heads.raw(one.shown) for one in tune]
    graded = [at for at, one in enumerate(tune) if one.message.kind is Kind.CONCERN]
    weights = weights_of([tune[at] for at in graded])

    def steps(name: str) -> Linear:
        linear: Linear = getattr(heads, name)
        scores = np.array([getattr(raws[at], name) for at in graded])
        return linear.scaled(*_platt(scores, above(tune, graded, name, len(linear.bias)), weights))

    fused = replace(
        heads,
        fusion=fused_labels(heads.labels, np.array([raw.labels for raw in raws]), tune),
        impact=steps("impact"),
        likelihood=steps("likelihood"),
        isf=steps("isf"),
    )
    return replace(fused, settings=thresholds(fused.labels, tune, lambda one: fused.scores(one.shown)))


def above(examples: Sequence[Example], graded: Sequence[int], name: str, steps: int) -> Bools:
    """(graded, steps): whether a figure of each message is above the first level, above the second …."""
    lowest = LOWEST[name]
    return np.array([[getattr(examples[at].message, name) > lowest + step for step in range(steps)] for at in graded])


def _platt(scores: Floats, truths: Bools, weights: Floats) -> tuple[Floats, Floats]:
    """By what logits are to be stretched and shifted so that they are probabilities on these messages."""
    stretch, shift = np.ones(scores.shape[1]), np.zeros(scores.shape[1])
    for step in range(scores.shape[1]):
        if min(truths[:, step].sum(), (~truths[:, step]).sum()) >= FEWEST:
            model = LogisticRegression(C=1.0).fit(scores[:, step : step + 1], truths[:, step], sample_weight=weights)
            if model.coef_[0, 0] > 0:
                stretch[step], shift[step] = model.coef_[0, 0], model.intercept_[0]
    return stretch, shift


def fused_labels(labels: tuple[str, ...], both: Floats, tune: Sequence[Example]) -> Linear:
    """How much two logits of each label count, (2, labels), from those of all messages, (messages, 2, labels).

    All themes share their two weights, and all red flags; each label has a bias of its own, near that of its family.
    Themes are weighed in concerns alone: nothing else has any.
    """
    truths = np.array([labels_of(one, labels) for one in tune])
    concerns = [at for at, one in enumerate(tune) if one.message.kind is Kind.CONCERN]
    weights, bias = np.zeros((2, len(labels)), np.float32), np.zeros(len(labels), np.float32)
    for family, messages in (("theme:", concerns), ("red_flag:", [*range(len(tune))])):
        columns = [at for at, label in enumerate(labels) if label.startswith(family)]
        marks = np.eye(len(columns)) * SHRINKING
        rows = [[*both[message, :, at], *marks[place]] for message in messages for place, at in enumerate(columns)]
        told = [truths[message, at] for message in messages for at in columns]
        model = LogisticRegression(C=1.0, max_iter=500).fit(rows, told)
        weights[:, columns] = model.coef_[0, :2, None]
        bias[columns] = model.intercept_[0] + model.coef_[0, 2:] * SHRINKING
    return Linear(weights=weights, bias=bias)


def thresholds(labels: tuple[str, ...], tune: Sequence[Example], judge: Judge) -> dict[str, Any]:
    """From which probability on a theme and each red flag are given.

    Themes have one threshold, which makes F1 best. Each flag has its own, which makes best the F measure that counts
    recall `FLAG_RECALL` times as much: a missed flag can hurt somebody, a flag too many costs a look. Where a rule
    flags too, a share of the threshold is enough, here as later.
    """
    truths = np.array([labels_of(one, labels) for one in tune])
    chances = np.array([[*judge(one).labels.values()] for one in tune])
    themes = [at for at, label in enumerate(labels) if label.startswith("theme:")]
    flags = [at for at, label in enumerate(labels) if label.startswith("red_flag:")]
    concerns = [at for at, one in enumerate(tune) if one.message.kind is Kind.CONCERN]
    of_themes = _best(truths[concerns][:, themes].reshape(-1, 1), chances[concerns][:, themes].reshape(-1, 1), [1.0])
    weights = [LIFE_RECALL if labels[at].endswith(LIFE) else FLAG_RECALL for at in flags]
    names = [labels[at].removeprefix("red_flag:") for at in flags]
    by_rules = np.array([[name in one.notes.rule_flags for name in names] for one in tune])
    heard = np.where(by_rules, np.minimum(chances[:, flags] / SURE, 1.0), chances[:, flags])
    of_flags = _best(truths[:, flags], heard, weights)
    return {"theme": of_themes[0], "red_flags": dict(zip(names, of_flags, strict=True))}


def _best(truths: Bools, chances: Floats, weights: Sequence[float]) -> list[float]:
    """The best threshold of each column; as it has few cases of its own, the mean of all counts `LENT` times."""
    given = np.array([chances >= least for least in OPTIONS])
    squares = np.square(weights)

    def lent(counts: Floats) -> Floats:
        return np.asarray(counts + LENT * counts.mean(axis=-1, keepdims=True))

    right, told = lent((given & truths).sum(axis=1)), lent(given.sum(axis=1))
    f = (1 + squares) * right / np.maximum(squares * lent(truths.sum(axis=0)) + told, SMALLEST)
    return [OPTIONS[at] for at in f.argmax(axis=0)]

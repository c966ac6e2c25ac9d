"""How much the encoder's heads and the lexicon count when they judge together, found on messages that neither saw."""

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from classifiers.heads import Floats, Linear, Scores
from classifiers.learning.calibrate import above, fused_labels
from classifiers.learning.examples import Example, weights_of
from classifiers.mixing import SMALLEST, Mix, label_logits, step_logits
from models.verdict import Kind

SHARES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25)
"""The shares of the second judge in the kind that are tried: where it knows few words it only says what is usual."""
Pairs = Sequence[tuple[Scores, Scores]]


def fit_mix(labels: tuple[str, ...], pairs: Pairs, tune: Sequence[Example]) -> Mix:
    """The mix of two judges from what both say of each message of `tune`."""
    both = np.array([[label_logits(one), label_logits(other)] for one, other in pairs])
    return Mix(
        labels=fused_labels(labels, both, tune),
        kinds=min(SHARES, key=lambda share: _loss(share, pairs, tune)),
        impact=_steps("impact", pairs, tune),
        likelihood=_steps("likelihood", pairs, tune),
        isf=_steps("isf", pairs, tune),
    )


def _steps(name: str, pairs: Pairs, tune: Sequence[Example]) -> Linear:
    """Two weights that all steps share, and a bias for each step."""
    graded = [at for at, one in enumerate(tune) if one.message.kind is Kind.CONCERN]
    both = np.array([[step_logits(getattr(judge, name)) for judge in pairs[at]] for at in graded])
    steps = both.shape[2]
    truths, weights = above(tune, graded, name, steps), weights_of([tune[at] for at in graded])
    rows = np.concatenate([both.transpose(0, 2, 1).reshape(-1, 2), np.tile(np.eye(steps), (len(graded), 1))], axis=1)
    if truths.all() or not truths.any():
        return Linear(weights=np.full((2, steps), 0.5, np.float32), bias=np.zeros(steps, np.float32))
    model = LogisticRegression(C=1.0, max_iter=500).fit(rows, truths.ravel(), sample_weight=weights.repeat(steps))
    shares = np.clip(model.coef_[0, :2], 0, None)
    return Linear(
        weights=np.tile(shares[:, None], (1, steps)).astype(np.float32),
        bias=(model.intercept_[0] + model.coef_[0, 2:]).astype(np.float32),
    )


def _loss(share: float, pairs: Pairs, tune: Sequence[Example]) -> float:
    """The mean surprise at the true kinds when the second judge has this share."""
    chances = [(1 - share) * _logs(one) + share * _logs(other) for one, other in pairs]
    kinds = list(pairs[0][0].kinds)
    true = [kinds.index(one.message.kind.value) for one in tune]
    return float(np.mean([np.logaddexp.reduce(one) - one[kind] for one, kind in zip(chances, true, strict=True)]))


def _logs(scores: Scores) -> Floats:
    return np.asarray(np.log(np.clip([*scores.kinds.values()], SMALLEST, 1)))

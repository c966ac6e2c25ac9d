"""Two judges of one message made one; how much each counts was learned on messages that neither had learned from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifiers.heads import Floats, Linear, Scores, levels, sigmoid, softmax

SMALLEST = 1e-6
"""Probabilities are kept this far from 0 and 1."""
STEPPED = ("impact", "likelihood", "isf")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mix:
    """How much each of two judges counts; every map is (2, outputs) with a bias, over the logits of both."""

    labels: Linear
    impact: Linear
    likelihood: Linear
    isf: Linear
    kinds: float
    """The share of the second judge in the kind."""

    def kept(self) -> dict[str, Any]:
        """The mix as plain values, to be kept among a model's settings."""
        maps = {name: getattr(self, name) for name in ("labels", *STEPPED)}
        return {
            "kinds": self.kinds,
            **{name: {"weights": one.weights.tolist(), "bias": one.bias.tolist()} for name, one in maps.items()},
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Mix":
        """What `kept` gave."""
        return cls(kinds=float(kept["kinds"]), **{name: _linear(kept[name]) for name in ("labels", *STEPPED)})


def _linear(kept: Mapping[str, Any]) -> Linear:
    return Linear(weights=np.array(kept["weights"], np.float32), bias=np.array(kept["bias"], np.float32))


def together(one: Scores, other: Scores, mix: Mix) -> Scores:
    """What two judges say of a message. Both know the same labels and kinds, in the same order."""
    labels = dict(zip(one.labels, _mixed(mix.labels, label_logits(one), label_logits(other)), strict=True))
    kinds = softmax((1 - mix.kinds) * _logs(one.kinds) + mix.kinds * _logs(other.kinds))
    return Scores(
        labels={name: float(sigmoid(np.asarray(logit))) for name, logit in _allied(labels).items()},
        columns=one.columns,
        sentences=(one.sentences + other.sentences) / 2,
        kinds=dict(zip(one.kinds, (float(p) for p in kinds), strict=True)),
        impact=levels(_mixed(mix.impact, step_logits(one.impact), step_logits(other.impact))),
        likelihood=levels(_mixed(mix.likelihood, step_logits(one.likelihood), step_logits(other.likelihood))),
        isf=levels(_mixed(mix.isf, step_logits(one.isf), step_logits(other.isf))),
    )


def _allied(labels: Mapping[str, float]) -> dict[str, float]:
    """The logits, where each red flag that is a theme too is heard together with it: they were learned apart."""
    return {
        name: (logit + labels.get(name.replace("red_flag:", "theme:"), logit)) / 2 for name, logit in labels.items()
    }


def _mixed(linear: Linear, one: Floats, other: Floats) -> Floats:
    return np.asarray((np.stack([one, other]) * linear.weights).sum(axis=0) + linear.bias, dtype=np.float64)


def label_logits(scores: Scores) -> Floats:
    """(labels,) the logit of each label."""
    return logits(np.array([*scores.labels.values()]))


def step_logits(shares: Floats) -> Floats:
    """From the probabilities of levels, lowest first, the logits of "above the first", "above the second" …."""
    return logits(shares[::-1].cumsum()[::-1][1:])


def logits(chances: Floats) -> Floats:
    """Probabilities as logits."""
    kept = np.clip(chances, SMALLEST, 1 - SMALLEST)
    return np.asarray(np.log(kept / (1 - kept)))


def _logs(shares: Mapping[str, float]) -> Floats:
    return np.asarray(np.log(np.clip([*shares.values()], SMALLEST, 1)))

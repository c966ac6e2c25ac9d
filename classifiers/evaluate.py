"""How good a classifier is on labelled messages, and how two of them differ on the same ones."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.learning.corpus import Labelled
from classifiers.learning.measures import MEASURES, SEED, SERIOUS, Pair
from classifiers.pipeline import Classifier
from models.verdict import Kind, Verdict

DRAWS = 200
"""How often the messages are drawn anew for the interval of a difference: each draw is counted for both models."""
GATES = ("serious (2, 3) below 2, no person asked", "serious (2, 3) below 2 at all", "highest (3) graded 1 or 0")
"""The figures that must not rise when a model takes the place of another."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """How much higher a figure is than another model's on the same messages, with its interval (95%)."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """The difference for a table."""
        return f"{self.value:+.3f} ({self.low:+.2f} to {self.high:+.2f})"


def judged(classifier: Classifier, messages: Iterable[Labelled], step: Callable[[], None] = lambda: None) -> list[Pair]:
    """Each message with the classifier's verdict; `step` is called after each."""
    pairs: list[Pair] = []
    for message in messages:
        verdict = classifier.classify(subject=message.subject, text=message.text, channel=message.channel)
        pairs.append((message, verdict))
        step()
    return pairs


def differences(pairs: Sequence[Pair], against: Sequence[Pair]) -> dict[str, Difference | None]:
    """Each figure of `pairs` less that of `against`, on the same messages in the same order; None: nothing to count."""
    chance = np.random.default_rng(SEED)
    draws = [chance.integers(0, len(pairs), len(pairs)).tolist() for _ in range(DRAWS)] if pairs else []
    return {name: _difference(name, pairs, against, draws) for name in MEASURES}


def _difference(
    name: str,
    pairs: Sequence[Pair],
    against: Sequence[Pair],
    draws: Sequence[Sequence[int]],
) -> Difference | None:
    value = _less(name, pairs, against)
    if value is None:
        return None
    drawn = [_less(name, [pairs[at] for at in draw], [against[at] for at in draw]) for draw in draws]
    low, high = np.quantile([one for one in drawn if one is not None] or [value], [0.025, 0.975])
    return Difference(value=value, low=float(low), high=float(high))


def _less(name: str, pairs: Sequence[Pair], against: Sequence[Pair]) -> float | None:
    which, how = MEASURES[name]
    ours, theirs = [pair for pair in pairs if which(pair)], [pair for pair in against if which(pair)]
    one, other = (how(ours) if ours else None), (how(theirs) if theirs else None)
    return None if one is None or other is None else one - other


def hindrances(candidate: Sequence[Pair], current: Sequence[Pair]) -> list[str]:
    """Why the candidate must not take the current model's place: it would grade more serious concerns too low."""
    found = []
    for name in GATES:
        which, how = MEASURES[name]
        ours, theirs = how([p for p in candidate if which(p)]), how([p for p in current if which(p)])
        if ours is None or theirs is None:
            found.append(f"{name}: there is no such message to tell by")
        elif ours > theirs:
            worse = ", ".join(newly_under_graded(candidate, current))
            found.append(f"{name}: {ours:.3f}, and {theirs:.3f} with the current one (newly: {worse})")
    return found


def newly_under_graded(candidate: Sequence[Pair], current: Sequence[Pair]) -> list[str]:
    """The ids of serious concerns that the candidate grades too low in a way in which the current model does not."""
    return [
        truth.id
        for (truth, ours), (_, theirs) in zip(candidate, current, strict=True)
        if _failings(truth, ours) - _failings(truth, theirs)
    ]


def _failings(truth: Labelled, verdict: Verdict) -> set[str]:
    return {name for name in GATES if MEASURES[name][0]((truth, verdict)) and MEASURES[name][1]([(truth, verdict)])}


def in_words(truth: Labelled, verdict: Verdict) -> str:
    """Where a verdict differs from the labels, without a word of the text; empty where it does not."""
    parts = [
        f"{name} {true}>{given}"
        for name, true, given in (
            ("kind", truth.kind.value, verdict.kind.value),
            ("isf", truth.isf, verdict.isf),
            ("provider", truth.provider, verdict.provider),
            ("flags", sorted(truth.red_flags), sorted(verdict.red_flags)),
        )
        if true != given
    ]
    return f"{truth.id} {'; '.join(parts)}" if parts else ""


def serious(verdict: Verdict) -> bool:
    """Whether a verdict is one of a serious concern."""
    return verdict.kind is Kind.CONCERN and verdict.isf >= SERIOUS

"""How good verdicts are, figure by figure, each with the interval in which it would lie for like texts (95%)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from classifiers.learning.corpus import Labelled
from models.verdict import Kind, Verdict

DRAWS = 500
"""How often the messages are drawn anew for the intervals."""
SEED = 7
SERIOUS, HIGHEST = 2, 3
Pair = tuple[Labelled, Verdict]
Measure = Callable[[Sequence[Pair]], float | None]
Case = TypeVar("Case")


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One figure: `value` is None where there was nothing to count. `count` is how many cases stand behind it."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    count: int

    def __str__(self) -> str:
        """The figure for a table."""
        if self.value is None or self.low is None or self.high is None:
            return "nothing to count"
        return f"{self.value:.3f} ({self.low:.2f} to {self.high:.2f}, n={self.count})"


def measure(pairs: Sequence[Pair], *, draws: int = DRAWS) -> dict[str, Figure]:
    """Every figure by its name. Equal pairs give equal figures, the intervals included."""
    return {
        name: _figure(name, [pair for pair in pairs if which(pair)], how, draws)
        for name, (which, how) in MEASURES.items()
    }


def counted(name: str, cases: Sequence[Case], test: Callable[[Case], bool], *, draws: int = DRAWS) -> Figure:
    """The share of cases that pass a test, whatever these cases are."""
    return _figure(name, cases, lambda some: sum(map(test, some)) / len(some), draws)


def _figure(name: str, cases: Sequence[Case], how: Callable[[Sequence[Case]], float | None], draws: int) -> Figure:
    value = how(cases) if cases else None
    if value is None:
        return Figure(name=name, value=None, low=None, high=None, count=len(cases))
    chance = np.random.default_rng(SEED)
    drawn = [how([cases[at] for at in chance.integers(0, len(cases), len(cases))]) for _ in range(draws)]
    low, high = np.quantile([one for one in drawn if one is not None] or [value], [0.025, 0.975])
    return Figure(name=name, value=value, low=float(low), high=float(high), count=len(cases))


def share(test: Callable[[Pair], bool]) -> Measure:
    """The share of cases that pass a test."""
    return lambda pairs: sum(map(test, pairs)) / len(pairs) if pairs else None


def kappa(grades: Sequence[tuple[int, int]], categories: int = 4) -> float:
    """Quadratic-weighted kappa of (true, given) grades; 1 when both never differ."""
    if not grades:
        return 1.0
    observed = sum((true - given) ** 2 for true, given in grades)
    truths = [sum(true == level for true, _ in grades) for level in range(categories)]
    givens = [sum(given == level for _, given in grades) for level in range(categories)]
    expected = sum(
        truths[one] * givens[other] * (one - other) ** 2 for one in range(categories) for other in range(categories)
    ) / len(grades)
    return 1.0 - observed / expected if expected else 1.0


def micro(true: Callable[[Pair], Iterable[str]], given: Callable[[Pair], Iterable[str]]) -> Measure:
    """F1 over all labels together."""

    def f1(pairs: Sequence[Pair]) -> float | None:
        right = sum(len(set(true(pair)) & set(given(pair))) for pair in pairs)
        both = sum(len(set(true(pair))) + len(set(given(pair))) for pair in pairs)
        return 2 * right / both if both else None

    return f1


def macro(true: Callable[[Pair], Iterable[str]], given: Callable[[Pair], Iterable[str]]) -> Measure:
    """The mean of the F1 of each label that occurs."""

    def mean(pairs: Sequence[Pair]) -> float | None:
        counts: dict[str, list[int]] = {}
        for pair in pairs:
            truth, told = set(true(pair)), set(given(pair))
            for label in truth | told:
                count = counts.setdefault(label, [0, 0, 0])
                count[0] += label in truth and label in told
                count[1] += label in truth
                count[2] += label in told
        singles = [2 * right / (wanted + got) for right, wanted, got in counts.values() if wanted]
        return float(np.mean(singles)) if singles else None

    return mean


def recall(flag: str) -> Measure:
    """The share of messages with a red flag that were given it."""
    return share(lambda pair: flag in pair[1].red_flags)


def precision(flag: str) -> Measure:
    """The share of messages that were given a red flag and have it."""
    return share(lambda pair: flag in pair[0].red_flags)


def _themes(pair: Pair) -> Iterable[str]:
    return pair[0].themes


def _given_themes(pair: Pair) -> Iterable[str]:
    return pair[1].themes


def _concern(pair: Pair) -> bool:
    return pair[0].kind is Kind.CONCERN


def _serious(pair: Pair) -> bool:
    return _concern(pair) and pair[0].isf >= SERIOUS


def _any(_pair: Pair) -> bool:
    return True


FLAGS = (
    "learner_at_risk",
    "patient_at_risk",
    "sexual_misconduct",
    "safeguarding",
    "violence",
    "serious_incident_unreported",
    "impaired_colleague",
    "learners_removed",
)
MEASURES: dict[str, tuple[Callable[[Pair], bool], Measure]] = {
    "kind: accuracy": (_any, share(lambda pair: pair[0].kind is pair[1].kind)),
    "provider: exact where one is named": (
        lambda pair: pair[0].provider is not None,
        share(lambda pair: pair[0].provider == pair[1].provider),
    ),
    "provider: one given where none is named": (
        lambda pair: pair[0].provider is None and not pair[0].provider_candidates,
        share(lambda pair: pair[1].provider is not None),
    ),
    "provider: an ambiguous name left open": (
        lambda pair: pair[0].provider is None and bool(pair[0].provider_candidates),
        share(lambda pair: pair[1].provider is None and bool(pair[1].provider_candidates)),
    ),
    "specialties: micro F1": (_any, micro(lambda pair: pair[0].specialties, lambda pair: pair[1].specialties)),
    "themes: micro F1": (_concern, micro(_themes, _given_themes)),
    "themes: macro F1": (_concern, macro(_themes, _given_themes)),
    "impact: exact": (_concern, share(lambda pair: pair[0].impact == pair[1].impact)),
    "likelihood: exact": (_concern, share(lambda pair: pair[0].likelihood == pair[1].likelihood)),
    "ISF: exact": (_concern, share(lambda pair: pair[0].isf == pair[1].isf)),
    "ISF: within one": (_concern, share(lambda pair: abs(pair[0].isf - pair[1].isf) <= 1)),
    "ISF: quadratic-weighted kappa": (_concern, lambda pairs: kappa([(one.isf, other.isf) for one, other in pairs])),
    "serious (2, 3) below 2, no person asked": (
        _serious,
        share(lambda pair: pair[1].isf < SERIOUS and not pair[1].needs_person),
    ),
    "serious (2, 3) below 2 at all": (_serious, share(lambda pair: pair[1].isf < SERIOUS)),
    "highest (3) graded 1 or 0": (
        lambda pair: _concern(pair) and pair[0].isf == HIGHEST,
        share(lambda pair: pair[1].isf < SERIOUS),
    ),
    "a person asked for, of concerns": (_concern, share(lambda pair: pair[1].needs_person)),
    "red flags: micro F1": (_any, micro(lambda pair: pair[0].red_flags, lambda pair: pair[1].red_flags)),
    **{f"{flag}: recall": (lambda pair, flag=flag: flag in pair[0].red_flags, recall(flag)) for flag in FLAGS},  # type: ignore[misc]
    **{f"{flag}: precision": (lambda pair, flag=flag: flag in pair[1].red_flags, precision(flag)) for flag in FLAGS},  # type: ignore[misc]
}
"""Name -> which messages count, and what is measured over them."""

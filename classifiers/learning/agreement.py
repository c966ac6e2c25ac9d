"""How far two people who label the same messages agree: `python -m classifiers.learning.agreement`.

The second labels were given blind, by somebody who saw the texts and the guide and nothing else.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from importlib import resources
from typing import Any

from classifiers.learning.corpus import PARTS, Labelled, shipped
from classifiers.learning.measures import kappa
from models.verdict import Kind

Both = tuple[Labelled, Labelled]


def pairs() -> list[Both]:
    """The messages that were labelled twice: the author's labels, then the second ones."""
    first = {message.id: message for part in PARTS for message in shipped(part)}
    text = (resources.files("classifiers.data") / "second_labels.jsonl").read_text(encoding="utf-8")
    second = [json.loads(line) for line in text.splitlines()]
    return [(first[one["id"]], _labelled_again(first[one["id"]], one)) for one in second if one["id"] in first]


def _labelled_again(first: Labelled, second: dict[str, Any]) -> Labelled:
    return replace(
        first,
        kind=Kind(second["kind"]),
        provider=second["provider"],
        site=second["site"],
        provider_candidates=tuple(second["provider_candidates"]),
        specialties=tuple(second["specialties"]),
        themes=tuple(second["themes"]),
        impact=second["impact"],
        likelihood=second["likelihood"],
        isf=second["isf"],
        red_flags=tuple(second["red_flags"]),
        marks=None,
    )


def cohen(values: Sequence[tuple[Hashable, Hashable]]) -> float:
    """Cohen's kappa of two labellers' values; 1 when they never differ."""
    if not values:
        return 1.0
    same = sum(one == other for one, other in values) / len(values)
    ones, others = Counter(one for one, _ in values), Counter(other for _, other in values)
    chance = sum(ones[value] * others[value] for value in ones) / len(values) ** 2
    return (same - chance) / (1 - chance) if chance < 1 else 1.0


def shared(sets: Sequence[tuple[Sequence[str], Sequence[str]]]) -> float:
    """F1 of two labellers' sets of codes over all messages."""
    right = sum(len(set(one) & set(other)) for one, other in sets)
    both = sum(len(set(one)) + len(set(other)) for one, other in sets)
    return 2 * right / both if both else 1.0


def of_each(sets: Sequence[tuple[Sequence[str], Sequence[str]]]) -> float:
    """The mean of Cohen's kappa of each code that either labeller gave: whether it was given, message by message."""
    codes = sorted({code for pair in sets for one in pair for code in one})
    return sum(cohen([(code in one, code in other) for one, other in sets]) for code in codes) / (len(codes) or 1)


def agreement(both: Sequence[Both]) -> dict[str, tuple[str, float, int]]:
    """Field -> the name of its measure, the agreement, and how many messages stand behind it."""
    concerns = [pair for pair in both if pair[0].kind is pair[1].kind is Kind.CONCERN]

    def nominal(field: Callable[[Labelled], Hashable], among: Sequence[Both]) -> tuple[str, float, int]:
        return "Cohen's kappa", cohen([(field(one), field(other)) for one, other in among]), len(among)

    def ordered(field: Callable[[Labelled], int], levels: int) -> tuple[str, float, int]:
        values = [(field(one), field(other)) for one, other in concerns]
        return "quadratic-weighted kappa", kappa(values, levels), len(concerns)

    def sets(field: Callable[[Labelled], Sequence[str]], among: Sequence[Both]) -> tuple[str, float, int]:
        return "F1 of the sets", shared([(field(one), field(other)) for one, other in among]), len(among)

    def each(field: Callable[[Labelled], Sequence[str]], among: Sequence[Both]) -> tuple[str, float, int]:
        return "mean of Cohen's kappas", of_each([(field(one), field(other)) for one, other in among]), len(among)

    return {
        "kind": nominal(lambda one: one.kind, both),
        "provider": nominal(lambda one: one.provider, both),
        "site": nominal(lambda one: one.site, both),
        "specialties": sets(lambda one: one.specialties, both),
        "specialties, each": each(lambda one: one.specialties, both),
        "themes": sets(lambda one: one.themes, concerns),
        "themes, each": each(lambda one: one.themes, concerns),
        "red flags": sets(lambda one: one.red_flags, both),
        "red flags, each": each(lambda one: one.red_flags, both),
        "impact": ordered(lambda one: one.impact - 1, 5),
        "likelihood": ordered(lambda one: one.likelihood - 1, 5),
        "ISF": ordered(lambda one: one.isf, 4),
    }


def main() -> int:
    """Print the agreement of each field."""
    for field, (measure, value, count) in agreement(pairs()).items():
        sys.stdout.write(f"{field:<18} {value:.2f}  {measure} (n={count})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

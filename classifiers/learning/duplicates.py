"""Finds texts that say nearly the same, so that no message of one part of the corpus has its twin in another."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from classifiers.learning.corpus import Labelled

WORDS = 4
"""Words of one shingle."""
ALIKE = 0.3
"""The share of shingles that two texts must have in common to be twins."""
COMMON = 40
"""A shingle that more messages have says nothing: it is a greeting or a sign-off."""
_WORD = re.compile(r"[\w']+")


def shingles(text: str) -> frozenset[str]:
    """All runs of WORDS words; a shorter text is one run."""
    words = _WORD.findall(text.lower())
    if len(words) <= WORDS:
        return frozenset({" ".join(words)})
    return frozenset(" ".join(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1))


def twins(messages: Sequence[Labelled]) -> Iterator[tuple[str, str, float]]:
    """Pairs of ids whose texts are nearly the same, with the share (0 to 1) that they have in common."""
    sets = [shingles(message.text) for message in messages]
    places: dict[str, list[int]] = defaultdict(list)
    for number, runs in enumerate(sets):
        for run in runs:
            places[run].append(number)
    for number, runs in enumerate(sets):
        shared = Counter(other for run in runs if len(places[run]) <= COMMON for other in places[run] if other > number)
        for other, count in sorted(shared.items()):
            share = count / min(len(runs), len(sets[other]))
            if share >= ALIKE:
                yield messages[number].id, messages[other].id, round(share, 2)

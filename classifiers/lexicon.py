"""The lexicon: heads that look at the words themselves, which the encoder looks through.

Each word, each pair of neighbours, the beginning of each longer word, and each rule that hits has a learned weight for
every label. It needs no encoder, and takes less than a millisecond. Only the hashes of words are kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from classifiers.encoder.values import Array
from classifiers.heads import Floats, Heads, Linear, Raw, Shown, pooled

NAME = "words-1"
EDGE = "|"
"""Stands before the first and after the last word of a sentence."""
Hashes = NDArray[np.uint32]


@dataclass(frozen=True, kw_only=True)
class Lexicon(Heads):
    """Heads over words and rules. Their maps have a row for each known sign; `fusion` is as in other heads."""

    known: Hashes
    """(signs,) rising: the hashes of the signs that have a weight."""

    @cached_property
    def _rows(self) -> dict[int, int]:
        return {int(sign): row for row, sign in enumerate(self.known)}

    def raw(self, shown: Shown) -> Raw:
        """The logits of a message."""
        found = [self.rows_of(signs) for signs in signs_of(shown)]
        every = sorted(set().union(*found))
        sentences = np.array([summed(self.sentence, rows) for rows in found])
        return Raw(
            sentences=sentences,
            labels=np.stack([pooled(sentences[:, : len(self.labels)]), summed(self.document, every)]),
            kinds=summed(self.kind, every),
            told=np.array([summed(self.kind, rows) for rows in found]),
            impact=summed(self.impact, every),
            likelihood=summed(self.likelihood, every),
            isf=summed(self.isf, every),
        )

    def rows_of(self, signs: Sequence[int]) -> list[int]:
        """The rows of those signs that are known, each once, rising."""
        place = self._rows
        return sorted({place[sign] for sign in signs if sign in place})


def summed(linear: Linear, rows: Sequence[int]) -> Floats:
    """The logits of a text with these signs: many signs share one voice, so that length alone says nothing."""
    if not rows:
        return linear.bias.astype(np.float64)
    total = linear.weights[list(rows)].sum(axis=0, dtype=np.float64)
    return np.asarray(total * len(rows) ** -0.5 + linear.bias, dtype=np.float64)


def signs_of(shown: Shown) -> list[list[int]]:
    """The signs of each sentence, as hashes; a message without sentences has one that is empty."""
    sentences = [[hashed(sign) for sign in signs_in(words)] for words in shown.words] or [[]]
    for signs, rules in zip(sentences, shown.rules, strict=False):
        signs += [hashed(f"rule:{rule}") for rule in rules]
    return sentences


def signs_in(words: Sequence[str]) -> Iterator[str]:
    """The signs of a sentence's words: the words, pairs of neighbours, and the beginnings of longer words."""
    yield from words
    yield from (f"{left} {right}" for left, right in pairwise((EDGE, *words, EDGE)))
    for word in words:
        if len(word) > 4:
            yield f"{word[:5]}-"
        if len(word) > 6:
            yield f"{word[:4]}-"


@lru_cache(maxsize=131_072)
def hashed(sign: str) -> int:
    """A number of 32 bits for a sign, the same everywhere."""
    return crc32(sign.encode("utf-8", "surrogatepass"))


def rounded(weights: Array) -> tuple[NDArray[np.int8], Array]:
    """Weights as whole numbers of 8 bits, and the scale of each column: `weights` is about `whole * scale`."""
    scale = np.abs(weights).max(axis=0, initial=0) / 127
    scale[scale == 0] = 1
    return np.round(weights / scale).astype(np.int8), scale.astype(np.float32)

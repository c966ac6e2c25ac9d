"""The lighter encoder, for where the model is not installed: words and pairs of words, hashed into a fixed width.

It knows nothing of meaning, only of the same words said again. It needs no file, and takes a tenth of the time.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

import numpy as np

from classifiers.encoder.values import Array, Encoded, Span

WIDTH = 1024
PLACES = 3
"""Numbers of the vector that one word or pair touches: with several, two words seldom share all of them."""
_WORD = re.compile(r"[a-z0-9&']+")
_ENDINGS = re.compile(r"(?:ing|ed|s|ly|'s)$")


class Hashing:
    """Sentence vectors by hashing."""

    name = "hashing-1"
    width = WIDTH

    def encode(self, text: str, spans: Sequence[Span]) -> Encoded:
        """The vectors of the sentences at these spans, and of the whole."""
        rows = [_vector(text[start:end]) for start, end in spans]
        sentences = np.array(rows, dtype=np.float32).reshape(len(rows), WIDTH)
        return Encoded(sentences=sentences, whole=_vector(text))


def _vector(text: str) -> Array:
    vector = np.zeros(WIDTH, dtype=np.float32)
    places = [place for feature in _features(text) for place in _places(feature)]
    np.add.at(vector, [place for place, _ in places], [sign for _, sign in places])
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length else vector


def _features(text: str) -> Iterator[str]:
    words = [_ENDINGS.sub("", word) if len(word) > 4 else word for word in _WORD.findall(text.lower())]
    yield from words
    yield from (f"{left} {right}" for left, right in pairwise(words))


@lru_cache(maxsize=65_536)
def _places(feature: str) -> tuple[tuple[int, float], ...]:
    digest = blake2b(feature.encode("utf-8", "surrogatepass"), digest_size=2 * PLACES).digest()
    numbers = [int.from_bytes(digest[at : at + 2]) for at in range(0, 2 * PLACES, 2)]
    return tuple((number >> 1 & WIDTH - 1, 1.0 if number & 1 else -1.0) for number in numbers)

"""The values that encoders give."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float32]
Span: TypeAlias = tuple[int, int]
"""Character offsets, the end not included."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Encoded:
    """A text as numbers: one row of `sentences` for each span that was asked for, and the `whole`."""

    sentences: Array
    """(spans, width)"""
    whole: Array
    """(width,)"""


class Encoder(Protocol):
    """Turns a text and its sentences into vectors. Equal input gives equal output."""

    name: str
    """Name and version; heads fit only the encoder that they were trained with."""
    width: int

    def encode(self, text: str, spans: Sequence[Span]) -> Encoded:
        """The vectors of a text, for the sentences at these spans. Never raises on any text."""
        ...

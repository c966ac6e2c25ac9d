"""The learner's words with the machine's evidence marked in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from intake.desk.labels import URGENT
from models.verdict import Evidence


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A run of text; `labels` says what it is evidence for, and is empty for the rest."""

    text: str
    labels: tuple[str, ...] = ()

    @property
    def urgent(self) -> bool:
        """Whether these words raise a red flag."""
        return any(label.startswith(URGENT) for label in self.labels)


def pieces(text: str, evidence: Sequence[Evidence]) -> tuple[Piece, ...]:
    """Cut the text at the ends of every span, so that spans may overlap; all pieces together are the text again.

    A span that does not hold the words that it claims is left out: the text may have been changed since.
    """
    spans = [
        (one.start, one.end, one.label)
        for one in evidence
        if one.start is not None
        and one.end is not None
        and 0 <= one.start < one.end <= len(text)
        and text[one.start : one.end] == one.text
    ]
    cuts = sorted({0, len(text), *(start for start, _, _ in spans), *(end for _, end, _ in spans)})
    found: list[Piece] = []
    for start, end in pairwise(cuts):
        labels = tuple(dict.fromkeys(label for begin, stop, label in spans if begin <= start and end <= stop))
        found.append(Piece(text=text[start:end], labels=labels))
    return tuple(found)

"""Untidy text becomes plain text that still knows where every character stood.

The tokenizer wants single spaces and honest letters; evidence wants offsets into what the learner really wrote. So
every change either keeps the length (look-alike letters, curly quotes) or is remembered in a map (what was dropped).
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from classifiers.cuts import Cuts, Pieces, edited, within
from classifiers.encoded import decoded
from classifiers.letters import honest, one_to_one
from classifiers.unsaid import sheet_ranges, unsaid_ranges
from classifiers.walls import edits, unread

HEAD = 24_000
"""Characters that are read from the start of a very long text."""
TAIL = 8_000
"""Characters that are read from its end, where people often put what matters to them."""

_NO_TEXT = re.compile(r"[\s\ud800-\udfff]")
"""Spaces of all kinds, and halves of characters, which no tokenizer takes."""
_GAP = re.compile(r"\s+")
_LINE_END = re.compile(r" ?\n+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Normalised:
    """What the classifier reads of a source."""

    plain: Pieces
    source: str
    lined: Pieces
    """The text in honest letters with its ends of lines, and with all that nobody says and so is not read."""
    left_out: tuple[tuple[int, int], ...] = ()
    """Where in `lined` stands what nobody says."""
    cut: bool = False
    """Whether the middle was left out because the text was too long."""
    unread: bool = False
    """Whether a long run without spaces may be words that nobody could read."""
    whole: "Normalised | None" = None
    """The text without that cut, for what must not be overlooked in the middle; None where nothing was left out."""

    @property
    def text(self) -> str:
        """What is read, all in one line."""
        return self.plain.text

    @property
    def breaks(self) -> dict[int, int]:
        """Offsets into `text`: 1 for a line's end, 2 for a paragraph's."""
        return self.plain.breaks

    def source_offset(self, offset: int) -> int:
        """Where the character at an offset of `text` stands in `source`."""
        return self.plain.source_offset(offset)


def normalise(source: str) -> Normalised:
    """Plain text of a source of any size and content; never raises."""
    lined = _lined(source)
    ends = ((end.start(), end.end(), end[0].count("\n")) for end in _LINE_END.finditer(lined.text))
    unsaid = unsaid_ranges(lined.text)
    plain = edited(lined, sorted([*unsaid, *ends]))
    walls = edits(plain.text)
    lost = unread(plain.text, walls)
    whole = Normalised(
        plain=edited(plain, walls) if walls else plain,
        source=source,
        lined=lined,
        left_out=tuple((start, end) for start, end, _ in unsaid),
        unread=lost,
    )
    return whole if len(whole.text) <= HEAD + TAIL else replace(whole, plain=_ends(whole.plain), cut=True, whole=whole)


def _lined(source: str) -> Pieces:
    """The text without what is none, in honest letters, with what nobody says and the ends of lines."""
    wire = decoded(source)
    plain = wire.text if wire.text.isascii() else wire.text.translate(one_to_one())
    cuts = Cuts(plain)
    for start, end in sheet_ranges(plain):
        cuts.read(start)
        cuts.leave_out(end)
    cuts.read(len(plain))
    # Only now: what an entity joined has come apart, and what it hid is a letter.
    pieces = within(wire, cuts.pieces)
    return replace(pieces, text=honest(pieces.text))


def untouched(source: str) -> Normalised:
    """A text as it stands, for where `normalise` fails: every character keeps its place, of a long text the first."""
    text = _NO_TEXT.sub(" ", source)
    lines = {gap.end(): source.count("\n", gap.start(), gap.end()) for gap in _GAP.finditer(text)}
    plain = Pieces(text, breaks={end: min(2, count) for end, count in lines.items() if count})
    whole = Normalised(plain=plain, source=source, lined=Pieces(source))
    short = replace(plain, text=text[: HEAD + TAIL])
    return whole if len(text) <= HEAD + TAIL else replace(whole, plain=short, cut=True, whole=whole)


def _ends(whole: Pieces) -> Pieces:
    """The first and the last part, each ending at a space so that no word is cut into another."""
    text, starts, sources = whole.text, whole.starts, whole.sources
    head = text.rfind(" ", HEAD - 200, HEAD) + 1 or HEAD
    tail = text.find(" ", len(text) - TAIL, len(text) - TAIL + 200) + 1 or len(text) - TAIL
    gap = tail - head
    piece = bisect_right(starts, tail) - 1
    first = bisect_right(starts, head - 1)
    breaks = {at: lines for at, lines in whole.breaks.items() if at < head}
    breaks |= {at - gap: lines for at, lines in whole.breaks.items() if at >= tail}
    breaks[head] = 2
    return Pieces(
        text[:head] + text[tail:],
        (*starts[:first], head, *(start - gap for start in starts[piece + 1 :])),
        (*sources[:first], sources[piece] + tail - starts[piece], *sources[piece + 1 :]),
        breaks,
    )

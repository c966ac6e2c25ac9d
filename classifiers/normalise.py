"""Untidy text becomes plain text that still knows where every character stood.

The tokenizer wants single spaces and honest letters; evidence wants offsets into what the learner really wrote. So
every change either keeps the length (look-alike letters, curly quotes) or is remembered in a map (what was dropped).
"""

import re
from dataclasses import dataclass, replace

from classifiers.cuts import Cuts, Pieces, cut_to, edited, within
from classifiers.encoded import decoded
from classifiers.letters import honest, one_to_one
from classifiers.unsaid import sheet_ranges, unsaid_ranges
from classifiers.walls import edits, unread

HEAD = 24_000
"""Characters that are read from the start of a very long text."""
TAIL = 8_000
"""Characters that are read from its end, where people often put what matters to them."""

SEARCHED = 100_000
"""Characters at either end in which what nobody says is sought."""

_NO_TEXT = re.compile(r"[^\S\n]|[\ud800-\udfff]")
"""Spaces of all kinds, and halves of characters, which no tokenizer takes."""
_GAP = re.compile(r"\s+")
_LINE_END = re.compile(r" ?\n+")
_PARAGRAPH = re.compile(r" ?\n{2,}| \n")


@dataclass(frozen=True, kw_only=True, slots=True)
class Normalised:
    """What the classifier reads of a source."""

    plain: Pieces
    source: str
    lined: Pieces
    """The text in honest letters with its ends of lines, and with all that nobody says and so is not read."""
    cut: bool = False
    """Whether the middle was left out because the text was too long."""
    unread: bool = False
    """Whether a long run without spaces may be words that nobody could read."""

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

    def whole(self) -> str:
        """All of it, for what must not be overlooked anywhere: a line's end is a space, a paragraph's end a line's."""
        return _PARAGRAPH.sub("\v", self.lined.text).replace("\n", " ").replace("\v", "\n")

    def whole_offset(self, offset: int) -> int:
        """Where the character at an offset of `whole()` stands in `source`."""
        for paragraph in _PARAGRAPH.finditer(self.lined.text):
            if paragraph.start() >= offset:
                break
            offset += len(paragraph[0]) - 1
        return self.lined.source_offset(offset)


def normalise(source: str) -> Normalised:
    """Plain text of a source of any size and content; never raises."""
    lined = _lined(source)
    flat = lined.text.replace("\n", " ")
    walls = edits(flat)
    lost = unread(flat, walls)
    lined = edited(lined, walls) if walls else lined
    read = cut_to(lined, SEARCHED, SEARCHED, joint="\n")
    ends = ((end.start(), end.end(), end[0].count("\n")) for end in _LINE_END.finditer(read.text))
    plain = edited(read, sorted([*unsaid_ranges(read.text), *ends]))
    short = cut_to(plain, HEAD, TAIL)
    return Normalised(
        plain=short,
        source=source,
        lined=lined,
        cut=short is not plain or read is not lined,
        unread=lost,
    )


def _lined(source: str) -> Pieces:
    """The text without what is none, in honest letters, with what nobody says and the ends of lines."""
    wire = decoded(source)
    plain = wire.text if wire.text.isascii() and "`" not in wire.text else wire.text.translate(one_to_one())
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
    lined = Pieces(_NO_TEXT.sub(" ", source))
    lines = {gap.end(): gap[0].count("\n") for gap in _GAP.finditer(lined.text)}
    whole = Pieces(lined.text.replace("\n", " "), breaks={end: min(2, count) for end, count in lines.items() if count})
    short = replace(whole, text=whole.text[: HEAD + TAIL])
    return Normalised(plain=short, source=source, lined=lined, cut=len(source) > len(short.text))

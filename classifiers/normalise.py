"""Untidy text becomes plain text that still knows where every character stood.

The tokenizer wants single spaces and honest letters; evidence wants offsets into what the learner really wrote. So
every change either keeps the length (look-alike letters, curly quotes) or is remembered in a map (what was dropped).
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from classifiers.letters import MARKS, accented, honest, one_to_one
from classifiers.markup import BREAKING, ENTITY, TAG, unescaped
from classifiers.unsaid import unsaid_ranges
from classifiers.walls import Edit, edits, unread

HEAD = 24_000
"""Characters that are read from the start of a very long text."""
TAIL = 8_000
"""Characters that are read from its end, where people often put what matters to them."""

_HIDDEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
)
_SPECIAL = re.compile(
    rf"(?P<hidden>[{_HIDDEN}]+)|(?P<marks>[{MARKS}]+)|(?P<tag>{TAG})|(?P<entity>{ENTITY})|(?P<space>\s{{2,}}|[^\S ])"
)
_UNSEEN = re.compile(f"[{_HIDDEN}]+")
_NO_TEXT = re.compile(r"[\s\ud800-\udfff]")
"""Spaces of all kinds, and halves of characters, which no tokenizer takes."""
_GAP = re.compile(r"\s+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Normalised:
    """`text` is what the classifier reads. `breaks` holds offsets into it: 1 for a line's end, 2 for a paragraph's."""

    text: str
    source: str
    breaks: dict[int, int]
    cut: bool
    """Whether the middle was left out because the text was too long."""
    starts: tuple[int, ...]
    sources: tuple[int, ...]
    unread: bool = False
    """Whether a long run without spaces may be words that nobody could read."""
    whole: "Normalised | None" = None
    """The text without that cut, for what must not be overlooked in the middle; None where nothing was left out."""

    def source_offset(self, offset: int) -> int:
        """Where the character at an offset of `text` stands in `source`."""
        piece = bisect_right(self.starts, offset) - 1
        return self.sources[piece] + offset - self.starts[piece]


def normalise(source: str) -> Normalised:
    """Plain text of a source of any size and content; never raises."""
    plain = source if source.isascii() else source.translate(one_to_one())
    cuts = _Cuts(plain)
    for start, end, lines in unsaid_ranges(plain):
        cuts.read(start)
        cuts.leave_out(end, lines)
    cuts.read(len(plain))
    # Only now: what an entity joined has come apart, and what it hid is a letter.
    text = honest("".join(cuts.parts))
    walls = edits(text)
    lost = unread(text, walls)
    if walls:
        cuts = cuts.edited(text, walls)
        text = "".join(cuts.parts)
    return replace(cuts.normalised(text, source), unread=lost)


def untouched(source: str) -> Normalised:
    """A text as it stands, for where `normalise` fails: every character keeps its place, of a long text the first."""
    plain = _NO_TEXT.sub(" ", source)
    lines = {gap.end(): source.count("\n", gap.start(), gap.end()) for gap in _GAP.finditer(plain)}
    breaks = {end: min(2, count) for end, count in lines.items() if count}
    whole = Normalised(text=plain, source=source, breaks=breaks, cut=False, starts=(0,), sources=(0,))
    return whole if len(plain) <= HEAD + TAIL else replace(whole, text=plain[: HEAD + TAIL], cut=True, whole=whole)


class _Cuts:
    """Collects the pieces that stay, and where they came from."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self.parts: list[str] = []
        self.starts: list[int] = [0]
        self.sources: list[int] = [0]
        self.breaks: dict[int, int] = {}
        self.length = 0
        self.at = 0

    def keep(self, start: int, end: int) -> None:
        if self.plain[start:end].startswith(" ") and self.parts and self.parts[-1].endswith(" "):
            start += 1
        if end > start:
            if self.length != self.starts[-1]:
                self.starts.append(self.length)
                self.sources.append(start)
            else:
                self.sources[-1] = start
            self.parts.append(self.plain[start:end])
            self.length += end - start

    def put(self, text: str, source: int) -> None:
        if text == " " and (not self.parts or self.parts[-1].endswith(" ")):
            return
        if text:
            if self.length != self.starts[-1]:
                self.starts.append(self.length)
                self.sources.append(source)
            else:
                self.sources[-1] = source
            self.parts.append(text)
            self.length += len(text)

    def read(self, end: int) -> None:
        """Keep what there is up to an offset, without what is no text."""
        for match in _SPECIAL.finditer(self.plain, self.at, end):
            self.replace(match)
        self.keep(self.at, end)
        self.at = end

    def leave_out(self, end: int, lines: int) -> None:
        """Go on behind what says nothing about this message, such as what stands under every mail."""
        self._space(lines, self.at)
        self.at = end

    def replace(self, match: re.Match[str]) -> None:
        self.keep(self.at, match.start())
        self.at = match.end()
        found = match[0]
        match match.lastgroup:
            case "hidden":
                return
            case "entity":
                self._entity(found, match.start())
            case "marks":
                self._marks(found, match.start())
            case "tag":
                lines = 1 if BREAKING.match(found) else 0
                self._space(lines, match.start())
            case _:
                self._space(len(re.findall(r"\r\n|[\n\r\v\f\x85\u2028\u2029]", found)), match.start())

    def _entity(self, found: str, source: int) -> None:
        letters = unescaped(found)
        if letters == found:
            self.keep(source, source + len(found))
        else:
            letters = _UNSEEN.sub("", letters.translate(one_to_one()))
            self.put(" " if letters.isspace() else letters[: len(found)], source)

    def _marks(self, found: str, source: int) -> None:
        """Marks change the letter before them, if that has been kept as it is."""
        if source and self.parts and self.parts[-1][-1] == self.plain[source - 1]:
            last = self.parts.pop()
            self.parts.append(last[:-1] + accented(last[-1], found))

    def edited(self, text: str, changes: list[Edit]) -> "_Cuts":
        """The pieces of this text (as long as what was kept) after further changes."""
        after = _Cuts(text)
        for start, end, lines in changes:
            if start < after.at or start >= len(text):
                continue
            after.keep(after.at, start)
            after.at = end
            after._space(lines, start)
        after.keep(after.at, len(text))
        self._carry_breaks(after)
        self._carry_sources(after)
        return after

    def _carry_breaks(self, after: "_Cuts") -> None:
        """Each end of a line moves with its text, or to the next that is kept."""
        for at, lines in self.breaks.items():
            piece = bisect_right(after.sources, at) - 1
            end = after.starts[piece + 1] if piece + 1 < len(after.starts) else after.length
            moved = min(end, after.starts[piece] + at - after.sources[piece])
            after.breaks[moved] = min(2, max(after.breaks.get(moved, 0), lines))

    def _carry_sources(self, after: "_Cuts") -> None:
        """Offsets into this text become offsets into its source."""
        starts: list[int] = []
        sources: list[int] = []
        for start, begin, end in zip(after.starts, after.sources, [*after.starts[1:], after.length], strict=True):
            piece = max(0, bisect_right(self.starts, begin) - 1)
            starts.append(start)
            sources.append(self.sources[piece] + begin - self.starts[piece])
            while piece + 1 < len(self.starts) and self.starts[piece + 1] < begin + end - start:
                piece += 1
                starts.append(start + self.starts[piece] - begin)
                sources.append(self.sources[piece])
        after.starts, after.sources = starts, sources

    def _space(self, lines: int, source: int) -> None:
        self.put(" ", source)
        if lines:
            self.breaks[self.length] = min(2, self.breaks.get(self.length, 0) + lines)

    def normalised(self, text: str, source: str) -> Normalised:
        whole = Normalised(
            text=text,
            source=source,
            breaks=self.breaks,
            cut=False,
            starts=tuple(self.starts),
            sources=tuple(self.sources),
        )
        return whole if len(text) <= HEAD + TAIL else self._shortened(whole)

    def _shortened(self, whole: Normalised) -> Normalised:
        """The first and the last part, each ending at a space so that no word is cut into another."""
        text = whole.text
        head = text.rfind(" ", HEAD - 200, HEAD) + 1 or HEAD
        tail = text.find(" ", len(text) - TAIL, len(text) - TAIL + 200) + 1 or len(text) - TAIL
        gap = tail - head
        piece = bisect_right(self.starts, tail) - 1
        first = bisect_right(self.starts, head - 1)
        starts = [*self.starts[:first], head, *(start - gap for start in self.starts[piece + 1 :])]
        sources = [*self.sources[:first], self.sources[piece] + tail - self.starts[piece], *self.sources[piece + 1 :]]
        breaks = {at: lines for at, lines in self.breaks.items() if at < head}
        breaks |= {at - gap: lines for at, lines in self.breaks.items() if at >= tail}
        breaks[head] = 2
        return Normalised(
            text=text[:head] + text[tail:],
            source=whole.source,
            breaks=breaks,
            cut=True,
            starts=tuple(starts),
            sources=tuple(sources),
            whole=whole,
        )

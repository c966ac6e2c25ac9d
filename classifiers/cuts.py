"""The pieces of a text that stay while others go, and where each of them came from."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from classifiers.letters import MARKS, accented, one_to_one
from classifiers.markup import BREAKING, ENTITY, INLINE, TAG, unescaped
from classifiers.spelling import ordinary_words

Edit = tuple[int, int, int]
"""A stretch that becomes one space (it may be empty), and the lines that end there."""
_HIDDEN = (
    r"\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
)
_SPACES = r" (?=\s)\s*|\n\n\n\s*|\n{1,2}[^\S\n]\s*|[^\S \n]\s*"
"""All but one alone, one end of a line or two: those stay as they are."""
_BROKEN = r"(?<=[a-z][a-z])[-\u00ad][ \t]?\r?\n(?=[a-z][a-z])"
"""Where a word goes on in the next line, or two that a hyphen joins."""
_OPENED = r"(?<![\w*~])(?P<mark>[*_~]{1,3})(?=[^\W_][^*_~\n]{0,80}(?<!\s)(?P=mark)(?![\w*~]))"
_CLOSED = r"(?<![\s*_~])[*_~]{1,3}(?![\w*~])"
"""Marks around words that shall be bold: both go. `k*** myself` has stars of its own."""
_SPECIAL = re.compile(
    rf"(?P<broken>{_BROKEN})|(?P<ligature>[\ufb00-\ufb06])|(?P<opened>{_OPENED})|(?P<closed>{_CLOSED})"
    rf"|(?P<hidden>\x1b\[[0-9;]{{0,12}}[A-Za-z]|[{_HIDDEN}]+)|(?P<marks>[{MARKS}]+)"
    rf"|(?P<tag>{TAG})|(?P<entity>{ENTITY})|(?P<space>{_SPACES})"
)
_TEXT = re.compile(r"(?=\S)")
_SPACE = re.compile(r"\s")
LONGEST_WORD = 30
_LAST, _FIRST = re.compile(r"[A-Za-z]+\Z"), re.compile(r"\A[a-z]+")
_UNSEEN = re.compile(f"[{_HIDDEN}]+")
_EDGES = " \t\r\xa0"
_LINE = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text made of pieces of another one, its source: `starts` in this text, `sources` in that one.

    `breaks` holds offsets into it: 1 for a line's end, 2 for a paragraph's.
    """

    text: str
    starts: tuple[int, ...] = (0,)
    sources: tuple[int, ...] = (0,)
    breaks: dict[int, int] = field(default_factory=dict)

    def source_offset(self, offset: int) -> int:
        """Where the character at an offset of `text` stands in the source."""
        piece = bisect_right(self.starts, offset) - 1
        return self.sources[piece] + offset - self.starts[piece]

    def offset_of(self, source: int) -> int:
        """Where the character at an offset of the source stands in `text`, or what follows it if it was dropped."""
        piece = max(0, bisect_right(self.sources, source) - 1)
        end = self.starts[piece + 1] if piece + 1 < len(self.starts) else len(self.text)
        return max(0, min(end, self.starts[piece] + source - self.sources[piece]))


class Cuts:
    """Collects the pieces that stay, and where they came from."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self.parts: list[str] = []
        self.starts: list[int] = [0]
        self.sources: list[int] = [0]
        self.breaks: dict[int, int] = {}
        self.length = 0
        self.at = 0
        self._closing = -1

    @property
    def pieces(self) -> Pieces:
        """What stayed so far, and where it came from."""
        return Pieces("".join(self.parts), tuple(self.starts), tuple(self.sources), self.breaks)

    def keep(self, start: int, end: int) -> None:
        """This stretch stays, but for a space behind another one."""
        if self.plain[start:end].startswith(" ") and self.parts and self.parts[-1][-1].isspace():
            start += 1
        self._add(self.plain[start:end], start)

    def put(self, text: str, source: int) -> None:
        """This stands for what is at an offset of the source; a space behind another one does not."""
        if text == " " and (not self.parts or self.parts[-1][-1].isspace()):
            return
        self._add(text, source)

    def _add(self, text: str, source: int) -> None:
        if text:
            if self.length != self.starts[-1]:
                self.starts.append(self.length)
                self.sources.append(source)
            else:
                self.sources[-1] = source
            self.parts.append(text)
            self.length += len(text)

    def read(self, end: int) -> None:
        """Keep what there is up to an offset, without what is no text; a line's end stays one."""
        for match in _SPECIAL.finditer(self.plain, self.at, end):
            self.replace(match)
        self.keep(self.at, end)
        self.at = end

    def substitute(self, start: int, end: int, text: str) -> None:
        """Keep what there is up to a stretch, and put this for it."""
        self.keep(self.at, start)
        self.at = end
        self.put(text, start)

    def leave_out(self, end: int) -> None:
        """Go on there, in a paragraph of its own."""
        self.put("\n\n", self.at)
        self.at = end

    def replace(self, match: re.Match[str]) -> None:
        """Put what stands for a tag, an entity, marks, a gap; nothing for what is hidden."""
        if match.start() < self.at:  # what follows a tag that ends a line has been passed over
            return
        self.keep(self.at, match.start())
        self.at = match.end()
        found = match[0]
        match match.lastgroup:
            case "hidden":
                return
            case "opened":
                self._closing = self.plain.index(found, match.end())
            case "closed":
                if match.start() != self._closing:
                    self.keep(match.start(), match.end())
            case "broken":
                self._broken(match)
            case "ligature":
                for letter in unicodedata.normalize("NFKC", found):
                    self.put(letter, match.start())
            case "entity":
                self._entity(found, match.start())
            case "marks":
                self._marks(found, match.start())
            case "tag":
                self._tag(found, match.start())
            case _:
                self.put("\n" * min(2, len(_LINE.findall(found))) or " ", match.start())

    def _tag(self, found: str, source: int) -> None:
        """A page shows a line's end for some tags, nothing for those within words, and a space for others."""
        if BREAKING.match(found):
            self.put("\n", source)
            # What follows such a tag makes the page's source readable, and no line.
            self.at = text.end() if (text := _TEXT.search(self.plain, self.at)) else len(self.plain)
        elif not INLINE.match(found):
            self.put(" ", source)

    def _broken(self, match: re.Match[str]) -> None:
        """The halves of a word become one; the hyphen of two words stays."""
        before = self.plain[max(0, match.start() - LONGEST_WORD) : match.start()]
        after = self.plain[match.end() : match.end() + LONGEST_WORD]
        halves = [half.lower() for half in (*_LAST.findall(before), *_FIRST.findall(after))]
        # "Leices-\nter" stands in no list of words, and no more do its halves.
        if "".join(halves) not in ordinary_words() and all(half in ordinary_words() for half in halves):
            self.put("-", match.start())

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

    def end_line(self, lines: int) -> None:
        """So many lines end here: two are a paragraph's end."""
        if lines:
            self.breaks[self.length] = min(2, self.breaks.get(self.length, 0) + lines)


def trimmed(text: str, at: int) -> tuple[int, int]:
    """The (start, end) of a stretch that begins at an offset, without the white space around it."""
    return at + len(text) - len(text.lstrip(_EDGES)), at + len(text.rstrip(_EDGES))


def edited(before: Pieces, changes: Iterable[Edit]) -> Pieces:
    """The pieces after further changes, in their order; one that begins inside of the last is passed over."""
    after = Cuts(before.text)
    for start, end, lines in changes:
        if start < after.at or start >= len(before.text):
            continue
        after.substitute(start, end, " ")
        after.end_line(lines)
    after.keep(after.at, len(before.text))
    _carry_breaks(before, after)
    return within(before, after.pieces)


def _carry_breaks(before: Pieces, after: Cuts) -> None:
    """Each end of a line moves with its text, or to the next that is kept."""
    for at, lines in before.breaks.items():
        piece = bisect_right(after.sources, at) - 1
        end = after.starts[piece + 1] if piece + 1 < len(after.starts) else after.length
        moved = min(end, after.starts[piece] + at - after.sources[piece])
        after.breaks[moved] = min(2, max(after.breaks.get(moved, 0), lines))


def within(before: Pieces, after: Pieces) -> Pieces:
    """Pieces of the text of other pieces, told by the source of those."""
    starts: list[int] = []
    sources: list[int] = []
    for start, begin, end in zip(after.starts, after.sources, [*after.starts[1:], len(after.text)], strict=True):
        piece = max(0, bisect_right(before.starts, begin) - 1)
        starts.append(start)
        sources.append(before.sources[piece] + begin - before.starts[piece])
        while piece + 1 < len(before.starts) and before.starts[piece + 1] < begin + end - start:
            piece += 1
            starts.append(start + before.starts[piece] - begin)
            sources.append(before.sources[piece])
    return replace(after, starts=tuple(starts), sources=tuple(sources))


def cut_to(whole: Pieces, head: int, tail: int, joint: str = " ") -> Pieces:
    """The first and the last so many characters of a text, and no word of which half is lost; short ones stay whole.

    A paragraph ends between them, and there stands the joint, one character.
    """
    text, starts, sources = whole.text, whole.starts, whole.sources
    if len(text) <= head + tail:
        return whole
    end = max(text.rfind(space, head - 200, head) for space in " \n") + 1 or head
    begin = len(text) - tail
    space = _SPACE.search(text, begin, begin + 200)
    begin = space.end() if space else begin
    gap = begin - end
    piece = bisect_right(starts, begin) - 1
    first = bisect_right(starts, end - 1)
    breaks = {at: lines for at, lines in whole.breaks.items() if at < end}
    breaks |= {at - gap: lines for at, lines in whole.breaks.items() if at >= begin}
    breaks[end] = 2
    before = text[: end - 1] + joint if text[end - 1].isspace() else text[:end]
    return Pieces(
        before + text[begin:],
        (*starts[:first], end, *(start - gap for start in starts[piece + 1 :])),
        (*sources[:first], sources[piece] + begin - starts[piece], *sources[piece + 1 :]),
        breaks,
    )

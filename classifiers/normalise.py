"""Untidy text becomes plain text that still knows where every character stood.

The tokenizer wants single spaces and honest letters; evidence wants offsets into what the learner really wrote. So
every change either keeps the length (look-alike letters, curly quotes) or is remembered in a map (what was dropped).
"""

import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

HEAD = 24_000
"""Characters that are read from the start of a very long text."""
TAIL = 8_000
"""Characters that are read from its end, where people often put what matters to them."""

_LOOK_ALIKES = dict(
    zip(
        "аеорсухіјѕԁһԛԝАВЕКМНОРСТХІЅЈαοερτνικΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcyxijsdhqwABEKMHOPCTXISJaoeptvikABEZHIKMNOPTYX",
        strict=True,
    )
)
_PUNCTUATION = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032\u00b4`", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2212", "-"),
}
_SPECIAL = re.compile(
    r"(?P<wall>(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/=_-]{61,}|(?<!\S)\S{121,})"
    r"|(?P<hidden>[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+)"
    r"|(?P<tag></?[A-Za-z!][^<>]{0,300}>)"
    r"|(?P<entity>&(?:#[0-9]{1,6}|#[xX][0-9a-fA-F]{1,6}|amp|nbsp|lt|gt|quot|apos|pound|rsquo|lsquo|ndash|mdash);)"
    r"|(?P<space>\s{2,}|[^\S ])"
)
_MIXED = re.compile(r"(?=[^\W\d_]*[A-Za-z])(?=[^\W\d_]*[\u0370-\u052f])[^\W\d_]{1,60}")
_NO_TEXT = re.compile(r"[\s\ud800-\udfff]")
"""Spaces of all kinds, and halves of characters, which no tokenizer takes."""
_GAP = re.compile(r"\s+")
_BREAKING_TAG = re.compile(r"</?(?:br|p|div|li|tr|h[1-6]|ul|ol|table|blockquote)\b", re.IGNORECASE)


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

    def source_offset(self, offset: int) -> int:
        """Where the character at an offset of `text` stands in `source`."""
        piece = bisect_right(self.starts, offset) - 1
        return self.sources[piece] + offset - self.starts[piece]


def normalise(source: str) -> Normalised:
    """Plain text of a source of any size and content; never raises."""
    plain = source if source.isascii() else _MIXED.sub(_honest, source.translate(_one_to_one()))
    cuts = _Cuts(plain)
    for match in _SPECIAL.finditer(plain):
        cuts.replace(match)
    cuts.finish()
    return cuts.normalised(source)


def untouched(source: str) -> Normalised:
    """A text as it stands, for where `normalise` fails: every character keeps its place, of a long text the first."""
    text = source[: HEAD + TAIL]
    breaks = {gap.end(): min(2, gap[0].count("\n")) for gap in _GAP.finditer(text) if "\n" in gap[0]}
    plain = _NO_TEXT.sub(" ", text)
    return Normalised(text=plain, source=source, breaks=breaks, cut=len(source) > len(text), starts=(0,), sources=(0,))


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

    def replace(self, match: re.Match[str]) -> None:
        self.keep(self.at, match.start())
        self.at = match.end()
        found = match[0]
        match match.lastgroup:
            case "hidden":
                return
            case "entity":
                letter = html.unescape(found)
                self.put(" " if letter.isspace() or len(letter) != 1 else letter, match.start())
            case "tag":
                lines = 1 if _BREAKING_TAG.match(found) else 0
                self._space(lines, match.start())
            case "wall":
                self._space(1, match.start())
            case _:
                self._space(len(re.findall(r"\r\n|[\n\r\v\f\x85\u2028\u2029]", found)), match.start())

    def _space(self, lines: int, source: int) -> None:
        self.put(" ", source)
        if lines:
            self.breaks[self.length] = min(2, self.breaks.get(self.length, 0) + lines)

    def finish(self) -> None:
        self.keep(self.at, len(self.plain))

    def normalised(self, source: str) -> Normalised:
        text = "".join(self.parts)
        if len(text) <= HEAD + TAIL:
            return Normalised(
                text=text,
                source=source,
                breaks=self.breaks,
                cut=False,
                starts=tuple(self.starts),
                sources=tuple(self.sources),
            )
        return self._shortened(text, source)

    def _shortened(self, text: str, source: str) -> Normalised:
        """The first and the last part, each ending at a space so that no word is cut into another."""
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
            source=source,
            breaks=breaks,
            cut=True,
            starts=tuple(starts),
            sources=tuple(sources),
        )


@cache
def _one_to_one() -> dict[int, str]:
    """Characters that are replaced by exactly one other, so that no offset moves."""
    table = {ord(letter): plain for letter, plain in _PUNCTUATION.items()}
    table |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # half a character: no tokenizer takes it
    for code in (*range(0xFF01, 0xFF5F), *range(0x1D400, 0x1D800)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1:
            table[code] = plain
    return table


def _honest(match: re.Match[str]) -> str:
    """A word that mixes Latin with look-alike letters, spelled in Latin."""
    return "".join(_LOOK_ALIKES.get(letter, letter) for letter in match[0])

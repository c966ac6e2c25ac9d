"""A text as patterns read it: plain spaces, apostrophes and hyphens, and nothing in it that nobody can see."""

import re
from bisect import bisect_right
from dataclasses import dataclass

_PLAIN = {
    **dict.fromkeys("\u00a0\u1680\u2007\u202f\u205f\u3000", " "),
    **{chr(code): " " for code in range(0x2000, 0x200B)},
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u02b9\u2032\u00b4\uff07`", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"),
    "\u0130": "I",  # the one letter that grows when it is made small, which would move what comes after it
}
_TO_PLAIN = re.compile(f"[{''.join(_PLAIN)}]")
_HIDDEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Folded:
    """`text` is what patterns read; `starts` are where its pieces begin, `sources` where they stood before."""

    text: str
    starts: tuple[int, ...]
    sources: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of `text`, not an empty one, stands in the text that was folded."""
        return self._offset(start), self._offset(end - 1) + 1

    def _offset(self, at: int) -> int:
        piece = bisect_right(self.starts, at) - 1
        return self.sources[piece] + at - self.starts[piece]


def folded(text: str) -> Folded:
    """Fold a text of any size and content."""
    if text.isascii():
        return Folded(text=text.replace("`", "'"), starts=(0,), sources=(0,))
    plain = _TO_PLAIN.sub(lambda match: _PLAIN[match[0]], text)
    pieces: list[str] = []
    starts, sources = [0], [0]
    at = length = 0
    for hidden in _HIDDEN.finditer(plain):
        pieces.append(plain[at : hidden.start()])
        length += hidden.start() - at
        at = hidden.end()
        starts.append(length)
        sources.append(at)
    pieces.append(plain[at:])
    return Folded(text="".join(pieces), starts=tuple(starts), sources=tuple(sources))

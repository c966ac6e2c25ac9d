"""Words that are spelled so that no filter finds them: digits and signs for letters, stars, letters set apart."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import islice

from classifiers.cuts import Pieces, edited
from classifiers.letters import without_accents

_SIGNS = str.maketrans("0134578@$!|€+", "oieastbasiiet")
_AMONG_LETTERS = re.compile(r"(?<![a-z0-9])[a-z0-9@$!|€+]{2,24}(?<=[a-z0-9@$|€+])(?![a-z0-9])")
_MIXED = re.compile(r"(?=[^a-z]{0,23}[a-z])(?=[a-z]{0,23}[^a-z])")
_STARRED = re.compile(r"(?<![a-z*#])(?=[a-z*#]{0,9}[*#])[a-z][a-z*#]{2,9}(?![a-z*#])")
_HIDDEN_WORDS = (
    "kill", "kills", "killed", "killing", "myself", "yourself", "herself", "himself", "suicide", "suicidal", "dead",
    "death", "dying", "overdose", "overdosed", "hang", "hanging", "harm", "harming", "cutting", "noose", "unalive",
    "die",
)  # fmt: skip
_APART = re.compile(r"(?<![^\W_])[a-z0-9](?:[ ._*|/,~+-]{1,3}[a-z0-9](?![a-z0-9'])){2,60}")
_FILLER = re.compile(
    r"(?<=[a-z])(?:, like,(?= )|,? (?:honestly|literally|actually|genuinely|seriously|basically|fucking|fuckin|f\*+ing"
    r"|bloody|kind of|kinda|sort of|you know|i mean|tbh)\b,?(?=[ .!?])) ?"
    r"|(?<=[a-z])(?: ?\.{2,} ?| ?\u2026 ?|[,|-])(?=[a-z])| ?[(\"](?=[a-z])|(?<=[a-z])[)\"]"
)
"""Words and signs between others that change nothing: "I want to, like, (die)"."""
MOST_BARE = 50_000
"""Characters of a text that is looked at without them."""
_JOINTS = str.maketrans("", "", " ._*|/,~+-")
_LETTER = re.compile(r"[a-z0-9]")


@dataclass(frozen=True, slots=True)
class View:
    """A text as it may have been meant, and where each of its parts begins, here and in the text."""

    text: str
    starts: tuple[int, ...] = (0,)
    sources: tuple[int, ...] = (0,)
    apart: str = ""
    """The text, of which every second part is of letters that stand apart in it; empty where none is."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A stretch of the view as one of the text."""
        return self._source(start), self._source(end - 1) + 1

    def _source(self, offset: int) -> int:
        piece = bisect_right(self.starts, offset) - 1
        beyond, source = offset - self.starts[piece], self.sources[piece]
        if piece % 2 == 0 or not self.apart:
            return source + beyond
        return next(islice(_LETTER.finditer(self.apart, source), beyond, None)).start()


def unmasked(text: str) -> str:
    """A text of small letters without accents, with letters where signs, digits or stars stood; as long as before."""
    plain = without_accents(text)
    return _STARRED.sub(_guessed, _AMONG_LETTERS.sub(_spelled, plain))


def closed_up(text: str) -> View | None:
    """The text with single letters that stand apart joined ("k i l l"); None where there are none."""
    parts: list[str] = []
    starts: list[int] = [0]
    sources: list[int] = [0]
    for run in _APART.finditer(text):
        parts += [text[sources[-1] : run.start()], run[0].translate(_JOINTS)]
        starts += [starts[-1] + len(parts[-2]), starts[-1] + len(parts[-2]) + len(parts[-1])]
        sources += [run.start(), run.end()]
    if not parts:
        return None
    return View("".join([*parts, text[sources[-1] :]]), tuple(starts), tuple(sources), text)


def without_fillers(text: str) -> View | None:
    """The text without marks and words that stand between others and say nothing; None where there are none.

    None for a very long text, too: each of them takes its time.
    """
    fillers = [match.span() for match in _FILLER.finditer(text)] if len(text) <= MOST_BARE else []
    if not fillers:
        return None
    bare = edited(Pieces(text), ((start, end, 0) for start, end in fillers))
    return View(bare.text, bare.starts, bare.sources)


def _spelled(match: re.Match[str]) -> str:
    return match[0].translate(_SIGNS) if _MIXED.match(match[0]) else match[0]


def _guessed(match: re.Match[str]) -> str:
    """The one word that a starred one may be, if it says at least two of its letters."""
    word = match[0]
    if sum(map(str.isalpha, word)) < 2:
        return word
    return _meant(word)


@cache
def _patterns() -> dict[int, tuple[str, ...]]:
    lengths = {len(word) for word in _HIDDEN_WORDS}
    return {size: tuple(word for word in _HIDDEN_WORDS if len(word) == size) for size in lengths}


def _meant(starred: str) -> str:
    for word in _patterns().get(len(starred), ()):
        if all(sign in ("*", "#", letter) for sign, letter in zip(starred, word, strict=True)):
            return word
    return starred

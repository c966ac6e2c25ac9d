"""Long runs without a space: what is no language is dropped, and words that are joined come apart."""

import re
from collections.abc import Iterator
from functools import cache

from classifiers.cuts import Edit
from classifiers.spelling import frequent_words, ordinary_words

LONG = 61
"""Characters without a space from which on a run is looked at."""
SPLIT = 121
"""Characters from which on a run is taken apart whatever joins it: nobody writes such a word."""
WORD = 24
"""Letters that a single word may have."""
TOLD_BY = 400
"""Letters by which it is told whether a run is of words that nothing joins."""

_RUN = re.compile(rf"(?<!\S)\S{{{LONG},}}")
_CODE = re.compile(
    r"(?P<link>(?:https?://|www\.)[!-~]{113,}|data:[a-z]{1,20}/[a-z0-9.+-]{1,60}[;,][!-~]*)"
    rf"|(?P<code>[A-Za-z0-9+/=_-]{{{LONG},}})"
)
_LAST_LINE = re.compile(r" (?=[A-Za-z0-9+/]{2,60}={0,2}(?!\S))(?:[A-Za-z0-9+/=]{4}){1,16}(?!\S)")
"""What may be the last line of a code that was written in lines: it comes in fours."""
_PIECE = re.compile(r"[A-Za-z0-9]+")
_NATURAL = re.compile(rf"[A-Z]?[a-z]{{0,{WORD}}}|[A-Z]{{1,{WORD}}}|[0-9]{{1,4}}|[A-Za-z]{{1,3}}[0-9]{{1,2}}")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_JOINT = re.compile(r"[!-%(-/:-?\[-`{-~\u2013\u2014\u2026\u2022\u00b7]+")
_KEPT = frozenset(",;:!?")
_NEXT = r"[^\W\d_]['\w]{0,30}?(?![^\W_])"
_JOINED = re.compile(
    rf"(?<!\S)[^\W\d_]{{1,30}}(?:(?:[./_\\|+=*~\u2026\u2022\u00b7]{{1,5}}{_NEXT}){{3,}}+|(?:_{{1,5}}{_NEXT})++)(?!\S{{0,60}}@)"
)
"""Four words joined by anything, or two by a line below: `and/or` and `x.test/y` are right as they are."""
_OTHER = re.compile(r"[^\W\d_\x00-\x7f]")
_VOWELS = frozenset("aeiouyAEIOUY")
_LETTERS = re.compile(rf"[A-Za-z]{{{WORD + 1},}}")


def edits(text: str) -> list[Edit]:
    """All that has to be done to the long runs of a text, in its order."""
    made: list[Edit] = []
    before = (-1, 0)
    for run in _RUN.finditer(text):
        made += _of_run(run[0], run.start())
        dropped = made[-1][:2] == run.span() if made else False
        # An attachment comes in lines of one length; behind a single long link somebody goes on to write.
        if dropped and before == (run.start() - 1, len(run[0])):
            made += _last_line(text, run.end())
        before = (run.end(), len(run[0])) if dropped else (-1, 0)
    for joined in _JOINED.finditer(text):
        if len(joined[0]) < SPLIT and _mostly_words(joined[0]):
            made += _apart(joined[0], joined.start())
    return sorted(made)


def unread(text: str, made: list[Edit]) -> bool:
    """Whether what nobody reads may be words all the same: dropped letters, or a long run in another script."""
    if any(_may_be_words(text[start:end]) for start, end, _ in made if end - start >= LONG):
        return True
    return not text.isascii() and any(2 * len(_OTHER.findall(run[0])) > len(run[0]) for run in _RUN.finditer(text))


def _may_be_words(dropped: str) -> bool:
    """Letters of one case with as many vowels as any language; base64, hashes and keys mix cases or have digits."""
    looked_at = dropped[:4_000]
    letters = [letter for letter in looked_at if letter.isalpha()]
    small = sum(map(str.islower, letters))
    vowels = sum(letter in _VOWELS for letter in letters)
    return (
        len(letters) > 0.9 * len(looked_at)
        and len({*map(str.lower, letters)}) > 7
        and not 0.1 < small / len(letters) < 0.85
        and 0.12 < vowels / len(letters) < 0.65
    )


def _of_run(run: str, at: int) -> Iterator[Edit]:
    if not any(letter.isalpha() for letter in run):
        if len(run) >= SPLIT or _CODE.fullmatch(run):
            yield at, at + len(run), 1
        return
    done = 0
    for match in _CODE.finditer(run):
        readable = match.lastgroup == "code" and _readable(match[0])
        if len(run) >= SPLIT:
            yield from _apart(run[done : match.start()], at + done)
        if readable:
            yield from _apart(match[0], at + match.start())
        else:
            yield at + match.start(), at + match.end(), 1
        done = match.end()
    if len(run) >= SPLIT:
        yield from _apart(run[done:], at + done)


def _last_line(text: str, at: int) -> Iterator[Edit]:
    """The short end of what was dropped just before, where it is no word either."""
    last = _LAST_LINE.match(text, at)
    if last is None or last[0].strip().lower() in ordinary_words():
        return
    code = last[0].strip()
    mixed = any(map(str.isdigit, code)) and any(map(str.isalpha, code))
    if mixed or code.endswith("=") or (any(map(str.islower, code)) and any(map(str.isupper, code[1:]))):
        yield at, last.end(), 1


def _apart(joined: str, at: int) -> Iterator[Edit]:
    """Spaces for what joins words. A mark that means something, such as a comma, stays before its space."""
    for joint in _JOINT.finditer(joined):
        start, end = joint.span()
        yield (at + end if joint[0][-1] in _KEPT else at + start), at + end, 0
    for long in _LETTERS.finditer(joined):
        yield from ((at + long.start() + cut, at + long.start() + cut, 0) for cut in _cuts(long[0]))


def _readable(code: str) -> bool:
    """Whether a run of letters, digits and joints is of words: most of its pieces are written as words are."""
    pieces = _PIECE.findall(code)
    length = sum(map(len, pieces))
    natural = sum(len(piece) for piece in pieces if _NATURAL.fullmatch(piece))
    if len(pieces) > 1 and natural * 2 > length:
        return True
    known = sum(
        len(word) for word in _CAMEL.findall(code[:4_000]) if len(word) > 2 and word.lower() in ordinary_words()
    )
    return known * 2 > min(length, 4_000) or any(_cuts(long) for long in _LETTERS.findall(code[:4_000]))


def _mostly_words(joined: str) -> bool:
    words = _JOINT.split(joined)
    known = sum(len(word) for word in words if word.lower() in ordinary_words())
    return words[0].lower() != "www" and known * 2 > sum(map(len, words))


def _cuts(letters: str) -> list[int]:
    """Where words that nothing joins come apart; nowhere if most of it is no word that is often used."""
    if not _covered(letters[:TOLD_BY]):
        return []
    return _spelled(letters)[0]


def _covered(letters: str) -> bool:
    return _spelled(letters)[1] > 0.7 * len(letters)


def _spelled(letters: str) -> tuple[list[int], int]:
    """The cuts between the longest words one after the other, and how many letters are in words of two and more."""
    words, lower = _frequent(), letters.lower()
    if len(lower) != len(letters):
        return [], 0
    cuts: list[int] = []
    at = known = 0
    while at < len(lower):
        length = next((size for size in range(16, 1, -1) if lower[at : at + size] in words), 1)
        known += length if length > 1 else 0
        if at:
            cuts.append(at)
        at += length
    return cuts, known


@cache
def _frequent() -> frozenset[str]:
    short = {"am", "an", "as", "at", "be", "by", "do", "go", "he", "if", "in", "is", "it", "me", "my", "no", "of", "on",
             "or", "so", "to", "up", "us", "we"}  # fmt: skip
    return frozenset(word for word in frequent_words(8_000) if len(word) > 3 or word in short) | {
        word for word in frequent_words(700) if len(word) == 3
    }

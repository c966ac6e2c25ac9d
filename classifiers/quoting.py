"""Where older mails stand that a message quotes: behind the lines that only mail programs write.

Whoever quotes in their own words brings evidence ("My supervisor wrote: …"), and a lone ">" is a bullet. Both are read.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice

MERE_FORWARD = 12
"""Words of the writer below which what stands behind a program's line is the message itself."""
WRAPPED = 60
"""Characters of a line that a program broke; a list has shorter ones."""
MOST = 2_000
"""Marked stretches that are looked at."""
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_ANNOUNCED = re.compile(
    r"^[ \t]*(?:-{2,} ?(?:original|forwarded) message\b.*|begin forwarded message:.*)$", re.IGNORECASE | re.MULTILINE
)
_FROM = re.compile(r"^[ \t]*\*?from:\*?[ \t]*\S.{0,300}$", re.IGNORECASE | re.MULTILINE)
_HEADER = re.compile(r"[ \t]*\*?(?:sent|date|to|cc|subject|importance|attachments):", re.IGNORECASE)
_WROTE = re.compile(r"\bwrote:[ \t]*$", re.IGNORECASE | re.MULTILINE)
_ON = re.compile(rf"[ \t]*on[ \t]+(?:{_DAY}\b|{_MONTH}\b|\d)", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}\.\w")
_STAMP = tuple(map(re.compile, (r"\b(?:19|20)\d\d\b|\b\d{1,2}[/.]\d{1,2}[/.]\d\d\b", r"\b\d{1,2}[:.]\d\d\b", ",")))
"""A year, a time and a comma: people leave one out."""
_DATE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\b|\b{_MONTH} \d{{1,2}}\b|\b\d{{1,2}}[/.]\d", re.IGNORECASE
)
_MARK = r">(?![ \t]*\d)"
"""The mark of an older message; "> 24 hours" is a number."""
_MARKED = re.compile(rf"^[ \t]*+{_MARK}[^\n]*+(?:(?:\n[ \t]*+){{1,3}}+{_MARK}[^\n]*+)*+", re.MULTILINE)
_MARKS = re.compile(r"^[ \t>]+", re.MULTILINE)
_WORD = re.compile(r"[^\W_]")
LONGEST_INTRO = 400


Written = Callable[[int, int], str]
"""What the sender wrote where a stretch of the text stands: an address in angle brackets looks like a page's tag."""


Ranges = list[tuple[int, int]]


def quoted_ranges(text: str, place: int, written: Written) -> tuple[Ranges, Ranges]:
    """The (start, end) of every older mail from a place on, in order, and of all other lines that begin with ">".

    The last mail may go on to the end.
    """
    marked = list(islice(_MARKED.finditer(text, place), MOST))
    own = _own(text, place, marked) if marked else 0
    ranges = [found.span() for found in marked if _is_mail(found, place, own, written)]
    older = _older(text, place, written)
    # A mere forward: what stands below the line is the message itself.
    if older is not None and len(text[place:older].split()) >= MERE_FORWARD:
        ranges = [*(one for one in ranges if one[0] < older), (older, len(text))]
    return ranges, [found.span() for found in marked if found.span() not in ranges]


def _own(text: str, place: int, marked: list[re.Match[str]]) -> int:
    """How many words are not marked, or as many as an introduction may have."""
    own = 0
    for start, end in zip(
        [place, *(one.end() for one in marked)], [*(one.start() for one in marked), len(text)], strict=True
    ):
        own += _words(text[start : min(end, start + LONGEST_INTRO)])
        if own > LONGEST_INTRO:
            break
    return own


def _older(text: str, place: int, written: Written) -> int | None:
    """Where the first line stands behind which a program quotes without marks."""
    announced = _ANNOUNCED.search(text, place)
    blocks = (found.start() for found in _FROM.finditer(text, place) if _is_block(found, written))
    starts = [
        announced.start() if announced else None,
        next(blocks, None),
        next(_intros(text, place, len(text), written), None),
    ]
    return min((start for start in starts if start is not None), default=None)


def _is_block(sender: re.Match[str], written: Written) -> bool:
    """Whether header lines follow "From:" as programs write them: two, or one if it names an address."""
    following = sender.string[sender.end() + 1 : sender.end() + 1_000].split("\n")[:4]
    return sum(bool(_HEADER.match(line)) for line in following) >= (
        1 if _ADDRESS.search(written(*sender.span())) else 2
    )


def _intros(text: str, place: int, end: int, written: Written) -> Iterator[int]:
    """Where lines such as "On Mon, 3 Nov 2025 at 10:00, Sam Smith <sam@nhs.net> wrote:" begin."""
    for found in _WROTE.finditer(text, place, end):
        begin = _line(text, place, found.start())
        if found.end() - begin > LONGEST_INTRO:
            continue
        before = _line(text, place, begin - 1) if begin > place else begin
        wrapped = not _ON.match(text, begin) and _ON.match(text, before) and found.end() - before <= LONGEST_INTRO
        begin = before if wrapped else begin
        dated = _ON.match(text, begin) and all(one.search(text, begin, found.end()) for one in _STAMP)
        if dated or _ADDRESS.search(written(begin, found.end())):
            yield begin


def _line(text: str, place: int, offset: int) -> int:
    """Where the line begins in which an offset is."""
    return max(place, text.rfind("\n", place, max(place, offset)) + 1)


def _is_mail(marked: re.Match[str], place: int, own: int, written: Written) -> bool:
    """Whether lines that begin with ">" are an older mail, and neither a list nor evidence."""
    text, end = marked.string, marked.start()
    while end > place and text[end - 1].isspace():
        end -= 1
    last = _line(text, place, end)
    intro = next(_intros(text, _line(text, place, last - 1), end, written), None)
    if own <= (_words(text[intro:end]) if intro is not None else 0):
        return False
    bare = _MARKS.sub("", marked[0])
    if intro is not None or _older(bare, 0, lambda start, stop: bare[start:stop]) is not None:
        return True
    lines = [line for line in bare.split("\n") if line.strip()]
    above = text[last:end]
    if len(lines) < 2 or above.endswith(":"):
        return len(lines) >= 2 and bool(_WROTE.search(above) and _ON.match(above) and _DATE.search(above))
    return own >= MERE_FORWARD and max(map(len, lines)) >= WRAPPED


def _words(text: str) -> int:
    return sum(bool(_WORD.search(word)) for word in text.split())

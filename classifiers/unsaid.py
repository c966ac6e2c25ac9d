"""What stands in a text and is said by nobody, so that it is left unread and changes nothing.

Trailers and banners of organisations, rows of signs, style sheets of pages, orders to a machine, and how people end
a message.
"""

import re
from collections.abc import Iterator

from classifiers.cuts import Edit
from classifiers.orders import order_ranges
from classifiers.sign_offs import sign_off_ranges
from models.trailers import trailer_ranges

_SIGNS = r"|*_=~#^+\u2013\u2014\u2022\u00b7\u2500-\u257f\u25a0-\u25ff-"
_ROW = re.compile(
    rf"(?P<line>^[ \t\xa0]*(?:[.{_SIGNS}][ \t\xa0]{{0,3}}){{2,}}$)"
    rf"|(?P<apart>(?<!\S)[{_SIGNS}]{{4,}}(?!\S))|(?P<long>[{_SIGNS}]{{8,}}|\.{{8,}})",
    re.MULTILINE,
)
_SHEET = re.compile(
    r"<style\b[^<>]{0,400}>(?=[^<{]{0,400}+(?:<!--[^<{]{0,400}+)?\{)(?:[^<]++|<!--){0,50}+</style\s{0,9}>",
    re.IGNORECASE,
)


def unsaid_ranges(text: str) -> list[Edit]:
    """All such ranges, in order; none overlaps another."""
    return _apart(sorted(_ranges(text)))


def _ranges(text: str) -> Iterator[Edit]:
    for start, end in (*trailer_ranges(text), *order_ranges(text), *sign_off_ranges(text)):
        yield start, end, 2
    yield from _rows(text)


def sheet_ranges(text: str) -> Iterator[tuple[int, int]]:
    """Style sheets of a page. One holds no tag: where a person's words may stand inside, it is read."""
    return (match.span() for match in _SHEET.finditer(text))


def _rows(text: str) -> Iterator[Edit]:
    for match in _ROW.finditer(text):
        yield match.start(), match.end(), 2 if match.lastgroup == "line" else 0


def _apart(ranges: list[Edit]) -> list[Edit]:
    """Those that overlap become one."""
    made: list[Edit] = []
    for one in ranges:
        if made and one[0] < made[-1][1]:
            start, end, lines = made[-1]
            made[-1] = start, max(end, one[1]), max(lines, one[2])
        else:
            made.append(one)
    return made

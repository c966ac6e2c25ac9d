"""Reading the NHS organisation files (ODS): etr (trusts), ets (sites), ect (care trusts) and epraccur (GP practices).

All four have the same shape: CSV without a header, every line one organisation, 27 columns of which the first twelve
are code, name, region, ICB, five lines of address, postcode, and the days it opened and closed (YYYYMMDD). Column 15
names the organisation above it, column 26 of epraccur what kind of practice it is. The data are published under the
Open Government Licence v3.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

LONGEST_LINE = 16_384
FEWEST_COLUMNS = 12
GP_PRACTICE = "4"
"""The prescribing setting of a GP practice in column 26; others are prisons, walk-in centres and the like."""

_KINDS = (
    ("trust", re.compile(r"[RT][A-Z0-9]{2}")),
    ("site", re.compile(r"[RT][A-Z0-9]{4}")),
    ("gp", re.compile(r"[A-Z][0-9]{5}")),
)
_KEEP_CAPITAL = frozenset({"NHS", "GP", "ICB", "UK", "ENT", "A&E", "MRI", "CT", "HQ"})
_KEEP_SMALL = frozenset({"of", "and", "the", "in", "for", "at", "on", "le", "by", "upon", "under", "with"})


@dataclass(frozen=True, kw_only=True, slots=True)
class OdsPlace:
    """One organisation. `region` and `icb` are ODS codes such as Y60 (Midlands) and QHL."""

    code: str
    name: str
    kind: str
    """`trust`, `site` or `gp`."""
    region: str
    parent: str
    """The trust of a site, the ICB of a trust or practice; empty when the file names none."""
    town: str
    postcode: str
    closed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejected:
    """A line that was not taken: `place` is `file:line`, `reason` says why."""

    place: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """A line about something that is no place of training, such as a prison's or an out-of-hours surgery."""

    place: str


def read_ods(name: str, lines: Iterable[bytes], *, today: date) -> Iterator[OdsPlace | Rejected | Skipped]:
    """What each line of a file says, in order; empty lines are passed over. Raises nothing on any bytes.

    `name` is used in rejections. A line longer than 16,384 bytes is rejected unread.
    """
    for number, line in enumerate(lines, 1):
        place = f"{name}:{number}"
        if line.strip():
            yield _read_line(place, line, today)


class _Unusable(Exception):
    """Why a line cannot be taken."""


def _read_line(place: str, line: bytes, today: date) -> OdsPlace | Rejected | Skipped:
    try:
        cells = _cells(line)
        kind = _kind(cells)
        if kind == "gp" and len(cells) > 25 and cells[25] != GP_PRACTICE:
            return Skipped(place=place)
        return _place(kind, cells, closed=_is_past(cells[11], today))
    except _Unusable as why:
        return Rejected(place=place, reason=str(why))


def _cells(line: bytes) -> list[str]:
    if len(line) > LONGEST_LINE:
        raise _Unusable("the line is far too long")
    try:
        cells = [cell.strip() for cell in next(csv.reader([_text(line)], strict=True), [])]
    except csv.Error as error:
        raise _Unusable(f"is not valid CSV: {error}") from None
    if len(cells) < FEWEST_COLUMNS:
        raise _Unusable(f"has {len(cells)} columns; an ODS file has 27")
    return cells


def _kind(cells: list[str]) -> str:
    kind = next((kind for kind, form in _KINDS if form.fullmatch(cells[0])), None)
    if kind is None:
        raise _Unusable("does not begin with the code of a trust, site or GP practice")
    if not cells[1]:
        raise _Unusable(f"{cells[0]} has no name")
    return kind


def _place(kind: str, cells: list[str], *, closed: bool) -> OdsPlace:
    above = cells[14] if len(cells) > 14 else ""
    # A site's code begins with its trust's; after a merger only column 15 knows better.
    parent = (above or cells[0][:3]) if kind == "site" else cells[3]
    return OdsPlace(
        code=cells[0],
        name=spoken(cells[1]),
        kind=kind,
        region=cells[2],
        parent=parent,
        town=spoken(next((cell for cell in reversed(cells[4:8]) if cell), "")),
        postcode=" ".join(cells[9].upper().split()),
        closed=closed,
    )


def spoken(shouted: str) -> str:
    """A name as people write it: `THE QUEEN'S HOSPITAL STOKE-ON-TRENT` becomes `The Queen's Hospital Stoke-on-Trent`.

    A name that has small letters already is left as it is.
    """
    if shouted != shouted.upper():
        return " ".join(shouted.split())
    words = [
        "-".join(_word(part, first=not (position or index)) for index, part in enumerate(word.split("-")))
        for position, word in enumerate(shouted.split())
    ]
    return " ".join(words)


def _word(word: str, *, first: bool) -> str:
    bare = word.strip("().,")
    if bare in _KEEP_CAPITAL:
        return word
    if bare.lower() in _KEEP_SMALL and not first:
        return word.lower()
    return word.lower().replace(bare.lower(), bare.capitalize(), 1)


def _text(line: bytes) -> str:
    line = line.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        text = line.decode("cp1252", "replace")
    return text.replace("\0", "")


def _is_past(day: str, today: date) -> bool:
    try:
        return bool(day) and datetime.strptime(day, "%Y%m%d").date() <= today  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise _Unusable("has a day of closing that is no date (YYYYMMDD)") from None

"""What is counted for one answer, and how its numbers add up."""

from dataclasses import dataclass
from datetime import datetime

from intake.figures.sheet import Sheet, Shown
from models.clocks import Clock
from models.framework import Reference
from models.rights import Viewer
from models.statistics import AGES, WAITS, Asked, Missed
from models.suppression import rounded
from models.ticket import TicketState
from models.verdict import Kind
from storage.store import Transaction

NONE = "none"
"""Not graded, not acknowledged, no place: what is not known."""
REST = "rest"
GRADES = (4, 3, 2, 1, 0, NONE)
MACHINE = (NONE, 0, 1, 2, 3)
OFFICER = (4, 3, 2, 1, 0)
SERIOUS = 2
WENT = ("kept", "late", "overdue", "running")
LISTED = 20
"""How many places or specialties are listed by name."""
STILL_OPEN = tuple(state for state in TicketState if state is not TicketState.CLOSED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """The numbers of one answer, and the names in it, the most frequent first."""

    asked: Asked
    shown: Shown
    backlog: tuple[int | None, ...]
    themes: tuple[str, ...]
    specialties: tuple[str, ...]
    places: tuple[str | None, ...]
    missed: tuple[Missed, ...]


def count(tx: Transaction, asked: Asked, viewer: Viewer, words: Reference, now: datetime) -> Figures:
    """Count all that is asked and that the viewer may read."""
    sheet = Sheet(asked=asked)
    _arrivals(tx, sheet, viewer)
    for (state, age), number in tx.statistics.open_now(asked, viewer).items():
        sheet.numbers["open", state, age] += number
    for state in STILL_OPEN:
        sheet.add_up(("open", state), [("open", state, age) for age in range(len(AGES))])
    for (clock, went), number in tx.statistics.clocks(asked, viewer, now).items():
        sheet.numbers["clock", clock, went] += number
    for one in Clock:
        sheet.add_up(("clock", one), [("clock", one, went) for went in WENT])
    sheet.numbers.update(tx.statistics.labels(asked, viewer))
    themes = _labels(sheet, "theme", tuple(words.themes))
    specialties = _labels(sheet, "specialty", tuple(words.specialties))
    places = _places(tx, sheet, viewer)
    return Figures(
        asked=asked,
        shown=sheet.shown(),
        backlog=_backlog(tx, sheet, viewer),
        themes=themes,
        specialties=specialties[:LISTED],
        places=places,
        missed=tx.statistics.missed(asked, viewer),
    )


def _arrivals(tx: Transaction, sheet: Sheet, viewer: Viewer) -> None:
    numbers = sheet.numbers
    for one in tx.statistics.arrivals(sheet.asked, viewer):
        kind, wait = one.kind, NONE if one.wait is None else one.wait
        numbers["wait", wait, one.bucket] += one.number
        if kind != Kind.CONCERN:
            numbers["kind", kind, one.bucket] += one.number
            continue
        numbers["isf", NONE if one.isf is None else one.isf, one.bucket] += one.number
        if one.officer is None:
            continue
        machine = NONE if one.machine is None else one.machine
        numbers["both", machine, one.officer] += one.number
        if one.officer >= SERIOUS:
            numbers["seen" if machine in {2, 3} else "missed", one.bucket] += one.number
    _add_up_arrivals(sheet)


def _add_up_arrivals(sheet: Sheet) -> None:
    buckets = sheet.asked.period.buckets
    for bucket in buckets:
        sheet.add_up(("kind", Kind.CONCERN, bucket), [("isf", grade, bucket) for grade in GRADES])
        sheet.add_up(("all", bucket), [("kind", kind, bucket) for kind in Kind])
        sheet.add_up(("all", bucket), [("wait", wait, bucket) for wait in (*range(len(WAITS)), NONE)])
        sheet.add_up(("serious", bucket), [("seen", bucket), ("missed", bucket)])
    serious = [one for one in OFFICER if one >= SERIOUS]
    sheet.add_up(("missed",), [("missed", bucket) for bucket in buckets])
    sheet.add_up(("missed",), [("both", machine, one) for machine in (NONE, 0, 1) for one in serious])
    sheet.add_up(("seen",), [("seen", bucket) for bucket in buckets])
    sheet.add_up(("seen",), [("both", machine, one) for machine in (2, 3) for one in serious])
    sheet.add_up(("serious",), [("seen",), ("missed",)])


def _labels(sheet: Sheet, what: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The codes that were counted, the most frequent first."""
    codes = dict.fromkeys((*known, *(name[1] for name in sheet.numbers if isinstance(name, tuple) and name[0] == what)))
    buckets = sheet.asked.period.buckets
    for code in codes:
        sheet.add_up((what, code), [(what, code, bucket) for bucket in buckets])
    found = [code for code in codes if sheet.numbers[what, code]]
    return tuple(sorted(found, key=lambda code: -sheet.numbers[what, code]))


def _places(tx: Transaction, sheet: Sheet, viewer: Viewer) -> tuple[str | None, ...]:
    """The organisations with the most concerns; what is not listed is one row, and so is what has no place."""
    found = tx.statistics.places(sheet.asked, viewer)
    named = sorted((code for code in found if code is not None), key=lambda code: (-found[code][0], code))
    rows = [*named[:LISTED], REST, None]
    for code, (number, serious) in found.items():
        row = code if code in rows else REST
        sheet.numbers["place", row, "serious"] += serious
        sheet.numbers["place", row, "other"] += number - serious
    for row in rows:
        sheet.add_up(("place", row), [("place", row, "serious"), ("place", row, "other")])
    buckets = sheet.asked.period.buckets
    sheet.add_up(("concerns",), [("kind", Kind.CONCERN, bucket) for bucket in buckets])
    sheet.add_up(("concerns",), [("place", row) for row in rows])
    sheet.add_up(("grave",), [("isf", grade, bucket) for grade in (2, 3, 4) for bucket in buckets])
    sheet.add_up(("grave",), [("place", row, "serious") for row in rows])
    return tuple(row for row in rows if sheet.numbers["place", row])


def _backlog(tx: Transaction, sheet: Sheet, viewer: Viewer) -> tuple[int | None, ...]:
    """How many were open at the end of each week or month: always rounded, for two of them differ by the arrivals."""
    period = sheet.asked.period
    closed = tx.statistics.closed(sheet.asked, viewer)
    level = tx.statistics.open_before(sheet.asked, viewer)
    ends = [*(period.begin(bucket) for bucket in period.buckets[1:]), None]
    levels: list[int | None] = []
    day = period.first_day
    for bucket, end in zip(period.buckets, ends, strict=True):
        until = period.days + 1 if end is None else period.first_day + (end - period.begin(period.buckets[0])).days
        level += sheet.numbers["all", bucket] - sum(closed[one] for one in range(day, until))
        levels.append(rounded(level))
        day = until
    return tuple(levels)

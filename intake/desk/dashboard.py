"""The dashboard: what arrives, what waits, and how far the machine and the officers agree."""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from intake.desk.places import place_code, place_names, specialty_code
from intake.desk.proving import Proved
from intake.desk.shared import Desk, DeskParts, NotThere, Reader, noted, page, require
from intake.figures.counting import count
from intake.figures.tables import tables
from models.audit import Action
from models.clocks import LONDON
from models.framework import Reference
from models.rights import Right
from models.statistics import Asked, Missed, Period, Span, Table

router = APIRouter()
Short = Annotated[str, Query(max_length=300)]
SPANS = {
    Span.QUARTER: "13 weeks",
    Span.HALF_YEAR: "26 weeks",
    Span.YEAR: "12 months",
    Span.THREE_YEARS: "3 years",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a cell begins that a spreadsheet would take for a formula."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """What the address asks for, as it was typed."""

    period: Short = Span.QUARTER.value
    provider: Short = ""
    specialty: Short = ""

    def span(self) -> Span:
        """The period; the shortest where it is none of ours."""
        return Span(self.period) if self.period in list(Span) else Span.QUARTER

    def unknown(self, words: Reference) -> dict[str, str]:
        """What was typed and is not known: field -> what to do about it."""
        problems = {}
        if self.provider and self.place(words) is None:
            problems["provider"] = "Choose a place from the list, or leave it empty"
        if self.specialty and specialty_code(self.specialty, words) is None:
            problems["specialty"] = "Choose a specialty from the list, or leave it empty"
        return problems

    def place(self, words: Reference) -> str | None:
        """The organisation that is asked for."""
        code = place_code(self.provider, words) if self.provider else None
        return words.organisation_of(code) if code else None

    def asked(self, words: Reference, today: date) -> Asked:
        """What is to be counted."""
        return Asked(
            period=Period(span=self.span(), today=today),
            provider=self.place(words),
            specialty=specialty_code(self.specialty, words) if self.specialty else None,
        )


@router.get("/dashboard")
def show_dashboard(request: Request, desk: DeskParts, session: Reader, typed: Annotated[Typed, Depends()]) -> Response:
    """All figures as charts and tables."""
    require(session, Right.READ_TICKETS)
    problems = typed.unknown(desk.words)
    facts: dict[str, Any] = {
        "typed": asdict(typed),
        "span": typed.span(),
        "spans": SPANS,
        "problems": problems,
        "place_names": place_names(desk.words),
        "specialty_names": [f"{one.name} ({one.code})" for one in desk.words.specialties.values()],
        "link": lambda **changes: _address("/dashboard", replace(typed, **changes)),
        "file": lambda name: _address(f"/dashboard/{name}.csv", typed),
    }
    if problems:
        return page(request, "dashboard.html", {**facts, "tables": (), "missed": ()}, status=422)
    asked, found, missed = _count(desk, session, typed)
    facts |= {"tables": found, "missed": missed, "exact": asked.exact, "day": _day}
    return page(request, "dashboard.html", facts)


@router.get("/dashboard/{name}.csv")
def download(desk: DeskParts, session: Proved, name: str, typed: Annotated[Typed, Depends()]) -> Response:
    """One table as a file for a spreadsheet, with the same numbers taken out."""
    require(session, Right.READ_TICKETS)
    if typed.unknown(desk.words):
        raise NotThere
    _, found, _ = _count(desk, session, typed)
    table = next((one for one in found if one.name == name), None)
    if table is None:
        raise NotThere
    with desk.store.write() as tx:
        tx.audit.append(noted(desk, session, Action.EXPORTED, "figures", table=table.name, period=typed.span().value))
    headers = {"Content-Disposition": f'attachment; filename="intake-{table.name}-{typed.span().value}.csv"'}
    return Response(written(table.lines()), media_type="text/csv; charset=utf-8", headers=headers)


def written(lines: Iterable[tuple[str, ...]]) -> str:
    """Lines as CSV in which no cell is a formula. It begins with a byte order mark, or Excel garbles an é."""
    out = io.StringIO()
    out.write("\ufeff")
    csv.writer(out, lineterminator="\r\n").writerows([inert(cell) for cell in line] for line in lines)
    return out.getvalue()


def inert(cell: str) -> str:
    """The cell, made a text where a spreadsheet would run it."""
    return f"'{cell}" if cell.lstrip().startswith(FORMULA) or cell.startswith(FORMULA) else cell


def _count(desk: Desk, session: Reader, typed: Typed) -> tuple[Asked, tuple[Table, ...], tuple[Missed, ...]]:
    asked = typed.asked(desk.words, desk.clock().astimezone(LONDON).date())
    with desk.store.read() as tx:
        found = count(tx, asked, session.officer.viewer, desk.words, desk.clock())
    return asked, tables(found, desk.words), found.missed


def _address(path: str, typed: Typed) -> str:
    said = {name: value for name, value in asdict(typed).items() if value}
    return f"{path}?{urlencode(said)}"


def _day(number: int) -> str:
    day = date.fromordinal(date(1970, 1, 1).toordinal() + number)
    return f"{day.day} {day:%b %Y}"

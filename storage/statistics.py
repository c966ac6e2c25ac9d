"""Counting tickets within one transaction: only those that the viewer may read, each time in one pass of the engine."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from models.rights import Viewer
from models.statistics import AGES, WAITS, Asked, Counted, Missed, Span
from models.verdict import Kind
from storage.desk_tables import ClockTable, LabelTable
from storage.figure_tables import FigureTable
from storage.tables import TicketTable
from storage.visibility import visible

_FIGURE = FigureTable
_CONCERN = FigureTable.kind == Kind.CONCERN.value
_WAIT = case(
    (FigureTable.acknowledged.is_(None), None),
    *((FigureTable.acknowledged <= most, place) for place, (_, most) in enumerate(WAITS)),
)
SERIOUS = 2
"""The category from which a concern is serious: it is reported beyond the school."""
MISSED = and_(
    FigureTable.officer >= SERIOUS, or_(FigureTable.machine.is_(None), FigureTable.machine < SERIOUS), _CONCERN
)


class Statistics:
    """The figures within one transaction. Nothing of it is fit to be shown before small numbers are taken out."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def arrivals(self, asked: Asked, viewer: Viewer) -> tuple[Counted, ...]:
        """The tickets that arrived in the period, those together that are alike in all that is told of them."""
        by = (_bucket(asked), _FIGURE.kind, _FIGURE.isf, _FIGURE.machine, _FIGURE.officer, _WAIT.label("wait"))
        wanted = (*self._wanted(asked, viewer), _within(asked, _FIGURE.day))
        names = ("bucket", *by[1:5], "wait")
        found = select(*by, func.count()).where(*wanted).group_by(*names)
        return tuple(
            Counted(bucket=row[0], kind=row[1], isf=row[2], machine=row[3], officer=row[4], wait=row[5], number=row[6])
            for row in self._connection.execute(found)
        )

    def open_before(self, asked: Asked, viewer: Viewer) -> int:
        """How many were open when the period began."""
        begin = asked.period.first_day
        wanted = (*self._wanted(asked, viewer), _FIGURE.day < begin)
        # Asked apart, each is answered by the index; together they would read every ticket.
        asked_apart = (_FIGURE.closed_day.is_(None), _FIGURE.closed_day >= begin)
        counted = (select(func.count()).where(*wanted, still) for still in asked_apart)
        return sum(int(self._connection.execute(one).scalar_one()) for one in counted)

    def closed(self, asked: Asked, viewer: Viewer) -> Counter[int]:
        """How many were closed, by the first day of the period and the days after it: day -> number."""
        counted = select(_FIGURE.closed_day, func.count()).where(
            *self._wanted(asked, viewer), _FIGURE.closed_day >= asked.period.first_day
        )
        found = self._connection.execute(counted.group_by(_FIGURE.closed_day))
        return Counter({row[0]: row[1] for row in found if row[0] is not None})

    def open_now(self, asked: Asked, viewer: Viewer) -> Counter[tuple[str, int]]:
        """What is open: (state, a place in AGES) -> number."""
        age = asked.period.days - _FIGURE.day
        band = case(*((age < most, place) for place, (_, most) in enumerate(AGES)))
        wanted = (*self._wanted(asked, viewer), _FIGURE.closed_day.is_(None))
        found = self._connection.execute(
            select(_FIGURE.state, band.label("band"), func.count()).where(*wanted).group_by(_FIGURE.state, "band")
        )
        return Counter({(row[0], row[1]): row[2] for row in found})

    def labels(self, asked: Asked, viewer: Viewer) -> Counter[tuple[str, str, int]]:
        """Concerns by theme and specialty: (what, code, bucket) -> number. A concern may have several."""
        table, label = LabelTable, LabelTable.label
        counted = (
            select(_bucket(asked), label, func.count())
            .join(FigureTable, _FIGURE.ticket_id == table.ticket_id)
            .where(table.ticket_id >= self._first(asked), _within(asked, _FIGURE.day))
            .where(*self._wanted(asked, viewer), _CONCERN)
            .group_by("bucket", label)
        )
        found: Counter[tuple[str, str, int]] = Counter()
        for bucket, name, number in self._connection.execute(counted):
            what, _, code = name.partition(":")
            found[what, code, bucket] = number
        return found

    def clocks(self, asked: Asked, viewer: Viewer, now: datetime) -> Counter[tuple[str, str]]:
        """Service clocks of tickets that arrived in the period: (clock, how it went) -> number.

        How it went: `kept`, `late` (it ended too late), `overdue` (it runs, too late) or `running`.
        """
        clock = ClockTable
        went = case(
            (clock.done_at <= clock.due_at, "kept"),
            (clock.done_at.is_not(None), "late"),
            (clock.due_at <= now, "overdue"),
            else_="running",
        ).label("went")
        counted = (
            select(clock.clock, went, func.count())
            .join(FigureTable, _FIGURE.ticket_id == clock.ticket_id)
            .where(_within(asked, _FIGURE.day), *self._wanted(asked, viewer))
            .group_by(clock.clock, "went")
        )
        return Counter({(row[0], row[1]): row[2] for row in self._connection.execute(counted)})

    def places(self, asked: Asked, viewer: Viewer) -> dict[str | None, tuple[int, int]]:
        """Concerns by organisation: code -> all of them, and those of category 2 or more."""
        serious = func.sum(case((_FIGURE.isf >= SERIOUS, 1), else_=0))
        wanted = (*self._wanted(asked, viewer), _within(asked, _FIGURE.day), _CONCERN)
        found = self._connection.execute(
            select(_FIGURE.provider, func.count(), serious).where(*wanted).group_by(_FIGURE.provider)
        )
        return {row[0]: (row[1], int(row[2])) for row in found}

    def missed(self, asked: Asked, viewer: Viewer, *, limit: int = 20) -> tuple[Missed, ...]:
        """Serious concerns that the machine graded lower or not at all, the gravest first, then the newest."""
        wanted = (*self._wanted(asked, viewer), _within(asked, _FIGURE.day), MISSED)
        found = self._connection.execute(
            select(TicketTable.reference, TicketTable.subject, _FIGURE.day, _FIGURE.machine, _FIGURE.officer)
            .join(FigureTable, _FIGURE.ticket_id == TicketTable.id)
            .where(*wanted)
            .order_by(_FIGURE.officer.desc(), _FIGURE.ticket_id.desc())
            .limit(limit)
        )
        return tuple(Missed(**row) for row in found.mappings())

    def _first(self, asked: Asked) -> int:
        """The lowest number of a ticket of the period: those of a short one stand together at the end of the labels.

        Asked apart, so that the engine knows how few labels are to be read. By `+ 0` it goes along the days, which are
        few; along the numbers it would walk through all older tickets first. Of three years that is quicker.
        """
        number = _FIGURE.ticket_id if asked.period.span is Span.THREE_YEARS else _FIGURE.ticket_id + 0
        found = self._connection.execute(select(func.min(number)).where(_within(asked, _FIGURE.day))).scalar()
        return int(found or 0)

    def _wanted(self, asked: Asked, viewer: Viewer) -> list[ColumnElement[bool]]:
        found = [visible(viewer, ticket_id=_FIGURE.ticket_id)]
        if asked.provider is not None:
            found.append(_FIGURE.provider == asked.provider)
        if asked.specialty is not None:
            has = select(LabelTable.ticket_id).where(LabelTable.label == f"specialty:{asked.specialty}")
            found.append(_FIGURE.ticket_id.in_(has))
        return found


def _bucket(asked: Asked) -> Any:
    # Grouped by its name: PostgreSQL takes two expressions with parameters for two different ones.
    return (_FIGURE.month if asked.period.span.by_month else (_FIGURE.day + 3) // 7).label("bucket")


def _within(asked: Asked, day: Any) -> ColumnElement[bool]:
    return and_(day >= asked.period.first_day, day <= asked.period.days)

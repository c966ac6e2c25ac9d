"""Writing the figures: always in the transaction that changes what is counted."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from models.clocks import LONDON
from models.ticket import Event, EventKind, TicketState
from models.verdict import Verdict
from storage.clocks import MAILS
from storage.figure_tables import FigureTable
from storage.tables import Base, DecisionTable, EventTable, TicketTable, VerdictTable

BATCH = 500
_FIGURES = Base.metadata.tables[FigureTable.__tablename__]
_FIRST_DAY = date(1970, 1, 1)
_COUNTED = (
    TicketTable.id,
    TicketTable.received_at,
    TicketTable.channel,
    TicketTable.kind,
    TicketTable.state,
    TicketTable.provider,
    TicketTable.isf,
    TicketTable.decided,
    TicketTable.graded,
    TicketTable.flagged,
)


def day_of(moment: datetime) -> int:
    """The day of a moment in London, counted from 1 January 1970."""
    return (moment.astimezone(LONDON).date() - _FIRST_DAY).days


def add_first(connection: Connection, ticket_id: int, received_at: datetime, verdict: Verdict) -> None:
    """Count a new ticket. Nothing has to be read for it."""
    facts = {
        **_when(received_at),
        "ticket_id": ticket_id,
        "kind": verdict.kind.value,
        "state": TicketState.NEW.value,
        "provider": verdict.provider,
        "isf": verdict.isf if verdict.graded else None,
        "flagged": bool(verdict.red_flags),
        "machine": verdict.isf if verdict.graded else None,
        "machine_flagged": bool(verdict.red_flags),
        "officer": None,
        "acknowledged": None,
        "closed_day": None,
    }
    connection.execute(_FIGURES.insert(), facts)


def count_anew(connection: Connection, ticket_id: int) -> None:
    """Count a ticket as it stands now, after something about it has changed."""
    build(connection, (ticket_id,))


def acknowledged(connection: Connection, ticket_id: int, event: Event) -> None:
    """Note how long a ticket waited for its acknowledgement, if that is what has happened; the first one counts."""
    if event.kind not in {EventKind.ACKNOWLEDGEMENT_SENT, EventKind.ACKNOWLEDGEMENT_QUEUED}:
        return
    found = connection.execute(
        select(TicketTable.received_at, TicketTable.channel)
        .join(FigureTable, FigureTable.ticket_id == TicketTable.id)
        .where(TicketTable.id == ticket_id, FigureTable.acknowledged.is_(None))
    ).first()
    if found is not None and _acknowledges(event.kind, found.channel):
        waited = _seconds(found.received_at, event.at)
        connection.execute(update(FigureTable).where(FigureTable.ticket_id == ticket_id).values(acknowledged=waited))


def build_all(connection: Connection) -> None:
    """Count every ticket anew, for a store whose figures were never made or came without them."""
    for ids in in_pieces(connection, BATCH):
        build(connection, ids)


def in_pieces(connection: Connection, size: int) -> Iterator[Sequence[int]]:
    """The ids of all tickets, in order, at most so many at a time."""
    after = 0
    while True:
        some = select(TicketTable.id).where(TicketTable.id > after).order_by(TicketTable.id).limit(size)
        ids = connection.execute(some).scalars().all()
        if not ids:
            return
        yield ids
        after = ids[-1]


def build(connection: Connection, ids: Sequence[int]) -> None:
    """Count these tickets anew from what is kept of them."""
    figures = expected(connection, ids)
    connection.execute(delete(FigureTable).where(FigureTable.ticket_id.in_(ids)))
    if figures:
        connection.execute(_FIGURES.insert(), figures)


def expected(connection: Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    """The rows that the figures must hold of these tickets."""
    tickets = connection.execute(select(*_COUNTED).where(TicketTable.id.in_(ids)).order_by(TicketTable.id))
    verdicts = _grouped(connection, VerdictTable, VerdictTable.verdict, ids)
    decisions = _grouped(connection, DecisionTable, DecisionTable.decision, ids)
    said, closed = _moments(connection, ids)
    figures: list[dict[str, Any]] = []
    for row in tickets.mappings():
        ticket_id, seen = row["id"], verdicts.get(row["id"], [])
        figure = _figure(row, seen, decisions.get(ticket_id, []))
        sent = [at for kind, at in said.get(ticket_id, ()) if _acknowledges(kind, row["channel"])]
        figure["acknowledged"] = _seconds(row["received_at"], min(sent)) if sent else None
        if row["state"] == TicketState.CLOSED.value:
            figure["closed_day"] = day_of(closed.get(ticket_id) or row["received_at"])
        figures.append(figure)
    return figures


def _figure(row: Mapping[Any, Any], verdicts: list[Any], decisions: list[Any]) -> dict[str, Any]:
    grades = [isf for isf, verdict in verdicts if verdict.get("graded", True)]
    return {
        **_when(row["received_at"]),
        "ticket_id": row["id"],
        "kind": row["kind"],
        "state": row["state"],
        "provider": row["provider"],
        "isf": row["isf"] if row["decided"] or row["graded"] else None,
        "flagged": row["flagged"],
        "machine": max(grades, default=None),
        "machine_flagged": any(verdict.get("red_flags") for _, verdict in verdicts),
        "officer": decisions[-1][0] if decisions else None,
        "closed_day": None,
    }


def _grouped(connection: Connection, table: Any, document: Any, ids: Sequence[int]) -> dict[int, list[Any]]:
    wanted = select(table.ticket_id, table.isf, document).where(table.ticket_id.in_(ids)).order_by(table.id)
    found: dict[int, list[Any]] = {}
    for ticket_id, isf, facts in connection.execute(wanted):
        found.setdefault(ticket_id, []).append((isf, facts))
    return found


def _moments(connection: Connection, ids: Sequence[int]) -> tuple[dict[int, list[Any]], dict[int, datetime]]:
    """When something that may be an acknowledgement was said to the reporter, and when each was last moved."""
    kinds = (EventKind.ACKNOWLEDGEMENT_SENT, EventKind.ACKNOWLEDGEMENT_QUEUED)
    table = EventTable
    asked = select(table.ticket_id, table.kind, func.min(table.at)).group_by(table.ticket_id, table.kind)
    said: dict[int, list[Any]] = {}
    for ticket_id, kind, at in connection.execute(
        asked.where(table.ticket_id.in_(ids), table.kind.in_([kind.value for kind in kinds]))
    ):
        said.setdefault(ticket_id, []).append((EventKind(kind), at))
    ends = [EventKind.CLOSED.value, EventKind.STATE.value, EventKind.WITHDRAWN.value, EventKind.MERGED.value]
    last = select(table.ticket_id, func.max(table.at)).where(table.ticket_id.in_(ids), table.kind.in_(ends))
    return said, {row[0]: row[1] for row in connection.execute(last.group_by(table.ticket_id))}


def _when(received_at: datetime) -> dict[str, int]:
    local = received_at.astimezone(LONDON)
    return {"day": day_of(received_at), "month": local.year * 12 + local.month - 1}


def _acknowledges(kind: EventKind, channel: str) -> bool:
    return kind is (EventKind.ACKNOWLEDGEMENT_SENT if channel in MAILS else EventKind.ACKNOWLEDGEMENT_QUEUED)


def _seconds(since: datetime, until: datetime) -> int:
    return min(max(0, int((until.astimezone(UTC) - since.astimezone(UTC)).total_seconds())), 2**31 - 1)

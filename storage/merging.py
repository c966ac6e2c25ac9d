"""Merged tickets within one transaction: one is read as part of the other, and nothing of it is moved.

So a merge can be undone at any time, each reporter keeps their own way back, and what they write further stays theirs;
it is read in the whole, which it makes new again. Nobody sees by a merge what they did not see before: a part is shown
only to those for whom it is. Whoever is in conflict with the part, or not named on it, loses the whole as well, until
the part is taken out again.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update
from sqlalchemy.orm import aliased

from models.interface import HookEvent
from models.links import CannotMerge, Merge
from models.rights import Right, Viewer
from models.ticket import Event, EventKind, TicketRow, TicketState
from models.verdict import Verdict
from storage import figuring, hooking
from storage.access import AccessRules
from storage.clocks import Clocks
from storage.desk_work import DeskWork
from storage.labels import labels_of, set_labels
from storage.link_tables import MergeTable
from storage.narrowing import NARROWED, narrow, widen
from storage.packing import as_ticket_row, as_verdict
from storage.raising import raised
from storage.tables import TicketTable, VerdictTable
from storage.timeline import write_line
from storage.visibility import visible

_NOW = MergeTable.undone_at.is_(None)
_COLUMNS = TicketTable.__table__.columns
RAISED = ("isf", "graded", "kind", "red_flags", "flagged", "rank", "needs_person")


def whole_of(connection: Connection, ticket_id: int) -> int:
    """The ticket that this one is read as part of; itself when it is part of none."""
    found = select(MergeTable.into_id).where(MergeTable.from_id == ticket_id, _NOW)
    return int(connection.execute(found).scalar() or ticket_id)


def parts_of(connection: Connection, ticket_id: int, seen: ColumnElement[bool]) -> tuple[TicketRow, ...]:
    """The tickets merged into this one that fulfil the condition, the oldest first."""
    part = MergeTable.from_id == TicketTable.id
    wanted = select(*_COLUMNS).join(MergeTable, part).where(MergeTable.into_id == ticket_id, _NOW, seen)
    return tuple(as_ticket_row(row) for row in connection.execute(wanted.order_by(TicketTable.id)).mappings())


def whole_row(connection: Connection, ticket_id: int, seen: ColumnElement[bool]) -> tuple[bool, TicketRow | None]:
    """Whether this ticket is read as part of another one; and that one, if it fulfils the condition."""
    whole = MergeTable.into_id == TicketTable.id
    wanted = select(*_COLUMNS, seen.label("seen")).join(MergeTable, whole).where(MergeTable.from_id == ticket_id, _NOW)
    row = connection.execute(wanted).mappings().first()
    return row is not None, as_ticket_row(row) if row is not None and row["seen"] else None


_WHOLE = aliased(TicketTable)
part_of_what_is_open = TicketTable.id.in_(
    select(MergeTable.from_id)
    .join(_WHOLE, _WHOLE.id == MergeTable.into_id)
    .where(_NOW, _WHOLE.state != TicketState.CLOSED.value)
)
"""The condition on `tickets` that they are part of one that is not closed."""


class Merges:
    """Merges within one transaction."""

    def __init__(self, connection: Connection, desk: DeskWork, clocks: Clocks) -> None:
        self._connection = connection
        self._desk = desk
        self._clocks = clocks
        self._access = AccessRules(connection)

    def merge(self, from_id: int, into_id: int, *, viewer: Viewer, at: datetime) -> None:
        """Read one ticket as part of another from now on.

        Raises NotForViewer unless the viewer may decide on both, and CannotMerge with the reason for officers.
        """
        for ticket_id in (from_id, into_id):
            self._access.insist(viewer, Right.DECIDE, ticket_id)
        part, whole = self._held(from_id, into_id)
        if whole_of(self._connection, from_id) != from_id:
            raise CannotMerge("This ticket is part of another one already.")
        if whole_of(self._connection, into_id) != into_id:
            raise CannotMerge("The other ticket is itself part of a third one. Merge this one into that.")
        if parts_of(self._connection, from_id, TicketTable.id.is_not(None)):
            raise CannotMerge("Other tickets are part of this one. Merge the other way round, or take them out first.")
        before, after = self._raise(part, whole, at)
        narrowed = narrow(self._connection, from_id, into_id, at=at, actor=viewer.email)
        row = {"from_id": from_id, "into_id": into_id, "state": part["state"], "officer": viewer.email, "at": at}
        kept = {"before": {**before, NARROWED: narrowed}, "after": after}
        self._connection.execute(insert(MergeTable), {**row, **kept})
        self._move(from_id, part["state"], TicketState.CLOSED.value, at)
        for ticket_id, other in ((from_id, whole), (into_id, part)):
            self._tell(ticket_id, EventKind.MERGED, viewer, at, reference=other["reference"], into=ticket_id == from_id)
            figuring.count_anew(self._connection, ticket_id)
        if after["flagged"] and not before["flagged"]:
            hooking.tell(self._connection, into_id, HookEvent.FLAGGED, at)

    def undo(self, from_id: int, *, viewer: Viewer, at: datetime) -> str:
        """Take a ticket out of the one that it is part of; gives that one's reference.

        Who lost sight of the whole by the merge gets it back as `narrowing` says. Raises NotForViewer and CannotMerge.
        """
        self._access.insist(viewer, Right.DECIDE, from_id)
        found = select(MergeTable.__table__).where(MergeTable.from_id == from_id, _NOW)
        merge = self._connection.execute(found).mappings().first()
        if merge is None:
            raise CannotMerge("This ticket is not part of another one.")
        part, whole = self._held(from_id, merge["into_id"])
        ended = update(MergeTable).where(MergeTable.id == merge["id"])
        self._connection.execute(ended.values(undone_at=at, undone_by=viewer.email))
        state = merge["state"] if part["state"] == TicketState.CLOSED.value else part["state"]
        self._move(from_id, part["state"], state, at)
        still = {name: whole[name] for name in RAISED} == merge["after"]
        self._set(whole["id"], **({name: merge["before"][name] for name in RAISED} if still else {}))
        if still and not merge["before"]["flagged"]:
            self._desk.unflagged(whole["id"])
        self._clocks.regrade(whole["id"])
        if not whole["decided"]:
            seen = self._verdicts(whole["id"])
            set_labels(
                self._connection, whole["id"], frozenset().union(*(labels_of(x.themes, x.specialties) for x in seen))
            )
        facts = {"narrow": True} if widen(self._connection, whole["id"], at=at) else {}
        for ticket_id, other in ((from_id, whole), (whole["id"], part)):
            self._tell(ticket_id, EventKind.UNMERGED, viewer, at, reference=other["reference"], **facts)
            figuring.count_anew(self._connection, ticket_id)
        return str(whole["reference"])

    def parts(self, into_id: int, viewer: Viewer) -> tuple[Merge, ...]:
        """The tickets that are part of this one and for the viewer, with who merged them."""
        wanted = (
            select(*_COLUMNS, MergeTable.id.label("number"), MergeTable.officer, MergeTable.at)
            .join(MergeTable, MergeTable.from_id == TicketTable.id)
            .where(MergeTable.into_id == into_id, _NOW, visible(viewer))
            .order_by(MergeTable.id)
        )
        rows = self._connection.execute(wanted).mappings()
        return tuple(
            Merge(id=row["number"], other=as_ticket_row(row), officer=row["officer"], at=row["at"]) for row in rows
        )

    def _held(self, from_id: int, into_id: int) -> tuple[RowMapping, RowMapping]:
        """Both rows, locked in one order whoever comes first."""
        if from_id == into_id:
            raise CannotMerge("A ticket cannot be merged with itself.")
        wanted = select(*_COLUMNS).where(TicketTable.id.in_((from_id, into_id))).order_by(TicketTable.id)
        rows = {row["id"]: row for row in self._connection.execute(wanted.with_for_update()).mappings()}
        return rows[from_id], rows[into_id]

    def _raise(self, part: RowMapping, whole: RowMapping, at: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
        """Let the whole follow the part's verdicts, only upwards; gives what stood there and what stands there now."""
        before = {name: whole[name] for name in RAISED}
        row: Any = dict(whole)
        seen = self._verdicts(part["id"])
        for verdict in seen:
            row |= raised(row, verdict, -part["rank"])
        after = {name: row[name] for name in RAISED}
        self._set(whole["id"], **after)
        for verdict in seen:
            self._desk.judged(whole["id"], verdict, at, decided=whole["decided"])
        return before, after

    def _verdicts(self, ticket_id: int) -> list[Verdict]:
        kept = select(VerdictTable.verdict).where(VerdictTable.ticket_id == ticket_id).order_by(VerdictTable.id)
        return [as_verdict(row) for row in self._connection.execute(kept).mappings()]

    def _move(self, ticket_id: int, before: str, after: str, at: datetime) -> None:
        """Another state, which its clocks follow; the timeline tells of the merge instead."""
        self._set(ticket_id, state=after)
        self._desk.happened(ticket_id, Event(at=at, kind=EventKind.STATE, detail={"from": before, "to": after}))

    def _set(self, ticket_id: int, **values: Any) -> None:
        changed = update(TicketTable).where(TicketTable.id == ticket_id)
        self._connection.execute(changed.values(version=TicketTable.version + 1, **values))

    def _tell(self, ticket_id: int, kind: EventKind, viewer: Viewer, at: datetime, **detail: Any) -> None:
        event = Event(at=at, kind=kind, actor=viewer.email, detail=detail)
        write_line(self._connection, ticket_id, event)

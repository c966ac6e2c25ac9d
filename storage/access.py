"""Restriction and conflict of interest within one transaction: what stands between officers and a ticket."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, literal, select, union_all, update

from models.rights import Access, Right, Viewer, may
from models.ticket import TicketState
from storage.dialect import insert_or_ignore
from storage.errors import NotForViewer
from storage.rights_tables import ConflictTable, RestrictedToTable, RestrictionTable
from storage.tables import TicketTable
from storage.visibility import visible, visible_to_nobody

_OPEN = TicketTable.state != TicketState.CLOSED.value


class AccessRules:
    """What stands between officers and tickets, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, ticket_id: int) -> Access:
        """Who is in conflict with a ticket, and for whom it is, if it is restricted."""
        conflicts = select(literal("conflict"), ConflictTable.officer_id).where(
            ConflictTable.ticket_id == ticket_id, ConflictTable.lifted_at.is_(None)
        )
        restricted = select(literal("restricted"), RestrictionTable.ticket_id).where(
            RestrictionTable.ticket_id == ticket_id
        )
        named = select(literal("named"), RestrictedToTable.officer_id).where(RestrictedToTable.ticket_id == ticket_id)
        found: list[tuple[str, int]] = [
            (row[0], row[1]) for row in self._connection.execute(union_all(conflicts, restricted, named))
        ]
        return Access(
            conflicts=frozenset(number for what, number in found if what == "conflict"),
            restricted=any(what == "restricted" for what, _ in found),
            named=frozenset(number for what, number in found if what == "named"),
        )

    def insist(self, viewer: Viewer, right: Right, ticket_id: int) -> Access:
        """What stands between officers and a ticket. Raises NotForViewer unless the viewer has this right on it now."""
        found = self.of(ticket_id)
        if not may(viewer, right, found):
            raise NotForViewer
        return found

    def ticket_for(self, viewer: Viewer, right: Right, reference: str) -> int | None:
        """The id of the ticket with this reference; None when there is none on which the viewer has the right."""
        wanted = select(TicketTable.id).where(TicketTable.reference == reference, visible(viewer, right))
        return self._connection.execute(wanted).scalar()

    def restrict(self, ticket_id: int, officer_ids: Collection[int], *, at: datetime, actor: str) -> None:
        """Let only these officers see a ticket, and those who may see restricted ones. Replaces who was named before.

        Raises NotForViewer for an officer who has a conflict of interest with it: nobody hands it to them.
        """
        if self.of(ticket_id).conflicts & set(officer_ids):
            raise NotForViewer
        insert_or_ignore(self._connection, RestrictionTable, {"ticket_id": ticket_id, "at": at, "actor": actor})
        self._connection.execute(delete(RestrictedToTable).where(RestrictedToTable.ticket_id == ticket_id))
        rows = [{"ticket_id": ticket_id, "officer_id": officer_id} for officer_id in sorted(set(officer_ids))]
        if rows:
            self._connection.execute(insert(RestrictedToTable), rows)

    def open_up(self, ticket_id: int) -> bool:
        """End a restriction; False when there was none."""
        self._connection.execute(delete(RestrictedToTable).where(RestrictedToTable.ticket_id == ticket_id))
        ended = self._connection.execute(delete(RestrictionTable).where(RestrictionTable.ticket_id == ticket_id))
        return ended.rowcount == 1

    def lift(self, ticket_id: int, officer_id: int, *, at: datetime, actor: str) -> int:
        """Lift an officer's conflicts with a ticket; gives how many there were. A new message may bring new ones."""
        lifted = self._connection.execute(
            update(ConflictTable)
            .where(
                ConflictTable.ticket_id == ticket_id,
                ConflictTable.officer_id == officer_id,
                ConflictTable.lifted_at.is_(None),
            )
            .values(lifted_at=at, lifted_by=actor)
        )
        return lifted.rowcount

    def hidden_from(self, viewer: Viewer) -> int:
        """How many tickets are not closed and hidden from this viewer."""
        hidden = visible_to_nobody([viewer], Right.READ_TICKETS)
        counted = select(func.count()).select_from(TicketTable).where(_OPEN, hidden)
        return self._connection.execute(counted).scalar_one()

    def hidden_from_all(self, viewers: Sequence[Viewer], *, limit: int = 50) -> tuple[str, ...]:
        """References of tickets that are not closed and on which none of these viewers may decide, oldest first."""
        wanted = select(TicketTable.reference).where(_OPEN, visible_to_nobody(viewers)).order_by(TicketTable.id)
        return tuple(self._connection.execute(wanted.limit(limit)).scalars())

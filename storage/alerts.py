"""Red flags that call people until a named person has acknowledged them, within one transaction."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from models.audit import Act, Action
from models.desk_work import Alert, Care
from models.interface import SERVICE
from models.rights import Viewer
from models.ticket import Event, EventKind
from storage.audit import Audit
from storage.desk_tables import AlertTable
from storage.dialect import insert_or_ignore
from storage.tables import TicketTable
from storage.visibility import visible

_ENDS = frozenset({EventKind.DECIDED, EventKind.CLOSED})
"""An officer who decides on a ticket, or closes it, has seen its flag."""


class Alerts:
    """The alerts within one transaction."""

    def __init__(self, connection: Connection, audit: Audit) -> None:
        self._connection = connection
        self._audit = audit

    def raise_for(self, ticket_id: int, flags: Collection[str], at: datetime) -> None:
        """Call people for the red flags of a ticket. A flag that nobody has acknowledged yet calls them again."""
        if not flags:
            return
        row = {"ticket_id": ticket_id, "raised_at": at, "flags": sorted(flags), "times": 0}
        if insert_or_ignore(self._connection, AlertTable, row) is not None:
            return
        wanted = select(AlertTable.flags).where(AlertTable.ticket_id == ticket_id).with_for_update()
        known = self._connection.execute(wanted).scalar_one()
        if set(flags) <= set(known):
            return
        again = {"raised_at": at, "flags": sorted({*known, *flags}), "told_at": None, "times": 0}
        mine = update(AlertTable).where(AlertTable.ticket_id == ticket_id)
        self._connection.execute(mine.values(**again, acknowledged_at=None, acknowledged_by=None))

    def follow(self, ticket_id: int, event: Event) -> None:
        """A decision or a closing by an officer acknowledges, too. A program is no person: its decision does not."""
        if event.kind in _ENDS and event.actor != "intake" and not event.actor.startswith(SERVICE):
            self.acknowledge(ticket_id, officer=event.actor, at=event.at)

    def acknowledge(self, ticket_id: int, *, officer: str, at: datetime) -> bool:
        """A named person has seen it and takes care. False when somebody has already, or there is no alert."""
        mine = update(AlertTable).where(AlertTable.ticket_id == ticket_id, AlertTable.acknowledged_at.is_(None))
        done = self._connection.execute(mine.values(acknowledged_at=at, acknowledged_by=officer)).rowcount == 1
        if done:
            reference = select(TicketTable.reference).where(TicketTable.id == ticket_id)
            subject = self._connection.execute(reference).scalar_one()
            self._audit.append(Act(at=at, actor=officer, action=Action.ALERT_ACKNOWLEDGED, subject=subject))
        return done

    def withdraw(self, ticket_id: int) -> None:
        """Call nobody for a ticket that has no red flag any more: the part that had it calls for itself.

        What somebody has acknowledged stays as it is.
        """
        mine = delete(AlertTable).where(AlertTable.ticket_id == ticket_id, AlertTable.acknowledged_at.is_(None))
        self._connection.execute(mine)

    def call_again(self, ticket_id: int, flags: Collection[str], at: datetime) -> None:
        """Call people whatever was acknowledged before: nobody who could take care has the ticket."""
        self.raise_for(ticket_id, flags, at)
        mine = update(AlertTable).where(AlertTable.ticket_id == ticket_id, AlertTable.acknowledged_at.is_not(None))
        values = {"raised_at": at, "flags": sorted(flags), "told_at": None, "times": 0}
        self._connection.execute(mine.values(**values, acknowledged_at=None, acknowledged_by=None))

    def open_for(self, viewer: Viewer, *, limit: int = 5) -> tuple[Alert, ...]:
        """Those that nobody has acknowledged yet on tickets that the viewer may see, the oldest first."""
        return self._found(visible(viewer), limit=limit)

    def to_tell(self, *, again_before: datetime, limit: int = 50) -> tuple[Alert, ...]:
        """Those of which people have not been told since then, the oldest first."""
        untold = AlertTable.told_at.is_(None) | (AlertTable.told_at <= again_before)
        return self._found(untold, limit=limit)

    def told(self, ticket_id: int, at: datetime) -> None:
        """Note that people were called."""
        mine = update(AlertTable).where(AlertTable.ticket_id == ticket_id)
        self._connection.execute(mine.values(told_at=at, times=AlertTable.times + 1))

    def care(self, ticket_id: int) -> Care | None:
        """Who takes care of the alert of a ticket; None when it has none."""
        wanted = select(AlertTable.acknowledged_at, AlertTable.acknowledged_by)
        row = self._connection.execute(wanted.where(AlertTable.ticket_id == ticket_id)).first()
        return None if row is None else Care(at=row.acknowledged_at, officer=row.acknowledged_by)

    def _found(self, which: object, *, limit: int) -> tuple[Alert, ...]:
        table = AlertTable
        wanted = (
            select(
                table.ticket_id,
                TicketTable.reference,
                TicketTable.channel,
                table.raised_at,
                table.flags,
                table.told_at,
                table.times,
            )
            .join(TicketTable, TicketTable.id == table.ticket_id)
            .where(table.acknowledged_at.is_(None), which)  # type: ignore[arg-type]  # any condition
            .order_by(table.raised_at, table.ticket_id)
            .limit(limit)
        )
        return tuple(
            Alert(
                ticket_id=row.ticket_id,
                reference=row.reference,
                channel=row.channel,
                raised_at=row.raised_at,
                flags=tuple(row.flags),
                told_at=row.told_at,
                times=row.times,
            )
            for row in self._connection.execute(wanted)
        )

"""Saved views of the queue, and who is looking at a ticket, within one transaction."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, or_, select

from models.desk_work import LONGEST_NAME, MOST_VIEWS, Presence, SavedView
from models.rights import Viewer
from storage.desk_tables import PresenceTable, ViewTable
from storage.tables import OfficerTable
from storage.types import indexable
from storage.visibility import visible

PRESENT = timedelta(seconds=90)
"""So long after the last sign somebody counts as looking; a page gives one every half a minute."""
LATELY = 4 * PRESENT
"""So long a queue is told that somebody has gone: a page asks every 20 seconds, in the background more seldom."""
MOST = 200
"""Tickets that a queue is told of at once."""


class Views:
    """Saved views within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, officer_id: int) -> tuple[SavedView, ...]:
        """An officer's own views and those that others share, by name."""
        table = ViewTable
        wanted = select(*table.__table__.columns).where(or_(table.officer_id == officer_id, table.shared.is_(True)))
        rows = self._connection.execute(wanted.order_by(table.name, table.id).limit(200)).mappings()
        return tuple(SavedView(**row, mine=row["officer_id"] == officer_id) for row in rows)

    def save(self, officer_id: int, *, name: str, query: str, shared: bool) -> bool:
        """Keep a view; one of the same name is replaced. False when the officer has as many as one may keep."""
        name = indexable(name[:LONGEST_NAME])
        mine = ViewTable.officer_id == officer_id
        self._connection.execute(delete(ViewTable).where(mine, ViewTable.name == name))
        kept = self._connection.execute(select(func.count()).select_from(ViewTable).where(mine)).scalar_one()
        if kept >= MOST_VIEWS:
            return False
        row = {"officer_id": officer_id, "name": name, "query": query, "shared": shared}
        self._connection.execute(insert(ViewTable), row)
        return True

    def remove(self, officer_id: int, view_id: int) -> SavedView | None:
        """Remove one of an officer's own views; gives what it was, None when there is none like it."""
        table = ViewTable
        wanted = select(*table.__table__.columns).where(table.id == view_id, table.officer_id == officer_id)
        row = self._connection.execute(wanted).mappings().first()
        if row is None:
            return None
        self._connection.execute(delete(table).where(table.id == view_id))
        return SavedView(**row)


class Presences:
    """Who has which ticket open, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def here(self, ticket_id: int, officer_id: int, now: datetime) -> None:
        """An officer has a ticket open. Signs that are long over go."""
        table = PresenceTable
        mine = (table.ticket_id == ticket_id) & (table.officer_id == officer_id)
        self._connection.execute(delete(table).where(or_(mine, table.seen_at < now - 10 * PRESENT)))
        row = {"ticket_id": ticket_id, "officer_id": officer_id, "seen_at": now}
        self._connection.execute(insert(table), row)

    def of(self, ticket_ids: Collection[int], now: datetime, *, but: int | None) -> dict[int, tuple[Presence, ...]]:
        """Who else has these tickets open now: ticket -> officers by name. `but` is the officer who asks."""
        table = PresenceTable
        wanted = (
            select(table.ticket_id, table.officer_id, OfficerTable.name, table.seen_at)
            .join(OfficerTable, OfficerTable.id == table.officer_id)
            .where(table.ticket_id.in_(ticket_ids), table.seen_at >= now - PRESENT, table.officer_id != (but or 0))
            .order_by(OfficerTable.name)
        )
        found: dict[int, tuple[Presence, ...]] = {}
        for row in self._connection.execute(wanted):
            one = Presence(officer_id=row.officer_id, name=row.name, seen_at=row.seen_at)
            found[row.ticket_id] = (*found.get(row.ticket_id, ()), one)
        return found

    def lately(self, viewer: Viewer, now: datetime) -> dict[int, tuple[Presence, ...]]:
        """Who else looks at which tickets for this viewer; with nobody, those at which somebody looked lately."""
        table, but = PresenceTable, viewer.officer_id or 0
        recent = select(table.ticket_id).where(table.seen_at >= now - LATELY, table.officer_id != but).distinct()
        seen = recent.where(visible(viewer, ticket_id=table.ticket_id)).order_by(table.ticket_id.desc()).limit(MOST)
        ids = self._connection.execute(seen).scalars().all()
        here = self.of(ids, now, but=viewer.officer_id) if ids else {}
        return {one: here.get(one, ()) for one in ids}

"""The timeline of a ticket as a viewer may see it."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from models.rights import Viewer
from models.ticket import Event
from storage.packing import as_event
from storage.tables import EventTable, TicketTable
from storage.visibility import visible


def timeline(connection: Connection, numbers: Sequence[int], viewer: Viewer) -> tuple[Event, ...]:
    """What happened to some tickets, as one timeline; it mentions no ticket that is not for this viewer."""
    kept = select(*EventTable.__table__.columns).where(EventTable.ticket_id.in_(numbers)).order_by(EventTable.id)
    events = [as_event(row) for row in connection.execute(kept).mappings()]
    if len(numbers) > 1:
        events.sort(key=lambda one: one.at)
    mentioned = {one.detail["reference"] for one in events if "reference" in one.detail}
    if not mentioned:
        return tuple(events)
    asked = select(TicketTable.reference).where(TicketTable.reference.in_(mentioned), visible(viewer))
    seen = set(connection.execute(asked).scalars())
    return tuple(one for one in events if "reference" not in one.detail or one.detail["reference"] in seen)

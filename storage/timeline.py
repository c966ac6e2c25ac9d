"""The timeline of a ticket: written for all who follow it, and as a viewer may see it."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from models.rights import Viewer
from models.ticket import Event
from storage import hooking
from storage.packing import as_event, pack_event
from storage.tables import EventTable, TicketTable
from storage.visibility import visible


def write_line(connection: Connection, ticket_id: int, event: Event) -> None:
    """Add a line to the timeline of a ticket. Programs that want to hear of it are told in the same transaction."""
    connection.execute(insert(EventTable), pack_event(ticket_id, event))
    hooking.follow(connection, ticket_id, event)


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

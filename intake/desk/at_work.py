"""What a ticket's page shows of the work on it: its clocks, its alert, who has it and who else looks at it."""

from collections.abc import Sequence
from typing import Any

from intake.desk.shared import Desk
from models.officer import Officer, Session
from models.rights import Right
from models.ticket import Ticket
from storage.store import Transaction


def at_work(
    tx: Transaction, desk: Desk, session: Session, ticket: Ticket, everybody: Sequence[Officer]
) -> dict[str, Any]:
    """The facts for the page. That this officer looks is noted; whoever may decide has read it with that."""
    number, now, viewer = ticket.row.id, desk.clock(), session.officer.viewer
    tx.presences.here(number, session.officer.id, now)
    if Right.DECIDE in viewer.rights:
        tx.clocks.read(number, now)
    care = tx.alerts.care(number)
    return {
        "clocks": tx.clocks.of(number),
        "clocks_paused": tx.clocks.paused(number),
        "others": tx.presences.of([number], now, but=session.officer.id).get(number, ()),
        "care": care,
        "care_by": next((one.name for one in everybody if care and one.email == care.officer), None),
    }

"""What stands beside a ticket: other tickets, whose it is, what is to do, and what holds or seals it."""

import re
from collections.abc import Sequence
from typing import Any

from intake.desk.shared import Desk
from models.clocks import LONDON
from models.officer import Officer, Session, able_among
from models.rights import Access, Right
from models.ticket import Ticket
from storage.store import Transaction


def beside(tx: Transaction, desk: Desk, session: Session, ticket: Ticket) -> dict[str, Any]:
    """All of it that is for this officer."""
    number = ticket.row.id
    return {**belonging(tx, session, ticket), **to_do(tx, desk, number), **holds(tx, session, number)}


def belonging(tx: Transaction, session: Session, ticket: Ticket) -> dict[str, Any]:
    """What the page shows of other tickets: none that is not for this officer."""
    viewer, row = session.officer.viewer, ticket.row
    source = tx.links.split_from(row.id)
    split_from = tx.tickets.reference_of(source) if source else None
    return {
        "links": tx.links.of(row.id, viewer),
        "similar": tx.links.similar(row, viewer),
        "merged": tx.merges.parts(row.id, viewer) if ticket.parts else (),
        "is_split": source is not None,
        "split_from": split_from if split_from and tx.access.ticket_for(viewer, Right.READ_TICKETS, split_from) else "",
    }


def whose(ticket: Ticket, access: Access, everybody: Sequence[Officer]) -> dict[str, Any]:
    """What the page shows of whose it is and whose it may be."""
    able = able_among(everybody, access)
    return {
        "assignee": next((one for one in everybody if one.id == ticket.row.assignee_id), None),
        "able": able,
        "handles": [f"@{handle(one)}" for one in able],
    }


def to_do(tx: Transaction, desk: Desk, ticket_id: int) -> dict[str, Any]:
    """What the page shows of what is to do."""
    return {
        "tasks": tx.tasks.of(ticket_id),
        "today": desk.clock().astimezone(LONDON).date(),
    }


def holds(tx: Transaction, session: Session, ticket_id: int) -> dict[str, Any]:
    """What the page shows of the hold and the seal."""
    rights = session.officer.viewer.rights
    held = tx.retention.held([ticket_id])
    return {
        "hold": held[0] if held else None,
        "may_hold": Right.HOLD in rights,
        "may_unseal": bool({Right.UNSEAL, Right.APPROVE_UNSEALING} & rights),
    }


def mentioned(text: str, officers: Sequence[Officer]) -> tuple[Officer, ...]:
    """The officers who are named with an @ in a text: by the first part of their address, or by all of it."""
    named = {word.casefold().rstrip(".") for word in re.findall(r"(?<![\w@.])@([\w.+-]+(?:@[\w.-]+)?)", text)}
    return tuple(one for one in officers if {one.email.casefold(), handle(one).casefold()} & named)


def handle(officer: Officer) -> str:
    """What stands behind the @."""
    return officer.email.partition("@")[0]

"""Whose a red flag is once nobody is called for it any more: a ticket is never left without an owner."""

from datetime import datetime

from models.desk_work import About
from models.rights import Role, Viewer
from storage.store import Transaction


def take(tx: Transaction, viewer: Viewer, ticket_id: int, at: datetime, *, moves_on: bool = True) -> str:
    """Give the ticket to who took care, unless somebody has it; gives `yours`, `theirs` or, with nobody, nothing.

    Nobody has it when a service looks, or an officer who may not have it (any more). `moves_on`: count it as a change
    of its own, of which who has the page open is told.
    """
    has_it = tx.assignments.assignee(ticket_id)
    if has_it is not None:
        return "yours" if has_it.id == viewer.officer_id else "theirs"
    if all(one.id != viewer.officer_id for one in tx.assignments.able(ticket_id)):
        return ""
    tx.assignments.assign(ticket_id, viewer.officer_id, viewer=viewer, at=at, moves_on=moves_on)
    return "yours"


def tell_leads(tx: Transaction, viewer: Viewer, ticket_id: int, at: datetime) -> None:
    """A red flag that an officer added: the leads, and who has the ticket, get a mail if they wish mails of flags."""
    has_it = tx.assignments.assignee(ticket_id)
    for one in tx.assignments.able(ticket_id):
        concerned = Role.LEAD in one.roles or (has_it is not None and one.id == has_it.id)
        if concerned and one.id != viewer.officer_id:
            tx.notices.add(one.id, About.RED_FLAG, ticket_id, at)

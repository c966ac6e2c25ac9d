"""Noting what programs are to be told, in the transaction in which it happens."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from models.interface import BY_OFFICERS, HOOKED, HookEvent, service
from models.rights import Role, Viewer
from models.ticket import Event
from storage.interface_tables import HookCallTable, WebhookTable
from storage.tables import TicketTable
from storage.visibility import visible


def follow(connection: Connection, ticket_id: int, event: Event) -> None:
    """A line was added to the timeline: whoever wants to hear of that is told."""
    told = HOOKED.get(event.kind)
    if told is None and event.actor != "intake":
        told = BY_OFFICERS.get(event.kind)
    if told is not None:
        tell(connection, ticket_id, told, event.at)


def tell(connection: Connection, ticket_id: int, event: HookEvent, at: datetime) -> None:
    """Queue a call to every program that wants to hear of this event, and that may know of this ticket."""
    hooks = connection.execute(
        select(WebhookTable.id, WebhookTable.role, WebhookTable.events).where(WebhookTable.disabled_at.is_(None))
    ).all()
    rows = [
        {
            "webhook_id": hook.id,
            "ticket_id": ticket_id,
            "event": event.value,
            "at": at,
            "due_at": at,
            "attempts": 0,
            "state": "waiting",
            "error": "",
        }
        for hook in hooks
        if event in hook.events and may_know(connection, hook.id, Role(hook.role), ticket_id)
    ]
    if rows:
        connection.execute(insert(HookCallTable), rows)


def may_know(connection: Connection, webhook_id: int, role: Role, ticket_id: int) -> bool:
    """Whether a program with this role may know of the ticket now."""
    wanted = select(TicketTable.id).where(TicketTable.id == ticket_id, visible(_viewer(webhook_id, role)))
    return connection.execute(wanted).first() is not None


def _viewer(webhook_id: int, role: Role) -> Viewer:
    return service(webhook_id, "webhook", role)

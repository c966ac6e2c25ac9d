"""Mails of ours that came back: the reporter did not get them, and officers must know."""

from datetime import datetime

from models.message import Mail
from models.ticket import Event, EventKind
from storage.store import Transaction

NO_SUCH_MAILBOX = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.1")


def note_returned(tx: Transaction, mail: Mail, now: datetime) -> None:
    """Mark the mails that a bounce names, and tell it in the timelines of their tickets."""
    status = mail.returned.status
    why = "There is no such mailbox." if status in NO_SUCH_MAILBOX else "A mail server could not deliver it."
    reason = f"{why} ({status})" if status else why
    for ticket_id in tx.outbox.came_back(mail.returned.message_ids, error=reason, now=now):
        tx.tickets.add_event(ticket_id, Event(at=now, kind=EventKind.CAME_BACK, detail={"reason": reason}))

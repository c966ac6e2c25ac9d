"""Which ticket a mail belongs to. A wrong guess would show one learner's matter to another, so there is no guessing.

A mail joins a ticket only by a token that was made for its sender's address, or when it answers a mail of that ticket
*and* comes from the same address. Whatever answers a ticket's mail from another address opens a ticket of its own, and
the officer is told that the two may belong together.
"""

from dataclasses import dataclass

from models.message import Mail
from storage.store import Transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """`ticket_id` is the ticket it joins; `related` are references of tickets that it only mentions."""

    ticket_id: int | None = None
    related: tuple[str, ...] = ()


def answered(mail: Mail) -> tuple[str, ...]:
    """The Message-IDs that a mail says it answers, nearest first, each once."""
    return tuple(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))))


def find_thread(tx: Transaction, mail: Mail, envelope_to: tuple[str, ...] = ()) -> Thread:
    """Where this mail belongs, by its own words, the addresses that it was sent to, and what the store knows."""
    ids = answered(mail)
    address = mail.sender.address if mail.sender else ""
    recipients = (one.address for one in (*mail.to, *mail.cc))
    by_token = tx.threads.ticket_of((*envelope_to, *recipients, *ids), address)
    if by_token is not None:
        return Thread(ticket_id=by_token)
    if not ids:
        return Thread()
    ticket_id = tx.tickets.joined_by(ids, address) if address else None
    if ticket_id is not None:
        return Thread(ticket_id=ticket_id)
    return Thread(related=tx.tickets.mentioned_by(ids))

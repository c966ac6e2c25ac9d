"""Taking parts out of what stays: the bytes of a message, the text of a mail."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage.retention_tables import EmptiedTable
from storage.tables import InboxTable, OutboxTable


def empty_raw(connection: Connection, inbox_ids: Sequence[int], now: datetime) -> None:
    """Let the bytes of messages go, and their envelopes; their rows stay, so that all sums agree."""
    known = select(EmptiedTable.inbox_id).where(EmptiedTable.inbox_id.in_(inbox_ids))
    new = sorted(set(inbox_ids) - set(connection.execute(known).scalars()))
    values: dict[str, object] = {"raw": None, "envelope_from": None, "envelope_to": None}
    connection.execute(update(InboxTable).where(InboxTable.id.in_(inbox_ids)).values(values))
    if new:
        connection.execute(insert(EmptiedTable), [{"inbox_id": number, "at": now} for number in new])


def empty_outbox(connection: Connection, outbox_ids: Sequence[int]) -> None:
    """Let the texts and recipients of mails go; that they went, and when, stays."""
    values: dict[str, object] = dict.fromkeys(("outgoing", "recipient", "address_index", "domain_index", "message_id"))
    connection.execute(update(OutboxTable).where(OutboxTable.id.in_(outbox_ids)).values(values))

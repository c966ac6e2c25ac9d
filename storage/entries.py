"""The messages of a ticket: written sealed, read masked, opened only where the words themselves are needed."""

from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from models.ticket import Entry, MaskedEntry
from storage.packing import as_masked_entry
from storage.sealing import Place, Purpose, Seals
from storage.tables import EntryTable

ENTRIES = EntryTable.metadata.tables[EntryTable.__tablename__]
SEALED = ("subject", "text", "new_text", "attachments", "message_id")
_MASKED = ("inbox_id", "at", "channel", "masked_subject", "masked_text", "masked_attachments", "defects")


class Entries:
    """The messages of tickets within one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def add(self, ticket_id: int, entry: Entry) -> None:
        """Keep a message of a ticket. Raises KeyFault, to be tried again, when it cannot be sealed."""
        sealed = {
            "subject": entry.subject,
            "text": entry.text,
            "new_text": entry.new_text,
            "attachments": list(entry.attachments),
            "message_id": entry.message_id,
        }
        index = None if entry.message_id is None else self._seals.blind(Purpose.MESSAGE_ID, entry.message_id)
        columns = {
            "ticket_id": ticket_id,
            "inbox_id": entry.inbox_id,
            "at": entry.at,
            "channel": entry.channel,
            "message_index": index,
            "masked_subject": entry.masked_subject,
            "masked_text": entry.masked_text,
            "masked_attachments": list(entry.masked_attachments),
            "defects": list(entry.defects),
        }
        self._connection.execute(insert(ENTRIES), {**columns, **self._seals.seal(ENTRIES, entry.inbox_id, sealed)})

    def masked(self, ticket_id: int) -> tuple[MaskedEntry, ...]:
        """A ticket's messages as officers read them, oldest first."""
        wanted = select(*(ENTRIES.c[name] for name in _MASKED)).where(ENTRIES.c.ticket_id == ticket_id)
        found = self._connection.execute(wanted.order_by(ENTRIES.c.id)).mappings()
        return tuple(as_masked_entry(row) for row in found)

    def opened(self, ticket_id: int) -> tuple[Entry, ...]:
        """A ticket's messages as they were written, oldest first. Raises SealBroken or KeyFault."""
        wanted = select(ENTRIES).where(ENTRIES.c.ticket_id == ticket_id).order_by(ENTRIES.c.id)
        return tuple(self._entry(row) for row in self._connection.execute(wanted).mappings())

    def last_message_ids(self, ticket_id: int, *, most: int) -> tuple[str, ...]:
        """The Message-IDs of the ticket's last mails, oldest first: opened, since a letter of ours has to name them.

        Raises SealBroken or KeyFault.
        """
        wanted = select(ENTRIES.c.inbox_id, ENTRIES.c.message_id).where(
            ENTRIES.c.ticket_id == ticket_id, ENTRIES.c.message_id.is_not(None)
        )
        rows = self._connection.execute(wanted.order_by(ENTRIES.c.id.desc()).limit(most)).all()
        return tuple(open_entry(self._seals, row.inbox_id, "message_id", row.message_id) for row in reversed(rows))

    def _entry(self, row: RowMapping) -> Entry:
        opened = {name: open_entry(self._seals, row["inbox_id"], name, row[name]) for name in SEALED}
        shown = as_masked_entry(row)
        return Entry(
            inbox_id=shown.inbox_id,
            at=shown.at,
            channel=shown.channel,
            subject=opened["subject"],
            text=opened["text"],
            new_text=opened["new_text"],
            attachments=tuple(opened["attachments"]),
            message_id=opened["message_id"],
            masked_subject=shown.subject,
            masked_text=shown.text,
            masked_attachments=shown.attachments,
            defects=shown.defects,
        )


def open_entry(seals: Seals, inbox_id: int, column: str, token: bytes | None) -> Any:
    """One sealed column of a message. Raises SealBroken or KeyFault."""
    return seals.open(Place(ENTRIES, column, inbox_id), token)

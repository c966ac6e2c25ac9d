"""Files of chat messages that are still to be fetched: a list of messages, worked off by claims."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, update

from storage.chat_tables import FileFetchTable
from storage.claims import claim, settle
from storage.dialect import insert_or_ignore
from storage.entries import ENTRIES
from storage.sealing import Seals
from storage.tables import EntryTable


class Fetches:
    """What is to be fetched, within one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def add(self, inbox_id: int, now: datetime) -> None:
        """The files of this message are to be fetched."""
        insert_or_ignore(self._connection, FileFetchTable, {"id": inbox_id, "due_at": now, "attempts": 0})

    def claim(self, *, worker: str, now: datetime, lease: timedelta) -> tuple[int, str, int] | None:
        """The message that has waited longest: its row, the claim, and how often it was tried, this time included."""
        always = FileFetchTable.id.is_not(None)
        rows = claim(self._connection, FileFetchTable, always, worker=worker, now=now, lease=lease, limit=1)
        return next(((row["id"], row["claim"], row["attempts"]) for row in rows), None)

    def postpone(self, inbox_id: int, token: str, until: datetime) -> None:
        """Try again then. Raises LostClaim."""
        settle(self._connection, FileFetchTable, inbox_id, token, {"due_at": until})

    def done(self, inbox_id: int) -> None:
        """Nothing of this message is to be fetched any more."""
        self._connection.execute(delete(FileFetchTable).where(FileFetchTable.id == inbox_id))

    def describe(self, inbox_id: int, attachments: Sequence[str]) -> None:
        """What the ticket shows of the files of a message; nothing happens while it is part of none."""
        shown = list(attachments)
        sealed = self._seals.seal(ENTRIES, inbox_id, {"attachments": shown})
        mine = update(EntryTable).where(EntryTable.inbox_id == inbox_id)
        self._connection.execute(mine.values(**sealed, masked_attachments=shown))

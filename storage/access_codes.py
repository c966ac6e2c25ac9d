"""Access codes: hashes to compare with, and how many tries went wrong. Hashing itself is the caller's."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from storage.chat_tables import AccessCodeTable, CodeFailureTable
from storage.tables import TicketTable


class AccessCodes:
    """The access codes within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def issue(self, ticket_id: int, code_hash: str, now: datetime) -> None:
        """Keep the hash of a ticket's code; an earlier code stops to work."""
        self._connection.execute(delete(AccessCodeTable).where(AccessCodeTable.ticket_id == ticket_id))
        row = {"ticket_id": ticket_id, "hash": code_hash, "issued_at": now}
        self._connection.execute(insert(AccessCodeTable), row)

    def hash_of(self, reference: str) -> str | None:
        """The hash of the code of the ticket with this reference, if it has one."""
        wanted = select(AccessCodeTable.hash).join(TicketTable, TicketTable.id == AccessCodeTable.ticket_id)
        return self._connection.execute(wanted.where(TicketTable.reference == reference)).scalar()

    def failures(self, keys: tuple[str, ...], since: datetime) -> int:
        """The most tries that went wrong since then under any of the keys."""
        table = CodeFailureTable
        counted = select(func.count()).where(table.key.in_(keys), table.at >= since).group_by(table.key)
        return max(self._connection.execute(counted).scalars(), default=0)

    def failed(self, keys: tuple[str, ...], now: datetime, forget_before: datetime) -> None:
        """Count a try that went wrong, under each of the keys; old ones are forgotten."""
        self._connection.execute(delete(CodeFailureTable).where(CodeFailureTable.at < forget_before))
        self._connection.execute(insert(CodeFailureTable), [{"key": key, "at": now} for key in keys])

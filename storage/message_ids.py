"""Finding what knows a Message-ID. A stranger's References header may name any number of them."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from storage.sealing import Purpose, Seals
from storage.tables import EntryTable, OutboxTable

AT_ONCE = 500
"""Far below what either engine takes as parameters of one statement."""


def tickets_knowing(connection: Connection, seals: Seals, message_ids: Sequence[str]) -> set[int]:
    """The tickets whose messages, or our mails about them, have one of these Message-IDs."""
    known: set[int] = set()
    for some in _parts(message_ids):
        indexes = [index for one in some for index in seals.blinds(Purpose.MESSAGE_ID, one)]
        entries = select(EntryTable.ticket_id).where(EntryTable.message_index.in_(indexes))
        ours = select(OutboxTable.ticket_id).where(OutboxTable.message_id.in_(some))
        known.update(connection.execute(entries.union(ours)).scalars())
    return known


def written_by_us(connection: Connection, message_ids: Sequence[str]) -> bool:
    """Whether one of these Message-IDs is of a mail in the outbox."""
    return any(
        connection.execute(select(OutboxTable.id).where(OutboxTable.message_id.in_(some)).limit(1)).first()
        for some in _parts(message_ids)
    )


def _parts(message_ids: Sequence[str]) -> Iterator[list[str]]:
    each = list(dict.fromkeys(message_ids))
    for start in range(0, len(each), AT_ONCE):
        yield each[start : start + AT_ONCE]

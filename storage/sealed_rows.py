"""Every sealed column there is, and what each of its values is bound to: for whoever goes through all of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, Table, select

from storage.chat_tables import ConversationTable, FeedbackTable, QuestionTable, ReplyTable
from storage.conversations import whose
from storage.interface_tables import WebhookTable
from storage.mail_tables import MailFactsTable
from storage.sealing import Place, Sealed
from storage.sealing_tables import UnsealingTable
from storage.sign_in_tables import SecondFactorTable
from storage.tables import EntryTable, FingerprintTable, InboxTable, OutboxTable, ReporterTable

Row = Mapping[Any, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedTable:
    """A table with sealed columns. `key` orders its rows, `bound` is what the row's values are bound to."""

    table: Table
    key: str
    bound: Callable[[Row], object]
    person: Callable[[Row], object] = lambda _row: None
    known_by: tuple[str, ...] = ()
    """Columns that `bound` and `person` look at."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the sealed columns."""
        return tuple(column.name for column in self.table.c if isinstance(column.type, Sealed))

    def place(self, row: Row, column: str) -> Place:
        """Where one sealed value of a row stands."""
        return Place(self.table, column, self.bound(row))

    def all(self, connection: Connection, *, batch: int) -> Iterator[Row]:
        """Every row with what is sealed in it, a few at a time."""
        table, last = self.table, None
        names = dict.fromkeys((self.key, *self.known_by, *self.columns))
        wanted = select(*(table.c[name] for name in names)).order_by(table.c[self.key]).limit(batch)
        while True:
            some = wanted if last is None else wanted.where(table.c[self.key] > last)
            rows = connection.execute(some).mappings().all()
            yield from rows
            if len(rows) < batch:
                return
            last = rows[-1][self.key]


def _table(table: Any) -> Table:
    found = table.metadata.tables[table.__tablename__]
    assert isinstance(found, Table)
    return found


def unsealing_bound(row: Row) -> str:
    """What the reason of an unsealing is bound to."""
    return f"{row['ticket_id']}/{row['asked_by']}/{row['asked_at'].astimezone(UTC).isoformat()}"


SEALED_TABLES: tuple[SealedTable, ...] = (
    SealedTable(table=_table(InboxTable), key="id", bound=lambda row: row["id"]),
    SealedTable(table=_table(WebhookTable), key="id", bound=lambda row: row["id"]),
    SealedTable(
        table=_table(FingerprintTable),
        key="fingerprint",
        bound=lambda row: row["inbox_id"],
        known_by=("inbox_id",),
    ),
    SealedTable(table=_table(EntryTable), key="id", bound=lambda row: row["inbox_id"], known_by=("inbox_id",)),
    SealedTable(
        table=_table(ReporterTable),
        key="ticket_id",
        bound=lambda row: row["ticket_id"],
        person=lambda row: row["ticket_id"],
    ),
    SealedTable(
        table=_table(OutboxTable),
        key="id",
        bound=lambda row: row["message_id"],
        person=lambda row: row["ticket_id"],
        known_by=("message_id", "ticket_id"),
    ),
    SealedTable(
        table=_table(UnsealingTable),
        key="id",
        bound=unsealing_bound,
        known_by=("ticket_id", "asked_by", "asked_at"),
    ),
    SealedTable(
        table=_table(ConversationTable),
        key="id",
        bound=lambda row: row["id"],
        person=lambda row: whose(row["id"]),
    ),
    SealedTable(table=_table(ReplyTable), key="id", bound=lambda row: row["id"]),
    SealedTable(table=_table(QuestionTable), key="id", bound=lambda row: row["id"]),
    SealedTable(table=_table(FeedbackTable), key="id", bound=lambda row: row["id"]),
    SealedTable(table=_table(SecondFactorTable), key="officer_id", bound=lambda row: row["officer_id"]),
    SealedTable(table=_table(MailFactsTable), key="inbox_id", bound=lambda row: row["inbox_id"]),
)

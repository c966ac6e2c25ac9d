"""The search: full text over the masked text, references and places, on both engines alike."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from models.rights import Viewer
from models.search import Hit, HitPage, Query, pieces
from models.searchable import Masked, Unmasked
from models.ticket import QueueFilter
from storage import indexing
from storage.lexemes import question
from storage.packing import as_ticket_row
from storage.queue_filter import conditions
from storage.search_tables import FULL_TEXT, SearchEntryTable, SearchTable
from storage.tables import EntryTable, TicketTable
from storage.visibility import visible

SNIPPET = 240
"""Characters of a message that a list of hits shows."""
ANYTHING = QueueFilter()
_SELF_CHECK = text("INSERT INTO search_words(search_words, rank) VALUES ('integrity-check', 1)")


class Search:
    """The search within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(
        self,
        query: Query,
        viewer: Viewer,
        *,
        wanted: QueueFilter = ANYTHING,
        limit: int = 50,
        after: str | None = None,
    ) -> HitPage:
        """What fits the question and the filter and is for the viewer, the newest ticket first.

        Raises ValueError for a cursor that is none of ours. A question without a word to look for finds nothing.
        """
        if not query.asks:
            return HitPage(hits=(), after=None)
        found, number = self._found(query, viewer, wanted)
        if after is not None:
            found = found.where(number < _read_cursor(after))
        rows = self._connection.execute(found.order_by(number.desc()).limit(limit + 1)).mappings().all()
        more = len(rows) > limit
        return HitPage(hits=self._hits(query, rows[:limit]), after=str(rows[limit - 1]["id"]) if more else None)

    def count(self, query: Query, viewer: Viewer, *, wanted: QueueFilter = ANYTHING, most: int = 1_000) -> int:
        """How many fit and are for the viewer; counting stops at `most` + 1, for a common word is in most of them."""
        if not query.asks:
            return 0
        some = self._found(query, viewer, wanted)[0].with_only_columns(TicketTable.id).limit(most + 1).subquery()
        return int(self._connection.execute(select(func.count()).select_from(some)).scalar_one())

    def index(self, ticket_id: int) -> None:
        """Write the words of a ticket anew."""
        indexing.index(self._connection, ticket_id)

    def set_masked(self, inbox_id: int, masked: Masked) -> None:
        """Let a message be found that nobody had looked at for personal data."""
        indexing.set_masked(self._connection, inbox_id, masked)

    def to_mask(self, *, after: int = 0, limit: int = 100) -> tuple[Unmasked, ...]:
        """Messages in which nobody has looked for personal data yet, oldest first, as officers read them.

        Who wrote is masked in them already, and is sealed: `name` and `address` are empty.
        """
        wanted = (
            select(EntryTable.inbox_id, EntryTable.masked_subject, EntryTable.masked_text)
            .join(SearchEntryTable, SearchEntryTable.inbox_id == EntryTable.inbox_id)
            .where(SearchEntryTable.masked.is_(False), EntryTable.inbox_id > after)
            .order_by(EntryTable.inbox_id)
            .limit(limit)
        )
        return tuple(
            Unmasked(inbox_id=row.inbox_id, subject=row.masked_subject, text=row.masked_text, name="", address="")
            for row in self._connection.execute(wanted)
        )

    def tickets(self, *, after: int = 0, limit: int = 500) -> tuple[int, ...]:
        """The numbers of tickets in their order, to go through all of them."""
        wanted = select(TicketTable.id).where(TicketTable.id > after).order_by(TicketTable.id).limit(limit)
        return tuple(self._connection.execute(wanted).scalars())

    def faults(self, *, most: int = 20) -> tuple[str, ...]:
        """Every way in which the index does not hold what it must, in words; it reads every ticket.

        Needs a transaction that may write: FTS5 checks itself by a statement that only looks like one that writes.
        """
        return tuple(self._faults(most))

    def unmasked(self) -> int:
        """How many messages cannot be found by their words, since nobody has looked for personal data in them."""
        return int(
            self._connection.execute(
                select(func.count()).select_from(SearchEntryTable).where(SearchEntryTable.masked.is_(False))
            ).scalar_one()
        )

    def _found(self, query: Query, viewer: Viewer, wanted: QueueFilter) -> tuple[Select[Any], ColumnElement[int]]:
        asked = question(query, self._connection.dialect.name)
        rows: Select[Any] = select(*TicketTable.__table__.columns)
        if self._connection.dialect.name == "sqlite":
            words = table(FULL_TEXT, column("rowid"))
            number: ColumnElement[int] = words.c.rowid
            fits: ColumnElement[bool] = column(FULL_TEXT).op("MATCH", is_comparison=True)(literal(asked))
            # The plus keeps SQLite from asking the index ticket by ticket: it gives its newest without sorting.
            ticket_id: ColumnElement[int] = literal_column(f"+{FULL_TEXT}.rowid")
            rows = rows.select_from(words).join(TicketTable, TicketTable.id == ticket_id)
        else:
            number = SearchTable.__table__.c.ticket_id
            fits = SearchTable.words.op("@@", is_comparison=True)(func.cast(literal(asked), TSQUERY))
            rows = rows.join(SearchTable, SearchTable.ticket_id == TicketTable.id)
        return rows.where(fits, visible(viewer), *conditions(wanted)), number

    def _hits(self, query: Query, rows: Any) -> tuple[Hit, ...]:
        texts: dict[int, list[RowMapping]] = {row["id"]: [] for row in rows}
        for entry in indexing.entries_of(self._connection, list(texts)) if texts else ():
            texts[entry["ticket_id"]].append(entry)
        return tuple(_hit(query, row, texts[row["id"]]) for row in rows)

    def _faults(self, most: int) -> Iterator[str]:
        connection = self._connection
        left_out = select(EntryTable.inbox_id).where(EntryTable.inbox_id.not_in(select(SearchEntryTable.inbox_id)))
        for number in connection.execute(left_out.limit(most)).scalars():
            yield f"message {number} is not known to the search"
        orphans = select(SearchTable.ticket_id).where(SearchTable.ticket_id.not_in(select(TicketTable.id)))
        for number in connection.execute(orphans.limit(most)).scalars():
            yield f"the search finds ticket number {number}, which is not there"
        if connection.dialect.name == "sqlite":
            connection.execute(_SELF_CHECK)
        wrong, after = 0, 0
        while wrong < most and (some := self.tickets(after=after)):
            after = some[-1]
            for reference in indexing.wrong_among(connection, some):
                wrong += 1
                yield f"the search does not know all words of {reference}"


def _hit(query: Query, row: RowMapping, entries: list[RowMapping]) -> Hit:
    ticket = as_ticket_row(row)
    subject = entries[0]["subject"] if entries else ""
    tried = [pieces(entry["text"], query, around=SNIPPET) for entry in entries]
    best = next((one for one in tried if any(piece.hit for piece in one)), tried[0] if tried else ())
    return Hit(row=replace(ticket, subject=subject), subject=pieces(subject, query), snippet=best)


def _read_cursor(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError("that is no page of the search")
    return int(text)

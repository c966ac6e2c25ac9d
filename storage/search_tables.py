"""The tables of the search: what may be found of each message, and the words of each ticket.

The index itself is the engine's own: FTS5 on SQLite, kept in step by triggers, and GIN on PostgreSQL.
"""

from typing import Any

from sqlalchemy import DDL, Dialect, ForeignKey, Text, event
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from storage.tables import Base
from storage.types import Id

FULL_TEXT = "search_words"
"""The FTS5 table, on SQLite only."""


class Lexemes(TypeDecorator[str]):
    """The words of a ticket as the engine wants them: see storage/lexemes.py."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """A `tsvector` on PostgreSQL, plain text on SQLite."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())


class SearchEntryTable(Base):
    """What may be searched and shown of a message: masked, or empty while nobody has looked for personal data."""

    __tablename__ = "search_entries"
    inbox_id: Mapped[int] = mapped_column(Id, ForeignKey("inbox.id"), primary_key=True, autoincrement=False)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), index=True)
    masked: Mapped[bool]
    subject: Mapped[str]
    text: Mapped[str]


class SearchTable(Base):
    """The words of a ticket: its reference, its place's codes, and what its messages say."""

    __tablename__ = "search_documents"
    __table_args__ = ({"info": {"derived": True}},)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(Lexemes())


_MAKE_SQLITE = [
    """CREATE VIRTUAL TABLE search_words USING fts5
    (words, content='search_documents', content_rowid='ticket_id', tokenize='ascii')""",
    """CREATE TRIGGER search_documents_added AFTER INSERT ON search_documents BEGIN
    INSERT INTO search_words(rowid, words) VALUES (new.ticket_id, new.words); END""",
    """CREATE TRIGGER search_documents_removed AFTER DELETE ON search_documents BEGIN
    INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.ticket_id, old.words); END""",
    """CREATE TRIGGER search_documents_changed AFTER UPDATE ON search_documents BEGIN
    INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.ticket_id, old.words);
    INSERT INTO search_words(rowid, words) VALUES (new.ticket_id, new.words); END""",
]
_MAKE_POSTGRESQL = "CREATE INDEX ix_search_documents_words ON search_documents USING gin (words)"


def _also(dialect: str, moment: str, statement: str) -> None:
    ddl = DDL(statement)  # type: ignore[no-untyped-call]
    event.listen(SearchTable.__table__, moment, ddl.execute_if(dialect=dialect))


for _statement in _MAKE_SQLITE:
    _also("sqlite", "after_create", _statement)
_also("sqlite", "after_drop", "DROP TABLE search_words")
_also("postgresql", "after_create", _MAKE_POSTGRESQL)

"""How what is kept of a ticket goes: each table says for itself, and none may be forgotten.

A module that has a table registers what removing a ticket, and what taking the person out of it, mean for that table.
tests/storage/test_erasers.py fails for a table that is neither registered nor named as one without personal data.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, Table

from storage.sealing import Seals
from storage.tables import Base

Scrub = Callable[[str], str]
"""A text without the person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What is to go: tickets with all their messages, and messages that became no ticket."""

    ticket_ids: tuple[int, ...] = ()
    inbox_ids: tuple[int, ...] = ()
    scrub: Scrub = field(default=lambda text: text)
    """Takes the names of the person out of a text."""
    knows_the_person: bool = False
    """False when nobody knows the names: then only what was masked at filing stays of what was written."""
    seals: Seals | None = None
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)


Step = Callable[[Connection, Subject], int]
"""Gives how many rows it changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Eraser:
    """What one table does. `remove` deletes the rows; `anonymise` leaves the content and takes the person out."""

    table: Table
    remove: Step
    anonymise: Step


_ERASERS: dict[str, Eraser] = {}


def register(table: type[Base], *, remove: Step | None = None, anonymise: Step | None = None) -> None:
    """Let a table take part. Without `remove` its rows go by their `ticket_id`; without `anonymise` nothing changes."""
    plain = Base.metadata.tables[table.__tablename__]
    _ERASERS[plain.name] = Eraser(
        table=plain, remove=remove or by_ticket(table), anonymise=anonymise or (lambda _connection, _subject: 0)
    )


def registered() -> frozenset[str]:
    """The tables that take part."""
    return frozenset(_ERASERS)


def erasers() -> Iterator[Eraser]:
    """All of them, those first whose rows point at others'."""
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in _ERASERS:
            yield _ERASERS[table.name]


def by_ticket(table: type[Base]) -> Step:
    """Delete the rows of the subject's tickets."""
    plain = Base.metadata.tables[table.__tablename__]

    def remove(connection: Connection, subject: Subject) -> int:
        return connection.execute(plain.delete().where(plain.c.ticket_id.in_(subject.ticket_ids))).rowcount

    return remove


def by_message(table: type[Base]) -> Step:
    """Delete the rows of the subject's messages."""
    plain = Base.metadata.tables[table.__tablename__]

    def remove(connection: Connection, subject: Subject) -> int:
        return connection.execute(plain.delete().where(plain.c.inbox_id.in_(subject.inbox_ids))).rowcount

    return remove

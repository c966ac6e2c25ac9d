"""The tables of what belongs together: links between tickets, merges, and tasks."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.types import Id


class LinkTable(Base):
    """Two tickets that an officer holds together, each pair once, the older ticket first."""

    __tablename__ = "ticket_links"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="older_first"),
        CheckConstraint("kind IN ('related', 'duplicate')", name="kind_known"),
        Index("ix_ticket_links_second", "second_id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    first_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"))
    second_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"))
    kind: Mapped[str]
    officer: Mapped[str]
    at: Mapped[datetime]


class MergeTable(Base):
    """A ticket that is read as part of another, and from when to when. Nothing of it is moved: so it can be undone."""

    __tablename__ = "merges"
    __table_args__ = (
        CheckConstraint("from_id <> into_id", name="two_tickets"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone_by_somebody"),
        Index(
            "ix_merges_from_now",
            "from_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("ix_merges_into", "into_id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    from_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"))
    into_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"))
    state: Mapped[str]
    """In which state the merged ticket was, to go back to."""
    before: Mapped[dict[str, Any]]
    """What the merge changed in the other ticket's place in the queue: as it was, and as it then was."""
    after: Mapped[dict[str, Any]]
    officer: Mapped[str]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]


class TaskTable(Base):
    """Something to do about a ticket, by whom and until when."""

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="done_by_somebody"),
        Index("ix_tasks_ticket", "ticket_id", "id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"))
    text: Mapped[str]
    due: Mapped[str | None]
    """A day as ISO 8601 writes it."""
    owner_id: Mapped[int | None] = mapped_column(Id, ForeignKey("officers.id"))
    officer: Mapped[str]
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]


class SplitTable(Base):
    """Tickets that were made of a message of another: their reporter is that other ticket's."""

    __tablename__ = "splits"
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    from_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), index=True)
    officer: Mapped[str]
    at: Mapped[datetime]

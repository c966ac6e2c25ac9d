"""The tables of what officers write: letters to reporters, notes to each other, tags."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.types import Handle, Id


class LetterTable(Base):
    """What officers wrote to reporters, in their own words, and what a ticket was closed with."""

    __tablename__ = "letters"
    __table_args__ = (
        CheckConstraint("purpose IN ('question', 'reply', 'closing')", name="purpose_known"),
        CheckConstraint("way IN ('mail', 'chat', 'nobody')", name="way_known"),
        CheckConstraint("way <> 'nobody' OR reason <> ''", name="unsent_has_reason"),
        Index("ix_letters_ticket", "ticket_id", "id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"))
    at: Mapped[datetime]
    officer: Mapped[str]
    purpose: Mapped[str]
    way: Mapped[str]
    text: Mapped[str]
    reason: Mapped[str]
    outcome: Mapped[str | None]
    outbox_id: Mapped[int | None] = mapped_column(Id, ForeignKey("outbox.id"))
    question_id: Mapped[int | None] = mapped_column(Id, ForeignKey("questions.id"))


class NoteTable(Base):
    """What officers tell each other about a ticket; it is never sent."""

    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_ticket", "ticket_id", "id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"))
    at: Mapped[datetime]
    officer: Mapped[str]
    text: Mapped[str]


class TagTable(Base):
    """Words by which officers group tickets."""

    __tablename__ = "tags"
    __table_args__ = (Index("ix_tags_tag", "tag", "ticket_id"),)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    tag: Mapped[str] = mapped_column(Handle, primary_key=True)
    officer: Mapped[str]
    at: Mapped[datetime]

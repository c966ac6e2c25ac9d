"""The tables for learning: apart from the others, since nothing that files or answers a message needs them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.types import Handle, Id


class CorrectionTable(Base):
    """What officers decided beside what the machine proposed, with the masked text. Rows are only ever added."""

    __tablename__ = "corrections"
    __table_args__ = (
        CheckConstraint("channel <> 'telegram'", name="never_telegram"),
        CheckConstraint("isf BETWEEN 0 AND 4", name="isf_range"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), index=True)
    at: Mapped[datetime]
    officer: Mapped[str]
    classifier: Mapped[str]
    channel: Mapped[str]
    consent: Mapped[bool]
    messages: Mapped[int]
    subject: Mapped[str]
    text: Mapped[str]
    isf: Mapped[int]
    verdict: Mapped[dict[str, Any]]
    decision: Mapped[dict[str, Any]]


class ShadowTable(Base):
    """What candidates would have said of tickets' first messages. Nothing but the comparison ever reads it."""

    __tablename__ = "shadow_verdicts"
    __table_args__ = (
        UniqueConstraint("model", "ticket_id"),
        CheckConstraint("isf BETWEEN 0 AND 3", name="isf_of_a_program"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    model: Mapped[str] = mapped_column(Handle)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"))
    at: Mapped[datetime]
    isf: Mapped[int]
    verdict: Mapped[dict[str, Any]]

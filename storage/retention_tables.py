"""The tables of retention: what may not go, and what stands where something has gone."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.types import Id


class LegalHoldTable(Base):
    """Tickets of which nothing may go, and why."""

    __tablename__ = "legal_holds"
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    reason: Mapped[str]


class TombstoneTable(Base):
    """One row for each message that has gone, so that the sums still agree. It tells nothing of who wrote what."""

    __tablename__ = "tombstones"
    __table_args__ = (
        CheckConstraint("ending IN ('ticket', 'follow_up', 'ignored', 'quarantined')", name="ending_known"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    inbox_id: Mapped[int] = mapped_column(Id, index=True)
    """Which it was. No other message ever gets this number."""
    ending: Mapped[str]
    reference: Mapped[str | None]
    why: Mapped[str]
    at: Mapped[datetime]


class EmptiedTable(Base):
    """Messages whose bytes have gone, while their ticket stays."""

    __tablename__ = "emptied_messages"
    inbox_id: Mapped[int] = mapped_column(Id, ForeignKey("inbox.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]

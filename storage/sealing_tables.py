"""The tables about sealing itself: which keys this store was sealed with, and who opened what."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.sealing import Sealed, Token
from storage.tables import Base
from storage.types import Handle, Id


class SealKeyTable(Base):
    """The ids of all keys that ever sealed something here, with proof enough to know the right one again. No key."""

    __tablename__ = "seal_keys"
    __table_args__ = (CheckConstraint("kind IN ('content', 'address', 'index')", name="kind_known"),)
    id: Mapped[str] = mapped_column(Handle, primary_key=True)
    kind: Mapped[str]
    proof: Mapped[str]
    """A digest that only the holder of the key can make; of an address key it is of the public half."""
    seen_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class UnsealingTable(Base):
    """Who asked to open a seal, why, who agreed, and when it was opened."""

    __tablename__ = "unsealings"
    __table_args__ = (
        CheckConstraint("approved_by <> asked_by", name="two_persons"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approval_whole"),
        Index("ix_unsealings_ticket", "ticket_id", "id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"))
    asked_by: Mapped[str] = mapped_column(Handle)
    reason: Mapped[Token] = mapped_column(Sealed())
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    needs_approval: Mapped[bool]
    approved_by: Mapped[str | None] = mapped_column(Handle)
    approved_at: Mapped[datetime | None]
    refused_by: Mapped[str | None]
    opened_at: Mapped[datetime | None]

"""The tables of roles, restriction and conflict of interest: who an officer is, and which tickets are not for them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.types import Handle, Id


class OfficerProfileTable(Base):
    """Roles and names of an officer, one row each; `screened_to` is the last ticket that was searched for them."""

    __tablename__ = "officer_profiles"
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey("officers.id"), primary_key=True, autoincrement=False)
    roles: Mapped[list[str]]
    names: Mapped[list[str]]
    screened: Mapped[bool]
    screened_to: Mapped[int] = mapped_column(Id)


class AttachmentTable(Base):
    """Places where officers have another post. `place` is what was said, `code` each place that it stands for."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_code", "code"),)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey("officers.id"), primary_key=True, autoincrement=False)
    place: Mapped[str] = mapped_column(Handle, primary_key=True)
    code: Mapped[str] = mapped_column(Handle, primary_key=True)


class ConflictTable(Base):
    """Why a ticket is hidden from an officer. `source` is the message that names them, or the place they belong to."""

    __tablename__ = "conflicts"
    __table_args__ = (
        UniqueConstraint("ticket_id", "officer_id", "kind", "source"),
        CheckConstraint("kind IN ('named', 'attached')", name="kind_known"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
        Index("ix_conflicts_officer", "officer_id", "ticket_id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id", ondelete="CASCADE"))
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey("officers.id"))
    kind: Mapped[str]
    source: Mapped[str] = mapped_column(Handle)
    found_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]


class RestrictionTable(Base):
    """Tickets that are only for named officers."""

    __tablename__ = "restrictions"
    ticket_id: Mapped[int] = mapped_column(
        Id, ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]
    actor: Mapped[str]


class RestrictedToTable(Base):
    """Who is named on a restricted ticket."""

    __tablename__ = "restricted_to"
    ticket_id: Mapped[int] = mapped_column(
        Id, ForeignKey("restrictions.ticket_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey("officers.id"), primary_key=True, autoincrement=False)

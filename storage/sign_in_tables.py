"""The tables of signing in beyond the password: facts about sessions, second factors, accounts elsewhere."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.sealing import Sealed, Token
from storage.tables import Base
from storage.types import Handle, Id


class SessionFactsTable(Base):
    """How far a session has come, and what its officer is shown of it. A session from before has no row here."""

    __tablename__ = "session_facts"
    __table_args__ = (CheckConstraint("stage IN ('whole', 'code', 'setting_up')", name="stage_known"),)
    token_hash: Mapped[str] = mapped_column(
        Handle, ForeignKey("sessions.token_hash", ondelete="CASCADE"), primary_key=True
    )
    stage: Mapped[str]
    way: Mapped[str]
    """"password", "link", or the name of a provider."""
    device: Mapped[str]
    opened_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]
    """When its officer last showed that it is them."""


class SecondFactorTable(Base):
    """The secrets of authenticator apps, one row an officer."""

    __tablename__ = "second_factors"
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey("officers.id"), primary_key=True, autoincrement=False)
    secret: Mapped[Token | None] = mapped_column(Sealed())
    coming: Mapped[Token | None] = mapped_column(Sealed())
    """A secret that was shown, of which no code has come back yet."""
    set_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(Id)
    """The last 30 seconds since 1970 of which a code was used: neither it nor an earlier one works again."""


class RecoveryCodeTable(Base):
    """Recovery codes that were not used yet, as digests of 80 random bits."""

    __tablename__ = "recovery_codes"
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey("officers.id"), primary_key=True, autoincrement=False)
    code_hash: Mapped[str] = mapped_column(Handle, primary_key=True)


class OutsideAccountTable(Base):
    """Which account at which provider is which officer's."""

    __tablename__ = "outside_accounts"
    __table_args__ = (Index("ix_outside_accounts_officer", "officer_id"),)
    issuer: Mapped[str] = mapped_column(Handle, primary_key=True)
    subject: Mapped[str] = mapped_column(Handle, primary_key=True)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey("officers.id"))
    linked_at: Mapped[datetime]

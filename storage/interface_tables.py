"""The tables of the interface for programs: tokens, answers to writes that may be sent twice, and calls of ours."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.sealing import Sealed, Token
from storage.tables import Base
from storage.types import Handle, Id


class ApiTokenTable(Base):
    """Tokens of programs, by a prefix that is no secret and a hash of the whole."""

    __tablename__ = "api_tokens"
    __table_args__ = (CheckConstraint("(officer_id IS NULL) = (role IS NOT NULL)", name="officer_or_service"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(Handle, unique=True)
    token_hash: Mapped[str]
    scopes: Mapped[list[str]]
    officer_id: Mapped[int | None] = mapped_column(Id, ForeignKey("officers.id"), index=True)
    role: Mapped[str | None]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ApiCallTable(Base):
    """What a write with an idempotency key was answered, so that the same write sent again changes nothing."""

    __tablename__ = "api_calls"
    __table_args__ = (Index("ix_api_calls_at", "at"),)
    token_id: Mapped[int] = mapped_column(Id, ForeignKey("api_tokens.id"), primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(Handle, primary_key=True)
    fingerprint: Mapped[str]
    """A digest of what was asked."""
    at: Mapped[datetime]
    answer: Mapped[dict[str, Any]]


class WebhookTable(Base):
    """Programs that are told of tickets: where, of what, and the secret that signs each call."""

    __tablename__ = "webhooks"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    url: Mapped[str]
    secret: Mapped[Token] = mapped_column(Sealed())
    events: Mapped[list[str]]
    role: Mapped[str]
    """It is told only of tickets that a service with this role may read."""
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    disabled_why: Mapped[str]


class HookCallTable(Base):
    """The outbox of the webhooks: what is to be told to whom, and how it went."""

    __tablename__ = "hook_calls"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state_known"),
        CheckConstraint("state <> 'failed' OR error <> ''", name="state_has_reason"),
        Index(
            "ix_hook_calls_waiting",
            "due_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_hook_calls_webhook", "webhook_id", "id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(Id, ForeignKey("webhooks.id"))
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), index=True)
    event: Mapped[str]
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    claim: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int]
    state: Mapped[str]
    error: Mapped[str]
    settled_at: Mapped[datetime | None]

"""The tables, typed. They are used as plain tables on connections; no ORM session is ever opened."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, MetaData, UniqueConstraint, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.keys import KeyClass
from storage.sealing import Form, Sealed, Token
from storage.types import Handle, Id, Moment, Values, Words


class Base(DeclarativeBase):
    """Named constraints, so that every migration can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[Any] = {
        str: Words(),
        datetime: Moment(),
        bytes: LargeBinary(),
        dict[str, Any]: Values(),
        list[str]: Values(),
    }


class InboxTable(Base):
    """Every message ever received: its bytes, who works on it, and how it ended."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "account", "key_index"),
        CheckConstraint("ending IN ('ticket', 'follow_up', 'ignored', 'quarantined')", name="ending_known"),
        CheckConstraint("ending NOT IN ('ignored', 'quarantined') OR reason <> ''", name="ending_has_reason"),
        CheckConstraint("ending NOT IN ('ticket', 'follow_up') OR ticket_id IS NOT NULL", name="ending_has_ticket"),
        CheckConstraint("(ending IS NULL) = (settled_at IS NULL)", name="ending_has_moment"),
        Index(
            "ix_inbox_waiting",
            "chat",
            "due_at",
            "id",
            sqlite_where=text("ending IS NULL"),
            postgresql_where=text("ending IS NULL"),
        ),
        Index("ix_inbox_ending", "ending", "id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(Handle)
    account: Mapped[str] = mapped_column(Handle)
    key_index: Mapped[str] = mapped_column(Handle)
    """The blind index of the key, which may be a digest of the whole mail."""
    key: Mapped[Token] = mapped_column(Sealed())
    raw: Mapped[Token | None] = mapped_column(Sealed(Form.BYTES))
    """None once the bytes have gone."""
    size: Mapped[int]
    envelope_from: Mapped[Token | None] = mapped_column(Sealed())
    envelope_to: Mapped[Token | None] = mapped_column(Sealed(Form.VALUES))
    held: Mapped[str | None]
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claim: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int]
    last_error: Mapped[str]
    ending: Mapped[str | None]
    reason: Mapped[str]
    ticket_id: Mapped[int | None] = mapped_column(Id, ForeignKey("tickets.id"))
    settled_at: Mapped[datetime | None]
    chat: Mapped[bool] = mapped_column(server_default=false())
    """Whether it is part of a conversation, and waits for its turn there."""


class FingerprintTable(Base):
    """Which inbox row was the first of those that carry the same mail."""

    __tablename__ = "fingerprints"
    fingerprint: Mapped[str] = mapped_column(Handle, primary_key=True)
    """A blind index. While index keys are changed, a mail has one row for each of them."""
    inbox_id: Mapped[int] = mapped_column(Id, ForeignKey("inbox.id"))
    source: Mapped[Token] = mapped_column(Sealed())
    """What the index is of, so that it can be made anew with another key."""


class TicketTable(Base):
    """A ticket as the queue needs it; an officer's decision takes the machine's place in `isf`, `kind` and place."""

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint("isf BETWEEN 0 AND 4", name="isf_range"),
        CheckConstraint("state IN ('new', 'being_read', 'waiting', 'with_provider', 'closed')", name="state_known"),
        CheckConstraint("isf < 4 OR decided", name="category_4_is_a_decision"),
        Index("ix_tickets_all", "rank", "due", "received_at", "id"),
        Index("ix_tickets_state", "state", "rank", "due", "received_at", "id"),
        Index("ix_tickets_kind", "kind", "state", "rank", "due", "received_at", "id"),
        Index("ix_tickets_provider", "provider", "rank", "due", "received_at", "id"),
        Index("ix_tickets_assignee", "assignee_id", "rank", "due", "received_at", "id"),
        Index("ix_tickets_near", "provider", "id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int]
    state: Mapped[str]
    channel: Mapped[str]
    received_at: Mapped[datetime]
    subject: Mapped[str]
    kind: Mapped[str]
    provider: Mapped[str | None] = mapped_column(Handle)
    site: Mapped[str | None]
    isf: Mapped[int]
    decided: Mapped[bool]
    needs_person: Mapped[bool]
    graded: Mapped[bool]
    flagged: Mapped[bool]
    red_flags: Mapped[list[str]]
    rank: Mapped[int]
    """The urgency with its sign turned, so that the queue and its indexes run one way: upwards."""
    due: Mapped[int] = mapped_column(server_default=text("2147483647"))
    """When the next service clock runs out, in minutes since 1970; the largest number while none runs."""
    due_clock: Mapped[str] = mapped_column(server_default=text("''"))
    """Which clock that is; `paused` while they stand still, nothing when there is none."""
    assignee_id: Mapped[int | None] = mapped_column(Id)
    """The officer whose ticket it is. Officers are never deleted."""


class EntryTable(Base):
    """The messages of a ticket: as they were written, sealed, and as officers read them, masked."""

    __tablename__ = "entries"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), index=True)
    inbox_id: Mapped[int] = mapped_column(Id, ForeignKey("inbox.id"), unique=True)
    at: Mapped[datetime]
    channel: Mapped[str]
    subject: Mapped[Token] = mapped_column(Sealed())
    text: Mapped[Token] = mapped_column(Sealed())
    new_text: Mapped[Token] = mapped_column(Sealed())
    attachments: Mapped[Token] = mapped_column(Sealed(Form.VALUES))
    message_id: Mapped[Token | None] = mapped_column(Sealed())
    message_index: Mapped[str | None] = mapped_column(Handle, index=True)
    masked_subject: Mapped[str]
    masked_text: Mapped[str]
    masked_attachments: Mapped[list[str]]
    defects: Mapped[list[str]]


class ReporterTable(Base):
    """Who wrote: identity apart from content, and sealed so that only the sender's process and custodians open it."""

    __tablename__ = "reporters"
    __table_args__ = (CheckConstraint("anonymity IN ('named', 'confidential', 'anonymous')", name="anonymity_known"),)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    anonymity: Mapped[str]
    name: Mapped[Token | None] = mapped_column(Sealed(kind=KeyClass.ADDRESS))
    address: Mapped[Token | None] = mapped_column(Sealed(kind=KeyClass.ADDRESS))
    address_index: Mapped[str | None] = mapped_column(Handle, index=True)
    """The blind index of the address in the form in which equal addresses are equal."""
    domain_index: Mapped[str | None] = mapped_column(Handle)


class VerdictTable(Base):
    """What classifiers thought, each beside the others."""

    __tablename__ = "verdicts"
    __table_args__ = (CheckConstraint("isf BETWEEN 0 AND 3", name="isf_of_a_program"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), index=True)
    at: Mapped[datetime]
    classifier: Mapped[str]
    isf: Mapped[int]
    verdict: Mapped[dict[str, Any]]


class DecisionTable(Base):
    """What officers decided, each beside the others."""

    __tablename__ = "decisions"
    __table_args__ = (CheckConstraint("isf BETWEEN 0 AND 4", name="isf_range"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), index=True)
    at: Mapped[datetime]
    officer: Mapped[str]
    isf: Mapped[int]
    decision: Mapped[dict[str, Any]]


class EventTable(Base):
    """The timeline."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    actor: Mapped[str]
    detail: Mapped[dict[str, Any]]


class OutboxTable(Base):
    """What goes out, what has gone, and what was withheld with its reason."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed', 'withheld')", name="state_known"),
        CheckConstraint("state NOT IN ('failed', 'withheld') OR error <> ''", name="state_has_reason"),
        Index(
            "ix_outbox_waiting",
            "due_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_outbox_address", "address_index", "created_at"),
        Index("ix_outbox_domain", "domain_index", "created_at"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), index=True)
    purpose: Mapped[str]
    message_id: Mapped[str | None] = mapped_column(Handle, unique=True)
    address_index: Mapped[str | None] = mapped_column(Handle)
    domain_index: Mapped[str | None] = mapped_column(Handle)
    recipient: Mapped[Token | None] = mapped_column(Sealed(kind=KeyClass.ADDRESS))
    outgoing: Mapped[Token | None] = mapped_column(Sealed(Form.VALUES))
    """The mail without its recipient; with it none for a mail that was withheld."""
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claim: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int]
    state: Mapped[str]
    error: Mapped[str]
    settled_at: Mapped[datetime | None]


class LeaseTable(Base):
    """Who may do alone what only one may do. `epoch` only grows."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(Handle, primary_key=True)
    holder: Mapped[str]
    epoch: Mapped[int] = mapped_column(Id)
    expires_at: Mapped[datetime]


class OfficerTable(Base):
    """People who may sign in."""

    __tablename__ = "officers"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(Handle, unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    active: Mapped[bool]


class SessionTable(Base):
    """Signed-in browsers, by the hash of their cookie."""

    __tablename__ = "sessions"
    token_hash: Mapped[str] = mapped_column(Handle, primary_key=True)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey("officers.id"), index=True)
    csrf: Mapped[str]
    expires_at: Mapped[datetime]


class OneTimeTable(Base):
    """Links that sign in once, by the hash of their token."""

    __tablename__ = "one_time_tokens"
    token_hash: Mapped[str] = mapped_column(Handle, primary_key=True)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey("officers.id"), index=True)
    expires_at: Mapped[datetime]


class SignInFailureTable(Base):
    """Failed sign-ins, for the rate limit."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index("ix_sign_in_failures_key_at", "key", "at"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(Handle)
    at: Mapped[datetime]

"""The tables of the chat: conversations, what belongs to them, and what is to be said in them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.keys import KeyClass
from storage.sealing import Form, Sealed, Token
from storage.tables import Base
from storage.types import Handle, Id


class ConversationTable(Base):
    """Who we talk to: known by a keyed hash of the address, with the state of the talk."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("channel", "account", "key"),
        Index("ix_conversations_due", "due_at", "id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(Handle)
    account: Mapped[str] = mapped_column(Handle)
    key: Mapped[str] = mapped_column(Handle)
    """The blind index of the address; it stays when the address is forgotten, until the index key is changed."""
    address: Mapped[Token | None] = mapped_column(Sealed(kind=KeyClass.ADDRESS))
    """Where replies go."""
    state: Mapped[Token] = mapped_column(Sealed())
    """JSON, as intake/dialogue/states.py writes it."""
    due_at: Mapped[datetime | None]
    """When the next timer of the state is due."""
    seen_at: Mapped[datetime]


class ChatMessageTable(Base):
    """Which rows of the inbox belong to which conversation, by the channel's own numbers."""

    __tablename__ = "chat_messages"
    __table_args__ = (
        Index("ix_chat_messages_turn", "conversation_id", "inbox_id"),
        Index("ix_chat_messages_message", "conversation_id", "message"),
    )
    inbox_id: Mapped[int] = mapped_column(Id, ForeignKey("inbox.id"), primary_key=True, autoincrement=False)
    conversation_id: Mapped[int] = mapped_column(Id, ForeignKey("conversations.id"))
    message: Mapped[str] = mapped_column(Handle)
    album: Mapped[str] = mapped_column(Handle)


class ChatTurnTable(Base):
    """Conversations in which something waits, so that a turn is found without a look at all that waits."""

    __tablename__ = "chat_turns"
    __table_args__ = (Index("ix_chat_turns_due", "due_at", "conversation_id"),)
    conversation_id: Mapped[int] = mapped_column(
        Id, ForeignKey("conversations.id"), primary_key=True, autoincrement=False
    )
    inbox_id: Mapped[int] = mapped_column(Id)
    """Nothing of the conversation waits before this row of the inbox."""
    due_at: Mapped[datetime]


class ConversationTicketTable(Base):
    """Which tickets a conversation is about. To cut the link is to delete the row."""

    __tablename__ = "conversation_tickets"
    conversation_id: Mapped[int] = mapped_column(Id, ForeignKey("conversations.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), primary_key=True, index=True)


class ReplyTable(Base):
    """The outbox of the chat: what is to be said, and how it went."""

    __tablename__ = "replies"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed', 'withheld')", name="state_known"),
        CheckConstraint("state NOT IN ('failed', 'withheld') OR error <> ''", name="state_has_reason"),
        CheckConstraint("policy IN ('resend', 'drop')", name="policy_known"),
        Index(
            "ix_replies_waiting",
            "due_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_replies_conversation", "conversation_id", "id"),
        Index("ix_replies_ticket", "ticket_id", "id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(Handle, unique=True)
    """What made it necessary, so that the same cause never makes two."""
    conversation_id: Mapped[int] = mapped_column(Id, ForeignKey("conversations.id"))
    ticket_id: Mapped[int | None] = mapped_column(Id, ForeignKey("tickets.id"))
    prompt: Mapped[str]
    policy: Mapped[str]
    body: Mapped[Token | None] = mapped_column(Sealed(Form.VALUES))
    """Text, buttons, nonce; none any more once it is delivered and was secret."""
    secret: Mapped[bool]
    question_id: Mapped[int | None] = mapped_column(Id)
    external: Mapped[str | None] = mapped_column(Handle)
    """The channel's own number of the message that was sent."""
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claim: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int]
    state: Mapped[str]
    error: Mapped[str]
    settled_at: Mapped[datetime | None]


class AccessCodeTable(Base):
    """The code by which a reporter finds a ticket again, as an Argon2id hash."""

    __tablename__ = "access_codes"
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    hash: Mapped[str]
    issued_at: Mapped[datetime]


class CodeFailureTable(Base):
    """Wrong codes, for the rate limit; the key is a conversation or the hash of a reference."""

    __tablename__ = "code_failures"
    __table_args__ = (Index("ix_code_failures_key_at", "key", "at"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(Handle)
    at: Mapped[datetime]


class QuestionTable(Base):
    """What officers asked a reporter, and what became of it. The answer is a message of the ticket."""

    __tablename__ = "questions"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'read', 'answered', 'declined', 'no_reply')", name="state_known"),
        Index("ix_questions_ticket", "ticket_id", "id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"))
    officer: Mapped[str]
    text: Mapped[Token] = mapped_column(Sealed())
    state: Mapped[str]
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    answer_id: Mapped[int | None] = mapped_column(Id, ForeignKey("inbox.id"))


class ReportTermsTable(Base):
    """What a reporter who came by chat wants of us."""

    __tablename__ = "report_terms"
    __table_args__ = (CheckConstraint("level IN ('named', 'confidential', 'anonymous')", name="level_known"),)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    level: Mapped[str]
    questions_welcome: Mapped[bool]
    withdrawn_at: Mapped[datetime | None]
    cut_at: Mapped[datetime | None]
    """When the link to the last chat was cut."""
    erasure_asked_at: Mapped[datetime | None]


class FeedbackTable(Base):
    """How reporters felt about us. Nothing ties a row to a report."""

    __tablename__ = "feedback"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    answer: Mapped[str]
    comment: Mapped[Token] = mapped_column(Sealed())


class SecondReadingTable(Base):
    """Messages that only the fast parts of the classifier have read, and that all of it shall read."""

    __tablename__ = "second_readings"
    __table_args__ = (Index("ix_second_readings_due", "due_at", "id"),)
    id: Mapped[int] = mapped_column(Id, ForeignKey("inbox.id"), primary_key=True, autoincrement=False)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"))
    due_at: Mapped[datetime]
    claim: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int]


class FileFetchTable(Base):
    """Messages whose files are still to be fetched from where they lie."""

    __tablename__ = "file_fetches"
    __table_args__ = (Index("ix_file_fetches_due", "due_at", "id"),)
    id: Mapped[int] = mapped_column(Id, ForeignKey("inbox.id"), primary_key=True, autoincrement=False)
    due_at: Mapped[datetime]
    claim: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int]

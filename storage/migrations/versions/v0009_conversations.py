"""Conversations in the chat.

Revision 0009.
"""

import sqlalchemy as sa
from alembic import op

from storage.keys import KeyClass
from storage.sealing import Form, Sealed
from storage.types import Handle, Moment, Words

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _make_code_failures()
    _make_conversations()
    _make_feedback()
    _make_access_codes()
    _make_conversation_tickets()
    _make_replies()
    _make_replies_indexes()
    _make_report_terms()
    _make_chat_messages()
    _make_questions()
    _make_second_readings()


def _make_code_failures() -> None:
    op.create_table(
        "code_failures",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", Handle(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_failures")),
    )
    op.create_index("ix_code_failures_key_at", "code_failures", ["key", "at"], unique=False)


def _make_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", Handle(), nullable=False),
        sa.Column("account", Handle(), nullable=False),
        sa.Column("key", Handle(), nullable=False),
        sa.Column("address", Sealed(kind=KeyClass.ADDRESS), nullable=True),
        sa.Column("state", Sealed(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("channel", "account", "key", name=op.f("uq_conversations_channel_account_key")),
    )
    op.create_index("ix_conversations_due", "conversations", ["due_at", "id"], unique=False)


def _make_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("answer", Words(), nullable=False),
        sa.Column("comment", Sealed(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )


def _make_access_codes() -> None:
    op.create_table(
        "access_codes",
        sa.Column("ticket_id", ID, autoincrement=False, nullable=False),
        sa.Column("hash", Words(), nullable=False),
        sa.Column("issued_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_access_codes_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_access_codes")),
    )


def _make_conversation_tickets() -> None:
    op.create_table(
        "conversation_tickets",
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_conversation_tickets_conversation_id"),
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_conversation_tickets_ticket_id")),
        sa.PrimaryKeyConstraint("conversation_id", "ticket_id", name=op.f("pk_conversation_tickets")),
    )
    op.create_index(op.f("ix_conversation_tickets_ticket_id"), "conversation_tickets", ["ticket_id"], unique=False)


def _make_replies() -> None:
    op.create_table(
        "replies",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", Handle(), nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=True),
        sa.Column("prompt", Words(), nullable=False),
        sa.Column("policy", Words(), nullable=False),
        sa.Column("body", Sealed(Form.VALUES), nullable=True),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("question_id", ID, nullable=True),
        sa.Column("external", Handle(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("claim", Words(), nullable=True),
        sa.Column("claimed_until", Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("error", Words(), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.CheckConstraint("policy IN ('resend', 'drop')", name=op.f("ck_replies_policy_known")),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed', 'withheld')", name=op.f("ck_replies_state_known")),
        sa.CheckConstraint(
            "state NOT IN ('failed', 'withheld') OR error <> ''",
            name=op.f("ck_replies_state_has_reason"),
        ),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_replies_conversation_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_replies_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint("key", name=op.f("uq_replies_key")),
    )


def _make_replies_indexes() -> None:
    op.create_index("ix_replies_conversation", "replies", ["conversation_id", "id"], unique=False)
    op.create_index("ix_replies_ticket", "replies", ["ticket_id", "id"], unique=False)
    op.create_index(
        "ix_replies_waiting",
        "replies",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _make_report_terms() -> None:
    op.create_table(
        "report_terms",
        sa.Column("ticket_id", ID, autoincrement=False, nullable=False),
        sa.Column("level", Words(), nullable=False),
        sa.Column("questions_welcome", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.Column("cut_at", Moment(), nullable=True),
        sa.Column("erasure_asked_at", Moment(), nullable=True),
        sa.CheckConstraint("level IN ('named', 'confidential', 'anonymous')", name=op.f("ck_report_terms_level_known")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_report_terms_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_report_terms")),
    )


def _make_chat_messages() -> None:
    op.create_table(
        "chat_messages",
        sa.Column("inbox_id", ID, autoincrement=False, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("message", Handle(), nullable=False),
        sa.Column("album", Handle(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_chat_messages_conversation_id")
        ),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_chat_messages_inbox_id")),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_chat_messages")),
    )
    op.create_index("ix_chat_messages_message", "chat_messages", ["conversation_id", "message"], unique=False)
    op.create_index("ix_chat_messages_turn", "chat_messages", ["conversation_id", "inbox_id"], unique=False)


def _make_questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("officer", Words(), nullable=False),
        sa.Column("text", Sealed(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("answer_id", ID, nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'read', 'answered', 'declined', 'no_reply')",
            name=op.f("ck_questions_state_known"),
        ),
        sa.ForeignKeyConstraint(["answer_id"], ["inbox.id"], name=op.f("fk_questions_answer_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_questions_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index("ix_questions_ticket", "questions", ["ticket_id", "id"], unique=False)


def _make_second_readings() -> None:
    op.create_table(
        "second_readings",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("claim", Words(), nullable=True),
        sa.Column("claimed_until", Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["inbox.id"], name=op.f("fk_second_readings_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_second_readings_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_readings")),
    )
    op.create_index("ix_second_readings_due", "second_readings", ["due_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("second_readings")
    op.drop_table("questions")
    op.drop_table("chat_messages")
    op.drop_table("report_terms")
    op.drop_table("replies")
    op.drop_table("conversation_tickets")
    op.drop_table("access_codes")
    op.drop_table("feedback")
    op.drop_table("conversations")
    op.drop_table("code_failures")

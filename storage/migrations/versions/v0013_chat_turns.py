"""Whose turn it is in the chat, so that neither chat nor mail looks through what waits of the other.

Revision 0013.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "chat_turns",
        sa.Column("conversation_id", ID, autoincrement=False, nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_chat_turns_conversation_id")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_chat_turns")),
    )
    op.create_index("ix_chat_turns_due", "chat_turns", ["due_at", "conversation_id"], unique=False)
    op.add_column("inbox", sa.Column("chat", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE inbox SET chat = TRUE WHERE id IN (SELECT inbox_id FROM chat_messages)")
    op.execute(
        "INSERT INTO chat_turns (conversation_id, inbox_id, due_at)"
        " SELECT m.conversation_id, MIN(i.id), MIN(i.due_at) FROM chat_messages m JOIN inbox i ON i.id = m.inbox_id"
        " WHERE i.ending IS NULL GROUP BY m.conversation_id"
    )
    op.drop_index("ix_inbox_waiting", table_name="inbox")
    _waiting(["chat", "due_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_inbox_waiting", table_name="inbox")
    op.drop_table("chat_turns")
    op.drop_column("inbox", "chat")
    _waiting(["due_at", "id"])


def _waiting(columns: list[str]) -> None:
    waits = sa.text("ending IS NULL")
    op.create_index("ix_inbox_waiting", "inbox", columns, sqlite_where=waits, postgresql_where=waits)

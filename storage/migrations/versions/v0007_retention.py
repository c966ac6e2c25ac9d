"""Retention, legal hold and erasure.

Revision 0007.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Moment, Words

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("ticket_id", ID, autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_legal_holds_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_legal_holds")),
    )
    op.create_table(
        "tombstones",
        sa.Column("id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column("ending", Words(), nullable=False),
        sa.Column("reference", Words(), nullable=True),
        sa.Column("why", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint(
            "ending IN ('ticket', 'follow_up', 'ignored', 'quarantined')", name=op.f("ck_tombstones_ending_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstones")),
    )
    op.create_index(op.f("ix_tombstones_inbox_id"), "tombstones", ["inbox_id"], unique=False)
    op.create_table(
        "emptied_messages",
        sa.Column("inbox_id", ID, autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_emptied_messages_inbox_id")),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_emptied_messages")),
    )


def downgrade() -> None:
    op.drop_table("emptied_messages")
    op.drop_table("tombstones")
    op.drop_table("legal_holds")

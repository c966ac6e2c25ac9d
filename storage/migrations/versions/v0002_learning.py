"""What is learned from: officers' corrections, and the verdicts of candidates in the shadow.

Revision 0002.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Handle, Moment, Values, Words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("officer", Words(), nullable=False),
        sa.Column("classifier", Words(), nullable=False),
        sa.Column("channel", Words(), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("subject", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("isf", sa.Integer(), nullable=False),
        sa.Column("verdict", Values(), nullable=False),
        sa.Column("decision", Values(), nullable=False),
        sa.CheckConstraint("channel <> 'telegram'", name=op.f("ck_corrections_never_telegram")),
        sa.CheckConstraint("isf BETWEEN 0 AND 4", name=op.f("ck_corrections_isf_range")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_corrections_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_ticket_id"), "corrections", ["ticket_id"], unique=False)
    op.create_table(
        "shadow_verdicts",
        sa.Column("id", ID, nullable=False),
        sa.Column("model", Handle(), nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("isf", sa.Integer(), nullable=False),
        sa.Column("verdict", Values(), nullable=False),
        sa.CheckConstraint("isf BETWEEN 0 AND 3", name=op.f("ck_shadow_verdicts_isf_of_a_program")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_shadow_verdicts_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shadow_verdicts")),
        sa.UniqueConstraint("model", "ticket_id", name=op.f("uq_shadow_verdicts_model_ticket_id")),
    )


def downgrade() -> None:
    op.drop_table("shadow_verdicts")
    op.drop_table("corrections")

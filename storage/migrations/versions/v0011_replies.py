"""Letters of officers to reporters, notes of officers to each other, and tags.

Revision 0011.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Handle, Moment, Words

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _letters()
    _notes_and_tags()


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("officer", Words(), nullable=False),
        sa.Column("purpose", Words(), nullable=False),
        sa.Column("way", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("outcome", Words(), nullable=True),
        sa.Column("outbox_id", ID, nullable=True),
        sa.Column("question_id", ID, nullable=True),
        sa.CheckConstraint("purpose IN ('question', 'reply', 'closing')", name=op.f("ck_letters_purpose_known")),
        sa.CheckConstraint("way IN ('mail', 'chat', 'nobody')", name=op.f("ck_letters_way_known")),
        sa.CheckConstraint("way <> 'nobody' OR reason <> ''", name=op.f("ck_letters_unsent_has_reason")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_letters_ticket_id")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_letters_outbox_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_letters_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    op.create_index("ix_letters_ticket", "letters", ["ticket_id", "id"])


def _notes_and_tags() -> None:
    op.create_table(
        "notes",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("officer", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_notes_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index("ix_notes_ticket", "notes", ["ticket_id", "id"])
    op.create_table(
        "tags",
        sa.Column("ticket_id", ID, autoincrement=False, nullable=False),
        sa.Column("tag", Handle(), nullable=False),
        sa.Column("officer", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_tags_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "tag", name=op.f("pk_tags")),
    )
    op.create_index("ix_tags_tag", "tags", ["tag", "ticket_id"])


def downgrade() -> None:
    for table in ("tags", "notes", "letters"):
        op.drop_table(table)

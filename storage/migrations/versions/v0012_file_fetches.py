"""Files of chat messages that are still to be fetched from where they lie.

Revision 0012.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Moment, Words

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "file_fetches",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("claim", Words(), nullable=True),
        sa.Column("claimed_until", Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["inbox.id"], name=op.f("fk_file_fetches_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_fetches")),
    )
    op.create_index("ix_file_fetches_due", "file_fetches", ["due_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("file_fetches")

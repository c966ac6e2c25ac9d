"""What a mail tells of its sender, and who else it names.

Revision 0014.
"""

import sqlalchemy as sa
from alembic import op

from storage.sealing import Form, Sealed
from storage.types import Values, Words

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mail_facts",
        sa.Column("inbox_id", ID, autoincrement=False, nullable=False),
        sa.Column("trust", Words(), nullable=False),
        sa.Column("witness", Words(), nullable=False),
        sa.Column("found", Words(), nullable=False),
        sa.Column("spoofing", Values(), nullable=False),
        sa.Column("junk", Words(), nullable=False),
        sa.Column("people", Sealed(Form.VALUES), nullable=True),
        sa.CheckConstraint("trust IN ('confirmed', 'doubtful', 'unknown')", name=op.f("ck_mail_facts_trust_known")),
        sa.CheckConstraint("witness IN ('server', 'signature', 'nobody')", name=op.f("ck_mail_facts_witness_known")),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_mail_facts_inbox_id")),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_mail_facts")),
    )
    junk = sa.text("junk <> ''")
    op.create_index("ix_mail_facts_junk", "mail_facts", ["inbox_id"], sqlite_where=junk, postgresql_where=junk)


def downgrade() -> None:
    op.drop_table("mail_facts")

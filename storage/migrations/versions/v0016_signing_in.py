"""Second factors and sessions of officers, and their accounts elsewhere.

Revision 0016.
"""

import sqlalchemy as sa
from alembic import op

from storage.sealing import Sealed
from storage.types import Handle, Moment, Words

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "session_facts",
        sa.Column("token_hash", Handle(), nullable=False),
        sa.Column("stage", Words(), nullable=False),
        sa.Column("way", Words(), nullable=False),
        sa.Column("device", Words(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("last_used_at", Moment(), nullable=False),
        sa.Column("proved_at", Moment(), nullable=True),
        sa.CheckConstraint("stage IN ('whole', 'code', 'setting_up')", name=op.f("ck_session_facts_stage_known")),
        sa.ForeignKeyConstraint(
            ["token_hash"], ["sessions.token_hash"], name=op.f("fk_session_facts_token_hash"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session_facts")),
    )
    _second_factors()
    op.create_table(
        "outside_accounts",
        sa.Column("issuer", Handle(), nullable=False),
        sa.Column("subject", Handle(), nullable=False),
        sa.Column("officer_id", ID, nullable=False),
        sa.Column("linked_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_outside_accounts_officer_id")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_outside_accounts")),
    )
    op.create_index("ix_outside_accounts_officer", "outside_accounts", ["officer_id"])


def _second_factors() -> None:
    op.create_table(
        "second_factors",
        sa.Column("officer_id", ID, autoincrement=False, nullable=False),
        sa.Column("secret", Sealed(), nullable=True),
        sa.Column("coming", Sealed(), nullable=True),
        sa.Column("set_at", Moment(), nullable=True),
        sa.Column("last_step", ID, nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_second_factors_officer_id")),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("officer_id", ID, autoincrement=False, nullable=False),
        sa.Column("code_hash", Handle(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_recovery_codes_officer_id")),
        sa.PrimaryKeyConstraint("officer_id", "code_hash", name=op.f("pk_recovery_codes")),
    )


def downgrade() -> None:
    for table in ("outside_accounts", "recovery_codes", "second_factors", "session_facts"):
        op.drop_table(table)

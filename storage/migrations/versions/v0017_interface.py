"""What may be counted of each ticket.

Revision 0017.
"""

import sqlalchemy as sa
from alembic import op

from storage.figuring import build_all
from storage.types import Handle, Words

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _figures()
    build_all(op.get_bind())


def _figures() -> None:
    op.create_table(
        "figures",
        sa.Column("ticket_id", ID, autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("provider", Handle(), nullable=True),
        sa.Column("isf", sa.Integer(), nullable=True),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("machine", sa.Integer(), nullable=True),
        sa.Column("machine_flagged", sa.Boolean(), nullable=False),
        sa.Column("officer", sa.Integer(), nullable=True),
        sa.Column("acknowledged", sa.Integer(), nullable=True),
        sa.Column("closed_day", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_figures_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_figures")),
    )
    op.create_index("ix_figures_day", "figures", ["day"], unique=False)
    op.create_index("ix_figures_provider", "figures", ["provider", "day"], unique=False)
    op.create_index("ix_figures_closed", "figures", ["closed_day", "day"], unique=False)


def downgrade() -> None:
    op.drop_table("figures")

"""Roles, restriction and conflict of interest.

Revision 0005. Every account becomes an officer; if there is only one that may sign in, it becomes lead and
administrator, too, since nobody else could be. None of them is screened yet: until their names have been looked for in
all tickets, they see none.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Handle, Moment, Values, Words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _officers()
    _conflicts()
    _restrictions()


def _officers() -> None:
    profiles = op.create_table(
        "officer_profiles",
        sa.Column("officer_id", ID, nullable=False, autoincrement=False),
        sa.Column("roles", Values(), nullable=False),
        sa.Column("names", Values(), nullable=False),
        sa.Column("screened", sa.Boolean(), nullable=False),
        sa.Column("screened_to", ID, nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_officer_profiles_officer_id")),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_officer_profiles")),
    )
    op.create_table(
        "attachments",
        sa.Column("officer_id", ID, nullable=False, autoincrement=False),
        sa.Column("place", Handle(), nullable=False),
        sa.Column("code", Handle(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_attachments_officer_id")),
        sa.PrimaryKeyConstraint("officer_id", "place", "code", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_code", "attachments", ["code"], unique=False)
    known = op.get_bind().execute(sa.text("SELECT id, active FROM officers")).all()
    alone = sum(bool(active) for _, active in known) == 1
    rows = [
        {
            "officer_id": officer_id,
            "roles": ["administrator", "lead", "officer"] if alone and active else ["officer"],
            "names": [],
            "screened": False,
            "screened_to": 0,
        }
        for officer_id, active in known
    ]
    if rows:
        op.bulk_insert(profiles, rows)


def _conflicts() -> None:
    op.create_table(
        "conflicts",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("officer_id", ID, nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("source", Handle(), nullable=False),
        sa.Column("found_at", Moment(), nullable=False),
        sa.Column("lifted_at", Moment(), nullable=True),
        sa.Column("lifted_by", Words(), nullable=True),
        sa.CheckConstraint("kind IN ('named', 'attached')", name=op.f("ck_conflicts_kind_known")),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_conflicts_lifted_by_somebody")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_conflicts_ticket_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_conflicts_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
        sa.UniqueConstraint(
            "ticket_id", "officer_id", "kind", "source", name=op.f("uq_conflicts_ticket_id_officer_id_kind_source")
        ),
    )
    op.create_index("ix_conflicts_officer", "conflicts", ["officer_id", "ticket_id"], unique=False)


def _restrictions() -> None:
    op.create_table(
        "restrictions",
        sa.Column("ticket_id", ID, nullable=False, autoincrement=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_restrictions_ticket_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_restrictions")),
    )
    op.create_table(
        "restricted_to",
        sa.Column("ticket_id", ID, nullable=False, autoincrement=False),
        sa.Column("officer_id", ID, nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["restrictions.ticket_id"], name=op.f("fk_restricted_to_ticket_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_restricted_to_officer_id")),
        sa.PrimaryKeyConstraint("ticket_id", "officer_id", name=op.f("pk_restricted_to")),
    )


def downgrade() -> None:
    for table in ("restricted_to", "restrictions", "conflicts", "attachments", "officer_profiles"):
        op.drop_table(table)

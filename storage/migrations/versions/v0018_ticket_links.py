"""Tickets that belong together: links and merges; and tasks about a ticket.

Revision 0018.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Moment, Values, Words

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _links()
    _merges()
    _splits()
    _tasks()
    op.create_index("ix_tickets_near", "tickets", ["provider", "id"], unique=False)


def _links() -> None:
    op.create_table(
        "ticket_links",
        sa.Column("id", ID, nullable=False),
        sa.Column("first_id", ID, nullable=False),
        sa.Column("second_id", ID, nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("officer", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_ticket_links_older_first")),
        sa.CheckConstraint("kind IN ('related', 'duplicate')", name=op.f("ck_ticket_links_kind_known")),
        sa.ForeignKeyConstraint(["first_id"], ["tickets.id"], name=op.f("fk_ticket_links_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["tickets.id"], name=op.f("fk_ticket_links_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_links")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_ticket_links_first_id_second_id")),
    )
    op.create_index("ix_ticket_links_second", "ticket_links", ["second_id"], unique=False)


def _merges() -> None:
    op.create_table(
        "merges",
        sa.Column("id", ID, nullable=False),
        sa.Column("from_id", ID, nullable=False),
        sa.Column("into_id", ID, nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("before", Values(), nullable=False),
        sa.Column("after", Values(), nullable=False),
        sa.Column("officer", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.Column("undone_by", Words(), nullable=True),
        sa.CheckConstraint("from_id <> into_id", name=op.f("ck_merges_two_tickets")),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("ck_merges_undone_by_somebody")),
        sa.ForeignKeyConstraint(["from_id"], ["tickets.id"], name=op.f("fk_merges_from_id")),
        sa.ForeignKeyConstraint(["into_id"], ["tickets.id"], name=op.f("fk_merges_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    still = sa.text("undone_at IS NULL")
    op.create_index(
        "ix_merges_from_now", "merges", ["from_id"], unique=True, sqlite_where=still, postgresql_where=still
    )
    op.create_index("ix_merges_into", "merges", ["into_id"], unique=False)


def _splits() -> None:
    op.create_table(
        "splits",
        sa.Column("ticket_id", ID, autoincrement=False, nullable=False),
        sa.Column("from_id", ID, nullable=False),
        sa.Column("officer", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["tickets.id"], name=op.f("fk_splits_from_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_splits_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_splits")),
    )
    op.create_index(op.f("ix_splits_from_id"), "splits", ["from_id"], unique=False)


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("due", Words(), nullable=True),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("officer", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("done_by", Words(), nullable=True),
        sa.CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name=op.f("ck_tasks_done_by_somebody")),
        sa.ForeignKeyConstraint(["owner_id"], ["officers.id"], name=op.f("fk_tasks_owner_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_tasks_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_ticket", "tasks", ["ticket_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_tickets_near", table_name="tickets")
    op.drop_table("tasks")
    op.drop_table("splits")
    op.drop_table("merges")
    op.drop_table("ticket_links")

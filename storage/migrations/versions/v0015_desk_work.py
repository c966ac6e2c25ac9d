"""Service clocks, alerts and notices; labels, saved views, presence, preferences; and who has a ticket.

Revision 0015.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.labelling import label_all
from storage.types import Handle, Moment, Values, Words

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEXES = {
    "ix_tickets_all": (),
    "ix_tickets_state": ("state",),
    "ix_tickets_kind": ("kind", "state"),
    "ix_tickets_provider": ("provider",),
}
"""name -> what stands before the order of the queue."""


def upgrade() -> None:
    _tickets()
    _clocks()
    _alerts_and_notices()
    _labels_and_views()
    _people()
    label_all(op.get_bind())


def _tickets() -> None:
    op.add_column("tickets", sa.Column("due", sa.Integer(), server_default=sa.text("2147483647"), nullable=False))
    op.add_column("tickets", sa.Column("due_clock", Words(), server_default=sa.text("''"), nullable=False))
    op.add_column("tickets", sa.Column("assignee_id", ID, nullable=True))
    order = ("rank", "due", "received_at", "id")
    for name, first in INDEXES.items():
        op.drop_index(name, "tickets")
        op.create_index(name, "tickets", [*first, *order])
    op.create_index("ix_tickets_assignee", "tickets", ["assignee_id", *order])


def _clocks() -> None:
    op.create_table(
        "clocks",
        sa.Column("ticket_id", ID, autoincrement=False, nullable=False),
        sa.Column("clock", Handle(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("paused_days", sa.Integer(), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("told_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "clock IN ('acknowledgement', 'reading', 'decision', 'reply')", name=op.f("ck_clocks_clock_known")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_clocks_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "clock", name=op.f("pk_clocks")),
    )
    untold = sa.text("done_at IS NULL AND told_at IS NULL")
    op.create_index("ix_clocks_untold", "clocks", ["due_at", "ticket_id"], sqlite_where=untold, postgresql_where=untold)
    op.create_table(
        "clock_pauses",
        sa.Column("ticket_id", ID, autoincrement=False, nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_clock_pauses_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_clock_pauses")),
    )


def _alerts_and_notices() -> None:
    op.create_table(
        "alerts",
        sa.Column("ticket_id", ID, autoincrement=False, nullable=False),
        sa.Column("raised_at", Moment(), nullable=False),
        sa.Column("flags", Values(), nullable=False),
        sa.Column("told_at", Moment(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("acknowledged_at", Moment(), nullable=True),
        sa.Column("acknowledged_by", Words(), nullable=True),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name=op.f("ck_alerts_acknowledged_by_somebody")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_alerts_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_alerts")),
    )
    still = sa.text("acknowledged_at IS NULL")
    op.create_index("ix_alerts_open", "alerts", ["raised_at", "ticket_id"], sqlite_where=still, postgresql_where=still)
    op.create_table(
        "notices",
        sa.Column("id", ID, nullable=False),
        sa.Column("officer_id", ID, nullable=False),
        sa.Column("about", Handle(), nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_notices_officer_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_notices_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("officer_id", "about", "ticket_id", name=op.f("uq_notices_officer_id_about_ticket_id")),
    )
    op.create_index(op.f("ix_notices_ticket_id"), "notices", ["ticket_id"])


def _labels_and_views() -> None:
    op.create_table(
        "ticket_labels",
        sa.Column("ticket_id", ID, autoincrement=False, nullable=False),
        sa.Column("label", Handle(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_labels_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "label", name=op.f("pk_ticket_labels")),
    )
    op.create_index("ix_ticket_labels_label", "ticket_labels", ["label", "ticket_id"])
    op.create_table(
        "saved_views",
        sa.Column("id", ID, nullable=False),
        sa.Column("officer_id", ID, nullable=False),
        sa.Column("name", Handle(), nullable=False),
        sa.Column("query", Words(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_saved_views_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("officer_id", "name", name=op.f("uq_saved_views_officer_id_name")),
    )
    op.create_index("ix_saved_views_shared", "saved_views", ["shared"])


def _people() -> None:
    op.create_table(
        "presences",
        sa.Column("ticket_id", ID, autoincrement=False, nullable=False),
        sa.Column("officer_id", ID, autoincrement=False, nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_presences_officer_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_presences_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "officer_id", name=op.f("pk_presences")),
    )
    op.create_index("ix_presences_seen_at", "presences", ["seen_at"])
    op.create_table(
        "officer_preferences",
        sa.Column("officer_id", ID, autoincrement=False, nullable=False),
        sa.Column("mail_about", Values(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_to", sa.Integer(), nullable=True),
        sa.Column("shortcuts", sa.Boolean(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_officer_preferences_officer_id")),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_officer_preferences")),
    )


def downgrade() -> None:
    tables = ("officer_preferences", "presences", "saved_views", "ticket_labels", "notices", "alerts", "clock_pauses")
    for table in (*tables, "clocks"):
        op.drop_table(table)
    op.drop_index("ix_tickets_assignee", "tickets")
    for name, first in INDEXES.items():
        op.drop_index(name, "tickets")
        op.create_index(name, "tickets", [*first, "rank", "received_at", "id"])
    for column in ("assignee_id", "due_clock", "due"):
        op.drop_column("tickets", column)

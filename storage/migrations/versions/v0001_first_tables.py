"""The first tables.

Revision 0001. It is never edited after its release: what changes gets a revision of its own.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Handle, Moment, Values, Words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", Handle(), nullable=False),
        sa.Column("holder", Words(), nullable=False),
        sa.Column("epoch", ID, nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "officers",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", Words(), nullable=False),
        sa.Column("email_key", Handle(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("password_hash", Words(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers")),
        sa.UniqueConstraint("email_key", name=op.f("uq_officers_email_key")),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", Handle(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failures")),
    )
    op.create_index("ix_sign_in_failures_key_at", "sign_in_failures", ["key", "at"], unique=False)
    op.create_table(
        "tickets",
        sa.Column("id", ID, nullable=False),
        sa.Column("reference", Words(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("channel", Words(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("subject", Words(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("provider", Handle(), nullable=True),
        sa.Column("site", Words(), nullable=True),
        sa.Column("isf", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Boolean(), nullable=False),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
        sa.Column("graded", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("red_flags", Values(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.CheckConstraint("isf < 4 OR decided", name=op.f("ck_tickets_category_4_is_a_decision")),
        sa.CheckConstraint("isf BETWEEN 0 AND 4", name=op.f("ck_tickets_isf_range")),
        sa.CheckConstraint(
            "state IN ('new', 'being_read', 'waiting', 'with_provider', 'closed')", name=op.f("ck_tickets_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("reference", name=op.f("uq_tickets_reference")),
    )
    op.create_index("ix_tickets_all", "tickets", ["rank", "received_at", "id"], unique=False)
    op.create_index("ix_tickets_kind", "tickets", ["kind", "state", "rank", "received_at", "id"], unique=False)
    op.create_index("ix_tickets_provider", "tickets", ["provider", "rank", "received_at", "id"], unique=False)
    op.create_index("ix_tickets_state", "tickets", ["state", "rank", "received_at", "id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("officer", Words(), nullable=False),
        sa.Column("isf", sa.Integer(), nullable=False),
        sa.Column("decision", Values(), nullable=False),
        sa.CheckConstraint("isf BETWEEN 0 AND 4", name=op.f("ck_decisions_isf_range")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_decisions_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_ticket_id"), "decisions", ["ticket_id"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("detail", Values(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_events_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_ticket_id"), "events", ["ticket_id"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", Handle(), nullable=False),
        sa.Column("account", Handle(), nullable=False),
        sa.Column("key", Handle(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", Words(), nullable=False),
        sa.Column("envelope_from", Words(), nullable=True),
        sa.Column("envelope_to", Values(), nullable=False),
        sa.Column("held", Words(), nullable=True),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("claim", Words(), nullable=True),
        sa.Column("claimed_until", Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", Words(), nullable=False),
        sa.Column("ending", Words(), nullable=True),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("ticket_id", ID, nullable=True),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "ending IN ('ticket', 'follow_up', 'ignored', 'quarantined')", name=op.f("ck_inbox_ending_known")
        ),
        sa.CheckConstraint(
            "ending NOT IN ('ignored', 'quarantined') OR reason <> ''", name=op.f("ck_inbox_ending_has_reason")
        ),
        sa.CheckConstraint(
            "ending NOT IN ('ticket', 'follow_up') OR ticket_id IS NOT NULL", name=op.f("ck_inbox_ending_has_ticket")
        ),
        sa.CheckConstraint("(ending IS NULL) = (settled_at IS NULL)", name=op.f("ck_inbox_ending_has_moment")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_inbox_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("channel", "account", "key", name=op.f("uq_inbox_channel_account_key")),
    )
    op.create_index("ix_inbox_ending", "inbox", ["ending", "id"], unique=False)
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("ending IS NULL"),
        postgresql_where=sa.text("ending IS NULL"),
    )
    op.create_table(
        "one_time_tokens",
        sa.Column("token_hash", Handle(), nullable=False),
        sa.Column("officer_id", ID, nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_one_time_tokens_officer_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_tokens")),
    )
    op.create_index(op.f("ix_one_time_tokens_officer_id"), "one_time_tokens", ["officer_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("purpose", Words(), nullable=False),
        sa.Column("message_id", Handle(), nullable=True),
        sa.Column("address_key", Handle(), nullable=False),
        sa.Column("domain", Handle(), nullable=False),
        sa.Column("outgoing", Values(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("claim", Words(), nullable=True),
        sa.Column("claimed_until", Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("error", Words(), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed', 'withheld')", name=op.f("ck_outbox_state_known")),
        sa.CheckConstraint(
            "state NOT IN ('failed', 'withheld') OR error <> ''", name=op.f("ck_outbox_state_has_reason")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_outbox_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    op.create_index("ix_outbox_address", "outbox", ["address_key", "created_at"], unique=False)
    op.create_index("ix_outbox_domain", "outbox", ["domain", "created_at"], unique=False)
    op.create_index(op.f("ix_outbox_ticket_id"), "outbox", ["ticket_id"], unique=False)
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "reporters",
        sa.Column("ticket_id", ID, autoincrement=False, nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("address", Words(), nullable=False),
        sa.Column("address_key", Handle(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_reporters_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_reporters")),
    )
    op.create_index(op.f("ix_reporters_address_key"), "reporters", ["address_key"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("token_hash", Handle(), nullable=False),
        sa.Column("officer_id", ID, nullable=False),
        sa.Column("csrf", Words(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_sessions_officer_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_officer_id"), "sessions", ["officer_id"], unique=False)
    op.create_table(
        "verdicts",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("classifier", Words(), nullable=False),
        sa.Column("isf", sa.Integer(), nullable=False),
        sa.Column("verdict", Values(), nullable=False),
        sa.CheckConstraint("isf BETWEEN 0 AND 3", name=op.f("ck_verdicts_isf_of_a_program")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_verdicts_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
    )
    op.create_index(op.f("ix_verdicts_ticket_id"), "verdicts", ["ticket_id"], unique=False)
    op.create_table(
        "entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("channel", Words(), nullable=False),
        sa.Column("subject", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("new_text", Words(), nullable=False),
        sa.Column("attachments", Values(), nullable=False),
        sa.Column("defects", Values(), nullable=False),
        sa.Column("message_id", Handle(), nullable=True),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_entries_inbox_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_entries_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("inbox_id", name=op.f("uq_entries_inbox_id")),
    )
    op.create_index(op.f("ix_entries_message_id"), "entries", ["message_id"], unique=False)
    op.create_index(op.f("ix_entries_ticket_id"), "entries", ["ticket_id"], unique=False)
    op.create_table(
        "fingerprints",
        sa.Column("fingerprint", Handle(), nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_fingerprints_inbox_id")),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_fingerprints")),
    )


def downgrade() -> None:
    for table in (
        "fingerprints",
        "entries",
        "verdicts",
        "sessions",
        "reporters",
        "outbox",
        "one_time_tokens",
        "inbox",
        "events",
        "decisions",
        "tickets",
        "sign_in_failures",
        "officers",
        "leases",
    ):
        op.drop_table(table)

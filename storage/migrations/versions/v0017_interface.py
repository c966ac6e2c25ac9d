"""What may be counted of each ticket; tokens of programs, and calls by which programs are told of tickets.

Revision 0017.
"""

import sqlalchemy as sa
from alembic import op

from storage.figuring import build_all
from storage.types import Handle, Moment, Values, Words

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _figures()
    _tokens()
    _webhooks()
    _hook_calls()
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


def _tokens() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("prefix", Handle(), nullable=False),
        sa.Column("token_hash", Words(), nullable=False),
        sa.Column("scopes", Values(), nullable=False),
        sa.Column("officer_id", ID, nullable=True),
        sa.Column("role", Words(), nullable=True),
        sa.Column("made_by", Words(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("last_used_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.CheckConstraint("(officer_id IS NULL) = (role IS NOT NULL)", name=op.f("ck_api_tokens_officer_or_service")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_api_tokens_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_tokens_prefix")),
    )
    op.create_index(op.f("ix_api_tokens_officer_id"), "api_tokens", ["officer_id"], unique=False)
    op.create_table(
        "api_calls",
        sa.Column("token_id", ID, autoincrement=False, nullable=False),
        sa.Column("key", Handle(), nullable=False),
        sa.Column("fingerprint", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("answer", Values(), nullable=False),
        sa.ForeignKeyConstraint(["token_id"], ["api_tokens.id"], name=op.f("fk_api_calls_token_id")),
        sa.PrimaryKeyConstraint("token_id", "key", name=op.f("pk_api_calls")),
    )
    op.create_index("ix_api_calls_at", "api_calls", ["at"], unique=False)


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("url", Words(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("events", Values(), nullable=False),
        sa.Column("role", Words(), nullable=False),
        sa.Column("made_by", Words(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("failing_since", Moment(), nullable=True),
        sa.Column("disabled_at", Moment(), nullable=True),
        sa.Column("disabled_why", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )


def _hook_calls() -> None:
    op.create_table(
        "hook_calls",
        sa.Column("id", ID, nullable=False),
        sa.Column("webhook_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("event", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("claim", Words(), nullable=True),
        sa.Column("claimed_until", Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("error", Words(), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name=op.f("ck_hook_calls_state_known")),
        sa.CheckConstraint("state <> 'failed' OR error <> ''", name=op.f("ck_hook_calls_state_has_reason")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_hook_calls_ticket_id")),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name=op.f("fk_hook_calls_webhook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_calls")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_hook_calls_waiting", "hook_calls", ["due_at", "id"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_index("ix_hook_calls_webhook", "hook_calls", ["webhook_id", "id"], unique=False)
    op.create_index(op.f("ix_hook_calls_ticket_id"), "hook_calls", ["ticket_id"], unique=False)


def downgrade() -> None:
    for table in ("hook_calls", "webhooks", "api_calls", "api_tokens"):
        op.drop_table(table)
    op.drop_table("figures")

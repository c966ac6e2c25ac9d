"""Sealed fields and blind indexes. What lies in the tables unsealed is sealed, in the same transaction.

The tables are made anew and the old ones dropped, so that no page keeps what they held in the clear. What a database
server has archived meanwhile (its own log, backups) is not reached: see docs/security.md.

Revision 0003.
"""

import sqlalchemy as sa
from alembic import op

from storage.errors import StoreError
from storage.keys import KeyClass
from storage.migrations.sealing_in_place import seal_all, set_aside
from storage.sealing import Form, Sealed
from storage.types import Handle, Moment, Values, Words

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PERSON = KeyClass.ADDRESS


def upgrade() -> None:
    for table in ("fingerprints", "entries", "reporters", "outbox", "inbox"):
        set_aside(table)
    _keys_and_unsealings()
    made = [_inbox(), _fingerprints(), _entries(), _reporters(), _outbox()]
    seal_all({table.name: table for table in made})


def downgrade() -> None:
    raise StoreError("what was sealed is not unsealed again; restore a backup from before")


def _keys_and_unsealings() -> None:
    op.create_table(
        "seal_keys",
        sa.Column("id", Handle(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("proof", Words(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("retired_at", Moment(), nullable=True),
        sa.CheckConstraint("kind IN ('content', 'address', 'index')", name=op.f("ck_seal_keys_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_keys")),
    )
    op.create_table(
        "unsealings",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("asked_by", Handle(), nullable=False),
        sa.Column("reason", Sealed(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("approved_by", Handle(), nullable=True),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("refused_by", Words(), nullable=True),
        sa.Column("opened_at", Moment(), nullable=True),
        sa.CheckConstraint("approved_by <> asked_by", name=op.f("ck_unsealings_two_persons")),
        sa.CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_unsealings_approval_whole")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_unsealings_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsealings")),
    )
    op.create_index("ix_unsealings_ticket", "unsealings", ["ticket_id", "id"], unique=False)


def _inbox() -> sa.Table:
    made = op.create_table(
        "inbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", Handle(), nullable=False),
        sa.Column("account", Handle(), nullable=False),
        sa.Column("key_index", Handle(), nullable=False),
        sa.Column("key", Sealed(), nullable=False),
        sa.Column("raw", Sealed(Form.BYTES), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("envelope_from", Sealed(), nullable=True),
        sa.Column("envelope_to", Sealed(Form.VALUES), nullable=True),
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
        sa.UniqueConstraint("channel", "account", "key_index", name=op.f("uq_inbox_channel_account_key_index")),
    )
    _inbox_indexes()
    return made


def _inbox_indexes() -> None:
    waiting = sa.text("ending IS NULL")
    op.create_index("ix_inbox_ending", "inbox", ["ending", "id"], unique=False)
    op.create_index("ix_inbox_waiting", "inbox", ["due_at", "id"], sqlite_where=waiting, postgresql_where=waiting)


def _fingerprints() -> sa.Table:
    return op.create_table(
        "fingerprints",
        sa.Column("fingerprint", Handle(), nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column("source", Sealed(), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_fingerprints_inbox_id")),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_fingerprints")),
    )


def _entries() -> sa.Table:
    made = op.create_table(
        "entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("channel", Words(), nullable=False),
        sa.Column("subject", Sealed(), nullable=False),
        sa.Column("text", Sealed(), nullable=False),
        sa.Column("new_text", Sealed(), nullable=False),
        sa.Column("attachments", Sealed(Form.VALUES), nullable=False),
        sa.Column("message_id", Sealed(), nullable=True),
        sa.Column("message_index", Handle(), nullable=True),
        sa.Column("masked_subject", Words(), nullable=False),
        sa.Column("masked_text", Words(), nullable=False),
        sa.Column("masked_attachments", Values(), nullable=False),
        sa.Column("defects", Values(), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_entries_inbox_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_entries_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("inbox_id", name=op.f("uq_entries_inbox_id")),
    )
    op.create_index(op.f("ix_entries_message_index"), "entries", ["message_index"], unique=False)
    op.create_index(op.f("ix_entries_ticket_id"), "entries", ["ticket_id"], unique=False)
    return made


def _reporters() -> sa.Table:
    known = "anonymity IN ('named', 'confidential', 'anonymous')"
    made = op.create_table(
        "reporters",
        sa.Column("ticket_id", ID, autoincrement=False, nullable=False),
        sa.Column("anonymity", Words(), nullable=False),
        sa.Column("name", Sealed(kind=PERSON), nullable=True),
        sa.Column("address", Sealed(kind=PERSON), nullable=True),
        sa.Column("address_index", Handle(), nullable=True),
        sa.Column("domain_index", Handle(), nullable=True),
        sa.CheckConstraint(known, name=op.f("ck_reporters_anonymity_known")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_reporters_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_reporters")),
    )
    op.create_index(op.f("ix_reporters_address_index"), "reporters", ["address_index"], unique=False)
    return made


def _outbox() -> sa.Table:
    made = op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("purpose", Words(), nullable=False),
        sa.Column("message_id", Handle(), nullable=True),
        sa.Column("address_index", Handle(), nullable=True),
        sa.Column("domain_index", Handle(), nullable=True),
        sa.Column("recipient", Sealed(kind=PERSON), nullable=True),
        sa.Column("outgoing", Sealed(Form.VALUES), nullable=True),
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
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_outbox_address", "outbox", ["address_index", "created_at"], unique=False)
    op.create_index("ix_outbox_domain", "outbox", ["domain_index", "created_at"], unique=False)
    op.create_index(op.f("ix_outbox_ticket_id"), "outbox", ["ticket_id"], unique=False)
    op.create_index("ix_outbox_waiting", "outbox", ["due_at", "id"], sqlite_where=waiting, postgresql_where=waiting)
    return made

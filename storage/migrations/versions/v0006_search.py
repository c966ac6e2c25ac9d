"""Full-text search.

Revision 0006. What was kept before can be found after `intake search rebuild`: nobody has masked it yet.
"""

import sqlalchemy as sa
from alembic import op

from storage.search_tables import Lexemes
from storage.types import Words

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FULL_TEXT = [
    """CREATE VIRTUAL TABLE search_words USING fts5
    (words, content='search_documents', content_rowid='ticket_id', tokenize='ascii')""",
    """CREATE TRIGGER search_documents_added AFTER INSERT ON search_documents BEGIN
    INSERT INTO search_words(rowid, words) VALUES (new.ticket_id, new.words); END""",
    """CREATE TRIGGER search_documents_removed AFTER DELETE ON search_documents BEGIN
    INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.ticket_id, old.words); END""",
    """CREATE TRIGGER search_documents_changed AFTER UPDATE ON search_documents BEGIN
    INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.ticket_id, old.words);
    INSERT INTO search_words(rowid, words) VALUES (new.ticket_id, new.words); END""",
]


def upgrade() -> None:
    op.create_table(
        "search_entries",
        sa.Column("inbox_id", ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("masked", sa.Boolean(), nullable=False),
        sa.Column("subject", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_search_entries_inbox_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_search_entries_ticket_id")),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_search_entries")),
    )
    op.create_index(op.f("ix_search_entries_ticket_id"), "search_entries", ["ticket_id"], unique=False)
    op.create_table(
        "search_documents",
        sa.Column("ticket_id", ID, autoincrement=False, nullable=False),
        sa.Column("words", Lexemes(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_search_documents_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_search_documents")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in FULL_TEXT:
            op.execute(statement)
    else:
        op.execute("CREATE INDEX ix_search_documents_words ON search_documents USING gin (words)")
    op.execute(
        "INSERT INTO search_entries (inbox_id, ticket_id, masked, subject, text) "
        "SELECT inbox_id, ticket_id, false, '', '' FROM entries"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_words")
    op.drop_table("search_documents")
    op.drop_table("search_entries")

"""What moving and waking need: where the store stands, and on PostgreSQL a word to whoever waits for work.

Revision 0008.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Moment, Words

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAKE = """CREATE FUNCTION intake_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('intake_' || TG_TABLE_NAME, '');
    RETURN NULL;
END $$"""
WAITING = {"inbox": "NEW.ending IS NULL", "outbox": "NEW.state = 'waiting'"}
AGAIN = "OLD.ending IS NOT NULL AND NEW.ending IS NULL"


def upgrade() -> None:
    op.create_table(
        "standing",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("place", Words(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_standing_one_row")),
        sa.CheckConstraint("state IN ('open', 'arriving', 'moved')", name=op.f("ck_standing_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing")),
    )
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(WAKE)
    for table, waits in WAITING.items():
        op.execute(
            f"CREATE TRIGGER {table}_wakes AFTER INSERT ON {table} FOR EACH ROW WHEN ({waits})"
            " EXECUTE FUNCTION intake_wake()"
        )
    op.execute(
        f"CREATE TRIGGER inbox_wakes_again AFTER UPDATE OF ending ON inbox FOR EACH ROW WHEN ({AGAIN})"
        " EXECUTE FUNCTION intake_wake()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION intake_wake() CASCADE")
    op.drop_table("standing")

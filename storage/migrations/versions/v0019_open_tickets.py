"""An index of the tickets that are not closed: very many are, and the lanes count the others.

Revision 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_open = sa.text("state <> 'closed'")
    op.create_index(
        "ix_tickets_open", "tickets", ["kind", "id"], unique=False, sqlite_where=is_open, postgresql_where=is_open
    )

"""The table that says where the store itself stands: open for work, filled only half by a move, or moved away."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.types import Id


class StandingTable(Base):
    """One row at most; without it the store is open. It belongs to this database, so no backup or move carries it."""

    __tablename__ = "standing"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("state IN ('open', 'arriving', 'moved')", name="state_known"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    state: Mapped[str]
    since: Mapped[datetime]
    place: Mapped[str]
    """Where it came from or went to, without user or password."""

"""The table of the figures: what may be counted of each ticket, narrow, so that a million of them are counted fast.

It is made from the other tables and made again from them: see storage/figuring.py.
"""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.types import Handle, Id


class FigureTable(Base):
    """What may be counted of a ticket, one row each."""

    __tablename__ = "figures"
    __table_args__ = (
        Index("ix_figures_day", "day"),
        Index("ix_figures_provider", "provider", "day"),
        Index("ix_figures_closed", "closed_day", "day"),
        {"info": {"derived": True}},
    )
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    day: Mapped[int]
    """The day of its arrival in London, counted from 1 January 1970."""
    month: Mapped[int]
    """Its month: years × 12 + months, from 0."""
    kind: Mapped[str]
    state: Mapped[str]
    provider: Mapped[str | None] = mapped_column(Handle)
    isf: Mapped[int | None]
    """The category that counts now; None where neither the machine nor an officer has graded it."""
    flagged: Mapped[bool]
    machine: Mapped[int | None]
    """The highest category that a machine gave; None where none could grade it."""
    machine_flagged: Mapped[bool]
    officer: Mapped[int | None]
    """The category of the last decision."""
    acknowledged: Mapped[int | None]
    """Seconds from the arrival to the acknowledgement."""
    closed_day: Mapped[int | None]
    """None while it is open."""

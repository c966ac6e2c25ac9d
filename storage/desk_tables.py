"""The tables of the work at the desk: clocks, alerts, notices, labels to filter by, views, presence, preferences."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.types import Handle, Id


class ClockTable(Base):
    """By when what has to be done for a ticket. `due_at` counts the pauses that are over."""

    __tablename__ = "clocks"
    __table_args__ = (
        CheckConstraint("clock IN ('acknowledgement', 'reading', 'decision', 'reply')", name="clock_known"),
        Index(
            "ix_clocks_untold",
            "due_at",
            "ticket_id",
            sqlite_where=text("done_at IS NULL AND told_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND told_at IS NULL"),
        ),
    )
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    clock: Mapped[str] = mapped_column(Handle, primary_key=True)
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    paused_days: Mapped[int]
    """Closing times that passed while it stood still."""
    done_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    """When somebody was told that it has run out."""


class PauseTable(Base):
    """Tickets whose clocks stand still."""

    __tablename__ = "clock_pauses"
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    since: Mapped[datetime]
    reason: Mapped[str]
    actor: Mapped[str]


class AlertTable(Base):
    """Red flags that call people until somebody acknowledges them."""

    __tablename__ = "alerts"
    __table_args__ = (
        CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="acknowledged_by_somebody"),
        Index(
            "ix_alerts_open",
            "raised_at",
            "ticket_id",
            sqlite_where=text("acknowledged_at IS NULL"),
            postgresql_where=text("acknowledged_at IS NULL"),
        ),
    )
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    raised_at: Mapped[datetime]
    flags: Mapped[list[str]]
    told_at: Mapped[datetime | None]
    times: Mapped[int]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]


class NoticeTable(Base):
    """What officers are to be told by mail; a row goes once it is told."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("officer_id", "about", "ticket_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey("officers.id"))
    about: Mapped[str] = mapped_column(Handle)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), index=True)
    at: Mapped[datetime]


class LabelTable(Base):
    """The themes and specialties of a ticket as they hold now, to filter the queue by."""

    __tablename__ = "ticket_labels"
    __table_args__ = (Index("ix_ticket_labels_label", "label", "ticket_id"),)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    label: Mapped[str] = mapped_column(Handle, primary_key=True)
    """`theme:supervision`, `specialty:326`."""


class ViewTable(Base):
    """Filters of the queue that officers keep under a name."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("officer_id", "name"), Index("ix_saved_views_shared", "shared"))
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey("officers.id"))
    name: Mapped[str] = mapped_column(Handle)
    query: Mapped[str]
    shared: Mapped[bool]


class PresenceTable(Base):
    """Who has a ticket open, until a few minutes after their last sign."""

    __tablename__ = "presences"
    __table_args__ = (Index("ix_presences_seen_at", "seen_at"),)
    ticket_id: Mapped[int] = mapped_column(Id, ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey("officers.id"), primary_key=True, autoincrement=False)
    seen_at: Mapped[datetime]


class PreferenceTable(Base):
    """What officers chose for themselves. Quiet hours are minutes of the day."""

    __tablename__ = "officer_preferences"
    officer_id: Mapped[int] = mapped_column(Id, ForeignKey("officers.id"), primary_key=True, autoincrement=False)
    mail_about: Mapped[list[str]]
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]
    shortcuts: Mapped[bool]
    live: Mapped[bool]

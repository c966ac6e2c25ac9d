"""The tables of the watch: signs of life, and alarms."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.types import Handle


class HeartbeatTable(Base):
    """When something last went well, such as looking into a mailbox."""

    __tablename__ = "heartbeats"
    name: Mapped[str] = mapped_column(Handle, primary_key=True)
    at: Mapped[datetime]


class AlarmTable(Base):
    """What is wrong now, or was until `ended_at` and nobody has been told yet that it is over."""

    __tablename__ = "alarms"
    name: Mapped[str] = mapped_column(Handle, primary_key=True)
    words: Mapped[str]
    since: Mapped[datetime]
    told_at: Mapped[datetime | None]
    """When people were last told that it is wrong."""
    ended_at: Mapped[datetime | None]

"""What officers are to be told by mail, as they wish, and what they chose for themselves; within one transaction."""

from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from models.desk_work import About, Notice, Preferences
from models.ticket import Event, EventKind
from storage.desk_tables import NoticeTable, PreferenceTable
from storage.dialect import insert_or_ignore
from storage.tables import TicketTable

USUAL = Preferences()


class Notices:
    """Notices and preferences within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, officer_id: int, about: About, ticket_id: int, at: datetime) -> bool:
        """Tell an officer of something, if they wish; False when they do not, or are told of it already."""
        if about not in self.preferences(officer_id).mail_about:
            return False
        row = {"officer_id": officer_id, "about": about.value, "ticket_id": ticket_id, "at": at}
        return insert_or_ignore(self._connection, NoticeTable, row) is not None

    def follow(self, ticket_id: int, event: Event) -> None:
        """When a reporter writes again, whoever has the ticket may wish to know."""
        if event.kind not in (EventKind.FOLLOW_UP, EventKind.ANSWER):
            return
        wanted = select(TicketTable.assignee_id).where(TicketTable.id == ticket_id)
        assignee = self._connection.execute(wanted).scalar()
        if assignee is not None:
            self.add(assignee, About.ANSWERED, ticket_id, event.at)

    def waiting(self, *, limit: int = 500) -> tuple[Notice, ...]:
        """What nobody has been told of yet, oldest first."""
        table = NoticeTable
        wanted = (
            select(table.id, table.officer_id, table.about, TicketTable.reference, table.at)
            .join(TicketTable, TicketTable.id == table.ticket_id)
            .order_by(table.id)
            .limit(limit)
        )
        return tuple(
            Notice(id=row.id, officer_id=row.officer_id, about=About(row.about), reference=row.reference, at=row.at)
            for row in self._connection.execute(wanted)
        )

    def done(self, numbers: tuple[int, ...]) -> None:
        """They were told, or need not be told any more."""
        self._connection.execute(delete(NoticeTable).where(NoticeTable.id.in_(numbers)))

    def preferences(self, officer_id: int) -> Preferences:
        """What an officer chose, or what is usual."""
        table = PreferenceTable
        wanted = select(*table.__table__.columns).where(table.officer_id == officer_id)
        row = self._connection.execute(wanted).mappings().first()
        if row is None:
            return USUAL
        known = frozenset(about for about in About if about.value in row["mail_about"])
        return Preferences(
            mail_about=known,
            quiet_from=_time(row["quiet_from"]),
            quiet_to=_time(row["quiet_to"]),
            shortcuts=row["shortcuts"],
            live=row["live"],
        )

    def choose(self, officer_id: int, chosen: Preferences) -> None:
        """Keep what an officer chose."""
        values: dict[str, Any] = {
            "officer_id": officer_id,
            "mail_about": sorted(chosen.mail_about),
            "quiet_from": _minutes(chosen.quiet_from),
            "quiet_to": _minutes(chosen.quiet_to),
            "shortcuts": chosen.shortcuts,
            "live": chosen.live,
        }
        self._connection.execute(delete(PreferenceTable).where(PreferenceTable.officer_id == officer_id))
        self._connection.execute(insert(PreferenceTable), values)


def _minutes(value: time | None) -> int | None:
    return None if value is None else value.hour * 60 + value.minute


def _time(value: int | None) -> time | None:
    return None if value is None else time(value // 60, value % 60)

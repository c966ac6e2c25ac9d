"""Tasks about tickets, within one transaction."""

from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from models.links import LONGEST_TASK, Task
from storage.link_tables import TaskTable
from storage.tables import OfficerTable


class Tasks:
    """Tasks within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, ticket_id: int, text: str, *, due: date | None, owner_id: int | None, officer: str, at: datetime
    ) -> int:
        """Keep a task; gives its number. The caller has looked that the owner may see the ticket."""
        row = {
            "ticket_id": ticket_id,
            "text": text[:LONGEST_TASK],
            "due": due.isoformat() if due else None,
            "owner_id": owner_id,
            "officer": officer,
            "at": at,
        }
        return int(self._connection.execute(insert(TaskTable).returning(TaskTable.id), row).scalar_one())

    def finish(self, ticket_id: int, number: int, *, done: bool, officer: str, at: datetime) -> bool:
        """Say that a task is done, or that it is not after all; False when it is so already."""
        mine = (TaskTable.id == number, TaskTable.ticket_id == ticket_id)
        now_is = TaskTable.done_at.is_(None) if done else TaskTable.done_at.is_not(None)
        values = {"done_at": at if done else None, "done_by": officer if done else None}
        return self._connection.execute(update(TaskTable).where(*mine, now_is).values(**values)).rowcount == 1

    def of(self, ticket_id: int) -> tuple[Task, ...]:
        """The tasks about a ticket: those that are open first, each by its day."""
        wanted = (
            select(*TaskTable.__table__.columns, OfficerTable.name.label("owner"))
            .outerjoin(OfficerTable, OfficerTable.id == TaskTable.owner_id)
            .where(TaskTable.ticket_id == ticket_id)
            .order_by(TaskTable.done_at.is_not(None), TaskTable.due.is_(None), TaskTable.due, TaskTable.id)
        )
        return tuple(
            Task(
                id=row["id"],
                ticket_id=ticket_id,
                text=row["text"],
                due=date.fromisoformat(row["due"]) if row["due"] else None,
                owner=row["owner"] or "",
                officer=row["officer"],
                at=row["at"],
                done_at=row["done_at"],
                done_by=row["done_by"],
            )
            for row in self._connection.execute(wanted).mappings()
        )

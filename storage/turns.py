"""Whose turn it is in the chat: one row for each conversation in which something waits, and no look at the rest.

The row holds no more than where to look, so what it says may be late and never wrong: whoever takes it looks at the
messages themselves. It is made in the transaction that registers a message, and goes when nothing waits any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.chat_tables import ChatMessageTable, ChatTurnTable
from storage.tables import InboxTable


@dataclass(frozen=True, kw_only=True, slots=True)
class _Head:
    """The first message that waits in a conversation, and when somebody may take it."""

    id: int
    free_at: datetime


class Turns:
    """Whose turn it is, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def wait(self, conversation_id: int, inbox_id: int, at: datetime) -> None:
        """A message waits in a conversation, from that moment on, behind those that wait in it already.

        The row is locked even where nothing changes: whoever is about to take it away looks again after us.
        """
        table = ChatTurnTable
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        made: Any = dialect.insert(table).values(conversation_id=conversation_id, inbox_id=inbox_id, due_at=at)
        first = case((table.inbox_id > inbox_id, inbox_id), else_=table.inbox_id)
        self._connection.execute(
            made.on_conflict_do_update(index_elements=[table.conversation_id], set_={"inbox_id": first})
        )

    def take(self, *, now: datetime, until: datetime, limit: int) -> list[int]:
        """The first waiting messages of up to `limit` conversations, longest due first; kept from others till then.

        They are not claimed yet.
        """
        taken: list[int] = []
        while len(taken) < limit and (found := self._due(now, limit - len(taken))):
            taken.extend(self._heads(found, now, until))
        return taken

    def go_on(self, conversation_id: int) -> None:
        """After a turn, or where a message has to wait: say when the next one may be taken, if any waits."""
        table = ChatTurnTable
        mine = select(table.inbox_id).where(table.conversation_id == conversation_id).with_for_update()
        since = self._connection.execute(mine).scalar()
        if since is not None:
            head = self._head(conversation_id, since)
            self._set(conversation_id, head, head.free_at if head else None)

    def after(self, inbox_id: int) -> None:
        """The same, for the conversation of a message."""
        mine = select(ChatMessageTable.conversation_id).where(ChatMessageTable.inbox_id == inbox_id)
        conversation_id = self._connection.execute(mine).scalar()
        if conversation_id is not None:
            self.go_on(conversation_id)

    def _due(self, now: datetime, limit: int) -> list[tuple[int, int]]:
        table = ChatTurnTable
        wanted = (
            select(table.conversation_id, table.inbox_id)
            .where(table.due_at <= now)
            .order_by(table.due_at, table.conversation_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [(row.conversation_id, row.inbox_id) for row in self._connection.execute(wanted)]

    def _heads(self, found: list[tuple[int, int]], now: datetime, until: datetime) -> Iterator[int]:
        for conversation_id, since in found:
            head = self._head(conversation_id, since)
            ready = head is not None and head.free_at <= now
            self._set(conversation_id, head, until if ready else head.free_at if head else None)
            if head is not None and ready:
                yield head.id

    def _head(self, conversation_id: int, since: int) -> _Head | None:
        """The first message that waits, from the row `since` on: nothing waits before it."""
        wanted = (
            select(InboxTable.id, InboxTable.due_at, InboxTable.claimed_until)
            .join(ChatMessageTable, ChatMessageTable.inbox_id == InboxTable.id)
            .where(ChatMessageTable.conversation_id == conversation_id, ChatMessageTable.inbox_id >= since)
            .where(InboxTable.ending.is_(None))
            .order_by(ChatMessageTable.inbox_id)
            .limit(1)
        )
        row = self._connection.execute(wanted).first()
        return None if row is None else _Head(id=row.id, free_at=max(row.due_at, row.claimed_until or row.due_at))

    def _set(self, conversation_id: int, head: _Head | None, due_at: datetime | None) -> None:
        table = ChatTurnTable
        if head is None:
            self._connection.execute(delete(table).where(table.conversation_id == conversation_id))
            return
        values = {"inbox_id": head.id, "due_at": due_at}
        self._connection.execute(update(table).where(table.conversation_id == conversation_id).values(**values))

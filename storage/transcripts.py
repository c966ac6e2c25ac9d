"""A conversation as a page shows it that fetches our replies: what was said on both sides, and what waits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, update

from models.chat import ChatReply
from models.work import Delivery
from storage.chat_tables import ChatMessageTable, ConversationTable, ConversationTicketTable, ReplyTable
from storage.replies import PARTING, open_reply
from storage.retention_tables import EmptiedTable
from storage.sealing import Place, Seals
from storage.tables import InboxTable

_INBOX = InboxTable.metadata.tables[InboxTable.__tablename__]
LONGEST_SHOWN = 1_000_000
"""Bytes of a message that are read to show it; a longer one is a file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SaidLine:
    """A message of the reporter's: its bytes as `models.chat.from_raw` reads them; empty when they are not shown."""

    id: int
    at: datetime
    raw: bytes
    long: bool = False
    """Too long to be shown: a file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyLine:
    """A message of ours. `secret` is wiped once it was shown."""

    id: int
    at: datetime
    secret: bool
    waits: bool
    reply: ChatReply


class Transcripts:
    """What was said in conversations, within one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def said(self, conversation_id: int, *, limit: int) -> tuple[SaidLine, ...]:
        """The reporter's last messages, oldest first."""
        gone = exists().where(EmptiedTable.inbox_id == InboxTable.id)
        short = and_(~gone, InboxTable.size <= LONGEST_SHOWN)
        mine = (
            select(InboxTable.id, InboxTable.received_at, InboxTable.size, short.label("short"))
            .join(ChatMessageTable, ChatMessageTable.inbox_id == InboxTable.id)
            .where(ChatMessageTable.conversation_id == conversation_id)
            .order_by(InboxTable.id.desc())
            .limit(limit)
        )
        rows = list(reversed(self._connection.execute(mine).all()))
        raw = select(InboxTable.id, InboxTable.raw).where(InboxTable.id.in_([row.id for row in rows if row.short]))
        found = self._connection.execute(raw)
        bytes_of = {row.id: self._seals.open(Place(_INBOX, "raw", row.id), row.raw) or b"" for row in found}
        return tuple(
            SaidLine(id=row.id, at=row.received_at, raw=bytes_of.get(row.id, b""), long=row.size > LONGEST_SHOWN)
            for row in rows
        )

    def replies(self, conversation_id: int, *, limit: int) -> tuple[ReplyLine, ...]:
        """Our last messages, oldest first, those among them that wait to be fetched; without those that were wiped."""
        table = ReplyTable
        wanted = select(table.id, table.created_at, table.secret, table.body, table.state).where(
            table.conversation_id == conversation_id, table.state.in_([Delivery.WAITING.value, Delivery.SENT.value])
        )
        rows = self._connection.execute(wanted.order_by(table.id.desc()).limit(limit)).mappings().all()
        return tuple(
            ReplyLine(
                id=row["id"],
                at=row["created_at"],
                secret=row["secret"],
                waits=row["state"] == Delivery.WAITING.value,
                reply=open_reply(self._seals, row),
            )
            for row in reversed(rows)
            if row["body"] is not None
        )

    def newest(self, conversation_id: int) -> int:
        """The number of our newest message, or 0: a page that shows it is up to date."""
        found = select(func.max(ReplyTable.id)).where(ReplyTable.conversation_id == conversation_id)
        return self._connection.execute(found).scalar() or 0

    def heard_at(self, conversation_id: int) -> datetime | None:
        """When the reporter wrote last."""
        mine = select(func.max(InboxTable.received_at)).join(
            ChatMessageTable, ChatMessageTable.inbox_id == InboxTable.id
        )
        return self._connection.execute(mine.where(ChatMessageTable.conversation_id == conversation_id)).scalar()

    def is_waited_for(self, conversation_id: int) -> bool:
        """Whether some message of the reporter's has not been answered yet."""
        mine = exists().where(
            ChatMessageTable.inbox_id == InboxTable.id,
            ChatMessageTable.conversation_id == conversation_id,
            InboxTable.ending.is_(None),
        )
        return bool(self._connection.execute(select(mine)).scalar_one())

    def fetched(self, conversation_id: int, *, up_to: int, secrets: bool, now: datetime) -> None:
        """The page has shown our messages up to this number: they count as sent.

        With `secrets`, those among them that are secret are wiped, and the address of a conversation that is tied to
        nothing any more goes with its last words.
        """
        table = ReplyTable
        waiting = and_(
            table.conversation_id == conversation_id, table.id <= up_to, table.state == Delivery.WAITING.value
        )
        self._settle(and_(waiting, ~table.secret), {}, now)
        if secrets:
            self._settle(and_(waiting, table.secret), {"body": None}, now)
            self._forget(conversation_id)

    def left_behind(self, channel: str, before: datetime, *, limit: int) -> tuple[int, ...]:
        """Conversations of a channel with words that have waited since before then: nobody will fetch them."""
        table = ReplyTable
        wanted = (
            select(table.conversation_id)
            .join(ConversationTable, ConversationTable.id == table.conversation_id)
            .where(ConversationTable.channel == channel, table.state == Delivery.WAITING.value)
            .where(table.secret, table.created_at < before)
            .distinct()
            .limit(limit)
        )
        return tuple(self._connection.execute(wanted).scalars())

    def _settle(self, which: ColumnElement[bool], values: dict[str, object], now: datetime) -> None:
        sent = {"state": Delivery.SENT.value, "settled_at": now, "error": "", "attempts": ReplyTable.attempts + 1}
        self._connection.execute(update(ReplyTable).where(which).values(**sent, **values))

    def _forget(self, conversation_id: int) -> None:
        table, ties = ReplyTable, ConversationTicketTable
        last = select(table.prompt, table.state).where(table.conversation_id == conversation_id)
        row = self._connection.execute(last.order_by(table.id.desc()).limit(1)).first()
        tied = exists().where(ties.conversation_id == conversation_id)
        waits = exists().where(table.conversation_id == conversation_id, table.state == Delivery.WAITING.value)
        if row is None or row.prompt not in PARTING or self._connection.execute(select(or_(tied, waits))).scalar_one():
            return
        conversations = ConversationTable
        gone = update(conversations).where(conversations.id == conversation_id)
        self._connection.execute(gone.values(address=None))

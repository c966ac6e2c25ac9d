"""Conversations: who we talk to, where the talk stands, and which messages and tickets belong to it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from storage.chat_tables import ChatMessageTable, ConversationTable, ConversationTicketTable
from storage.dialect import insert_or_ignore
from storage.tables import InboxTable, TicketTable


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """A conversation whose row is locked until the end of the transaction."""

    id: int
    channel: str
    account: str
    state: str
    """JSON; empty for one that is new."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkedTicket:
    """A ticket of a conversation, as far as its reporter may know."""

    id: int
    reference: str
    state: str
    received_at: datetime


class Conversations:
    """The conversations within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def register(
        self, inbox_id: int, *, channel: str, account: str, address: str, at: datetime, message: str, album: str
    ) -> int:
        """The conversation of an address, made if it is new; the message is part of it from now on.

        `message` and `album` are the channel's own numbers.
        """
        key = _key(address)
        fresh = {"channel": channel, "account": account, "key": key, "address": address}
        made = insert_or_ignore(
            self._connection, ConversationTable, {**fresh, "state": "", "due_at": None, "seen_at": at}
        )
        conversation_id = int(made) if made is not None else self._find(channel, account, key)
        row = {"inbox_id": inbox_id, "conversation_id": conversation_id, "message": message, "album": album}
        insert_or_ignore(self._connection, ChatMessageTable, row)
        return conversation_id

    def find(self, *, channel: str, account: str, address: str) -> int | None:
        """The conversation of an address, if there is one."""
        found = select(ConversationTable.id).where(*_same(channel, account, _key(address)))
        return self._connection.execute(found).scalar()

    def look(self, conversation_id: int) -> Conversation | None:
        """A conversation as it stands, without locking it."""
        table = ConversationTable
        wanted = select(table.id, table.channel, table.account, table.state).where(table.id == conversation_id)
        row = self._connection.execute(wanted).mappings().first()
        return None if row is None else Conversation(**row)

    def hold(self, conversation_id: int) -> Conversation | None:
        """Lock a conversation, so that nobody else goes on with it meanwhile."""
        table = ConversationTable
        wanted = select(table.id, table.channel, table.account, table.state).where(table.id == conversation_id)
        row = self._connection.execute(wanted.with_for_update()).mappings().first()
        return None if row is None else Conversation(**row)

    def of_message(self, inbox_id: int) -> int | None:
        """The conversation that a message is part of."""
        found = select(ChatMessageTable.conversation_id).where(ChatMessageTable.inbox_id == inbox_id)
        return self._connection.execute(found).scalar()

    def keep(self, conversation_id: int, *, state: str, due_at: datetime | None, at: datetime | None) -> None:
        """Write where the talk stands now, and that it was used at that moment."""
        values = {"state": state, "due_at": due_at, **({} if at is None else {"seen_at": at})}
        table = ConversationTable
        self._connection.execute(update(table).where(table.id == conversation_id).values(**values))

    def renew_address(self, conversation_id: int, address: str) -> None:
        """Write again where replies go, after it was forgotten: the person has come back."""
        table = ConversationTable
        absent = and_(table.id == conversation_id, table.address.is_(None))
        self._connection.execute(update(table).where(absent).values(address=address))

    def due(self, now: datetime, *, limit: int) -> tuple[int, ...]:
        """Conversations with a timer that has run out, longest first."""
        table = ConversationTable
        wanted = select(table.id).where(table.due_at <= now).order_by(table.due_at, table.id).limit(limit)
        return tuple(self._connection.execute(wanted).scalars())

    def message_called(self, conversation_id: int, message: str, *, before: int) -> int | None:
        """The newest row of the inbox before a given one that the channel calls so."""
        table = ChatMessageTable
        found = select(func.max(table.inbox_id)).where(
            table.conversation_id == conversation_id, table.message == message, table.inbox_id < before
        )
        return self._connection.execute(found).scalar() if message else None

    def album_of(self, inbox_id: int) -> tuple[int, ...]:
        """All rows of the same album, the row itself among them."""
        mine = select(ChatMessageTable.conversation_id, ChatMessageTable.album)
        row = self._connection.execute(mine.where(ChatMessageTable.inbox_id == inbox_id)).first()
        if row is None or not row.album:
            return (inbox_id,)
        table = ChatMessageTable
        same = and_(table.conversation_id == row.conversation_id, table.album == row.album)
        return tuple(self._connection.execute(select(table.inbox_id).where(same).order_by(table.inbox_id)).scalars())

    def link(self, conversation_id: int, ticket_id: int) -> None:
        """The conversation is about this ticket, too."""
        row = {"conversation_id": conversation_id, "ticket_id": ticket_id}
        if not self.is_linked(conversation_id, ticket_id):
            self._connection.execute(insert(ConversationTicketTable), row)

    def is_linked(self, conversation_id: int, ticket_id: int) -> bool:
        """Whether the conversation is about this ticket."""
        table = ConversationTicketTable
        found = select(table.ticket_id).where(table.conversation_id == conversation_id, table.ticket_id == ticket_id)
        return self._connection.execute(found).first() is not None

    def tickets(self, conversation_id: int) -> tuple[LinkedTicket, ...]:
        """The tickets that the conversation is about, oldest first."""
        wanted = (
            select(TicketTable.id, TicketTable.reference, TicketTable.state, TicketTable.received_at)
            .join(ConversationTicketTable, ConversationTicketTable.ticket_id == TicketTable.id)
            .where(ConversationTicketTable.conversation_id == conversation_id)
            .order_by(TicketTable.id)
        )
        return tuple(LinkedTicket(**row) for row in self._connection.execute(wanted).mappings())

    def ticket(self, reference: str) -> LinkedTicket | None:
        """A ticket by its reference, as far as its reporter may know."""
        wanted = select(TicketTable.id, TicketTable.reference, TicketTable.state, TicketTable.received_at)
        row = self._connection.execute(wanted.where(TicketTable.reference == reference)).mappings().first()
        return None if row is None else LinkedTicket(**row)

    def about(self, ticket_id: int) -> tuple[int, ...]:
        """The conversations about a ticket, the one that was used last first."""
        wanted = (
            select(ConversationTable.id)
            .join(ConversationTicketTable, ConversationTicketTable.conversation_id == ConversationTable.id)
            .where(ConversationTicketTable.ticket_id == ticket_id)
            .order_by(ConversationTable.seen_at.desc(), ConversationTable.id.desc())
        )
        return tuple(self._connection.execute(wanted).scalars())

    def messages_of(self, conversation_id: int, ticket_id: int) -> tuple[int, ...]:
        """The rows of the conversation that became part of a ticket, and those that became part of none.

        What only moved the talk on says where replies go, too.
        """
        wanted = (
            select(InboxTable.id)
            .join(ChatMessageTable, ChatMessageTable.inbox_id == InboxTable.id)
            .where(ChatMessageTable.conversation_id == conversation_id)
            .where(or_(InboxTable.ticket_id == ticket_id, InboxTable.ticket_id.is_(None)))
            .where(InboxTable.ending.is_not(None))
        )
        return tuple(self._connection.execute(wanted).scalars())

    def cut(self, conversation_id: int, ticket_id: int) -> None:
        """Destroy the link between a conversation and a ticket, and that of its messages."""
        table = ConversationTicketTable
        gone = delete(table).where(table.conversation_id == conversation_id, table.ticket_id == ticket_id)
        self._connection.execute(gone)
        rows = self.messages_of(conversation_id, ticket_id)
        self._connection.execute(delete(ChatMessageTable).where(ChatMessageTable.inbox_id.in_(rows)))

    def forget_address(self, conversation_id: int) -> None:
        """Destroy the address. The conversation begins anew when the person writes again."""
        table = ConversationTable
        self._connection.execute(update(table).where(table.id == conversation_id).values(address=None))

    def _find(self, channel: str, account: str, key: str) -> int:
        found = select(ConversationTable.id).where(*_same(channel, account, key))
        return int(self._connection.execute(found).scalar_one())


def _same(channel: str, account: str, key: str) -> tuple[ColumnElement[bool], ...]:
    table = ConversationTable
    return table.channel == channel, table.account == account, table.key == key


def _key(address: str) -> str:
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def of_a_chat() -> ColumnElement[bool]:
    """Whether a row of the inbox is part of a conversation."""
    return exists().where(ChatMessageTable.inbox_id == InboxTable.id)


def part_of(conversation_id: int) -> ColumnElement[bool]:
    """Whether a row of the inbox is part of this conversation."""
    table = ChatMessageTable
    return exists().where(table.inbox_id == InboxTable.id, table.conversation_id == conversation_id)


def in_turn() -> ColumnElement[bool]:
    """Whether no earlier message of the same conversation still waits: a conversation is handled one turn at a time."""
    mine, earlier, waiting = aliased(ChatMessageTable), aliased(ChatMessageTable), aliased(InboxTable)
    before = (
        exists()
        .where(mine.inbox_id == InboxTable.id)
        .where(earlier.conversation_id == mine.conversation_id, earlier.inbox_id < InboxTable.id)
        .where(waiting.id == earlier.inbox_id, waiting.ending.is_(None))
    )
    return and_(of_a_chat(), ~before)

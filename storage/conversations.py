"""Conversations: who we talk to, where the talk stands, and which messages and tickets belong to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, insert, or_, select, update

from models.ticket import TicketState
from storage.chat_tables import ChatMessageTable, ConversationTable, ConversationTicketTable
from storage.dialect import insert_or_ignore, next_id
from storage.errors import SealBroken
from storage.sealing import Place, Purpose, Seals
from storage.tables import InboxTable, TicketTable
from storage.turns import Turns

CONVERSATIONS = ConversationTable.metadata.tables[ConversationTable.__tablename__]


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

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def register(
        self, inbox_id: int, *, channel: str, account: str, address: str, at: datetime, message: str, album: str
    ) -> int:
        """The conversation of an address, made if it is new; the message is part of it from now on.

        `message` and `album` are the channel's own numbers. Raises KeyFault, to be tried again, without keys.
        """
        conversation_id = self.find(channel=channel, account=account, address=address)
        if conversation_id is None:
            conversation_id = self._make(channel, account, address, at)
        row = {"inbox_id": inbox_id, "conversation_id": conversation_id, "message": message, "album": album}
        insert_or_ignore(self._connection, ChatMessageTable, row)
        self._connection.execute(update(InboxTable).where(InboxTable.id == inbox_id).values(chat=True))
        Turns(self._connection).wait(conversation_id, inbox_id, at)
        return conversation_id

    def find(self, *, channel: str, account: str, address: str) -> int | None:
        """The conversation of an address, if there is one, under whichever index key."""
        table = ConversationTable
        keys = self._seals.blinds(Purpose.CHAT, address)
        found = select(table.id).where(table.channel == channel, table.account == account, table.key.in_(keys))
        return self._connection.execute(found.order_by(table.id).limit(1)).scalar()

    def look(self, conversation_id: int, *, broken_is_new: bool = False) -> Conversation | None:
        """A conversation as it stands, without locking it. Raises SealBroken or KeyFault."""
        return self._conversation(_one(conversation_id), broken_is_new=broken_is_new)

    def hold(self, conversation_id: int, *, broken_is_new: bool = False) -> Conversation | None:
        """Lock a conversation, so that nobody else goes on with it meanwhile. Raises SealBroken or KeyFault.

        With `broken_is_new` a state that was altered counts as none: what somebody wrote gets its place all the same.
        """
        return self._conversation(_one(conversation_id).with_for_update(), broken_is_new=broken_is_new)

    def of_message(self, inbox_id: int) -> int | None:
        """The conversation that a message is part of."""
        found = select(ChatMessageTable.conversation_id).where(ChatMessageTable.inbox_id == inbox_id)
        return self._connection.execute(found).scalar()

    def keep(self, conversation_id: int, *, state: str, due_at: datetime | None, at: datetime | None) -> None:
        """Write where the talk stands now, and that it was used at that moment."""
        sealed = self._seals.seal(CONVERSATIONS, conversation_id, {"state": state})
        values = {**sealed, "due_at": due_at, **({} if at is None else {"seen_at": at})}
        table = ConversationTable
        self._connection.execute(update(table).where(table.id == conversation_id).values(**values))

    def renew_address(self, conversation_id: int, address: str) -> None:
        """Write again where replies go, after it was forgotten: the person has come back."""
        table = ConversationTable
        absent = select(table.channel, table.account).where(table.id == conversation_id, table.address.is_(None))
        row = self._connection.execute(absent).mappings().first()
        if row is None:
            return
        values = self._address(conversation_id, address)
        if self.find(**row, address=address) is None:  # a change of the index key has taken its index away
            values["key"] = self._seals.blind(Purpose.CHAT, address)
        self._connection.execute(update(table).where(table.id == conversation_id).values(**values))

    def stop_timers(self, conversation_id: int) -> None:
        """Let no timer of a conversation run out any more: its state does not open."""
        table = ConversationTable
        self._connection.execute(update(table).where(table.id == conversation_id).values(due_at=None))

    def due(self, now: datetime, *, limit: int) -> tuple[int, ...]:
        """Conversations with a timer that has run out, longest first."""
        table = ConversationTable
        wanted = select(table.id).where(table.due_at <= now).order_by(table.due_at, table.id).limit(limit)
        return tuple(self._connection.execute(wanted).scalars())

    def amount(self, conversation_id: int, *, since: datetime) -> tuple[int, int]:
        """How many messages of a conversation were taken in since then, and their bytes."""
        table = ChatMessageTable
        wanted = (
            select(func.count(), func.coalesce(func.sum(InboxTable.size), 0))
            .join(table, table.inbox_id == InboxTable.id)
            .where(table.conversation_id == conversation_id, InboxTable.received_at >= since)
        )
        row = self._connection.execute(wanted).one()
        return int(row[0]), int(row[1])

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

    def with_open_tickets(self, channel: str) -> tuple[int, ...]:
        """The conversations of a channel that are about a ticket which is not closed."""
        wanted = (
            select(ConversationTable.id)
            .join(ConversationTicketTable, ConversationTicketTable.conversation_id == ConversationTable.id)
            .join(TicketTable, TicketTable.id == ConversationTicketTable.ticket_id)
            .where(ConversationTable.channel == channel, TicketTable.state != TicketState.CLOSED.value)
            .distinct()
            .order_by(ConversationTable.id)
        )
        return tuple(self._connection.execute(wanted).scalars())

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

    def _make(self, channel: str, account: str, address: str, at: datetime) -> int:
        number = next_id(self._connection, CONVERSATIONS)
        row = {
            "id": number,
            "channel": channel,
            "account": account,
            "key": self._seals.blind(Purpose.CHAT, address),
            "due_at": None,
            "seen_at": at,
            **self._address(number, address),
            **self._seals.seal(CONVERSATIONS, number, {"state": ""}),
        }
        if insert_or_ignore(self._connection, ConversationTable, row) is not None:
            return number
        found = self.find(channel=channel, account=account, address=address)
        assert found is not None
        return found

    def _address(self, conversation_id: int, address: str) -> dict[str, Any]:
        return self._seals.seal(CONVERSATIONS, conversation_id, {"address": address}, person=whose(conversation_id))

    def _conversation(self, wanted: Select[Any], *, broken_is_new: bool) -> Conversation | None:
        row = self._connection.execute(wanted).mappings().first()
        if row is None:
            return None
        try:
            state = self._seals.open(Place(CONVERSATIONS, "state", row["id"]), row["state"])
        except SealBroken:
            if not broken_is_new:
                raise
            state = ""
        return Conversation(**{**row, "state": state})


def whose(conversation_id: int) -> str:
    """To whom the sealed address of a conversation is bound."""
    return f"conversation {conversation_id}"


def open_address(seals: Seals, conversation_id: int, token: bytes | None) -> str | None:
    """Where replies go. Raises SealBroken, or KeyFault where the private half of the address key is not at hand."""
    place = Place(CONVERSATIONS, "address", conversation_id)
    found: str | None = seals.open(place, token, person=whose(conversation_id))
    return found


def _one(conversation_id: int) -> Select[Any]:
    table = CONVERSATIONS.c
    return select(table.id, table.channel, table.account, table.state).where(table.id == conversation_id)

"""What removing a ticket, and taking its reporter out of it, mean for the tables of the chat."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, exists, func, literal, select

from models.sealing import Anonymity
from storage import scrubbing
from storage.chat_tables import (
    AccessCodeTable,
    ChatMessageTable,
    ChatTurnTable,
    ConversationTable,
    ConversationTicketTable,
    FileFetchTable,
    QuestionTable,
    ReplyTable,
    ReportTermsTable,
    SecondReadingTable,
)
from storage.erasing import Subject, by_message, by_ticket, register
from storage.tables import Base, InboxTable, ReporterTable
from storage.types import Moment

_CONVERSATIONS = Base.metadata.tables[ConversationTable.__tablename__]
_REPORTERS = Base.metadata.tables[ReporterTable.__tablename__]
_TERMS = Base.metadata.tables[ReportTermsTable.__tablename__]


def _remove_conversations(connection: Connection, subject: Subject) -> int:  # noqa: ARG001 - every eraser is told it
    """A conversation goes when no message, no reply and no ticket is left of it."""
    parts = (ConversationTicketTable, ChatMessageTable, ReplyTable)
    used = [exists().where(part.conversation_id == _CONVERSATIONS.c.id) for part in parts]
    gone = _CONVERSATIONS.delete().where(*(~one for one in used))
    return connection.execute(gone).rowcount


def _remove_turns(connection: Connection, subject: Subject) -> int:  # noqa: ARG001 - every eraser is told it
    """Whose turn it was goes with the last message of the conversation."""
    table = Base.metadata.tables[ChatTurnTable.__tablename__]
    used = exists().where(ChatMessageTable.conversation_id == table.c.conversation_id)
    return connection.execute(table.delete().where(~used)).rowcount


def _remove_fetches(connection: Connection, subject: Subject) -> int:
    table = Base.metadata.tables[FileFetchTable.__tablename__]
    return connection.execute(table.delete().where(table.c.id.in_(subject.inbox_ids))).rowcount


def _cut(table: type[Base]) -> None:
    register(table, anonymise=by_ticket(table))


def _make_anonymous(connection: Connection, subject: Subject) -> int:
    """The link is cut, as it is for a report that was anonymous from the start."""
    mine = _TERMS.c.ticket_id.in_(subject.ticket_ids)
    cut_at = func.coalesce(_TERMS.c.cut_at, literal(subject.now, Moment()))
    values = {"level": Anonymity.ANONYMOUS.value, "cut_at": cut_at}
    changed = connection.execute(_TERMS.update().where(mine).values(values)).rowcount
    came_by_chat = _REPORTERS.c.ticket_id.in_(select(_TERMS.c.ticket_id).where(mine))
    connection.execute(_REPORTERS.update().where(came_by_chat).values(anonymity=Anonymity.ANONYMOUS.value))
    return changed


def cut_chat(connection: Connection, ticket_ids: Sequence[int], now: datetime) -> None:
    """Forget which chat tickets came from, and by which code their reporters come back."""
    mine = select(InboxTable.id).where(InboxTable.ticket_id.in_(ticket_ids))
    messages = tuple(connection.execute(mine).scalars())
    subject = Subject(ticket_ids=tuple(ticket_ids), inbox_ids=messages, now=now)
    _make_anonymous(connection, subject)
    for table in (ConversationTicketTable, AccessCodeTable, ReplyTable):
        by_ticket(table)(connection, subject)
    by_message(ChatMessageTable)(connection, subject)
    _remove_turns(connection, subject)
    _remove_conversations(connection, subject)


def register_chat() -> None:
    """Let the tables of the chat take part."""
    _cut(ConversationTicketTable)
    _cut(AccessCodeTable)
    register(ChatMessageTable, remove=by_message(ChatMessageTable), anonymise=by_message(ChatMessageTable))
    _cut(ReplyTable)
    register(QuestionTable, anonymise=scrubbing.questions)
    register(SecondReadingTable)
    register(FileFetchTable, remove=_remove_fetches, anonymise=_remove_fetches)
    register(ReportTermsTable, anonymise=_make_anonymous)
    register(ChatTurnTable, remove=_remove_turns, anonymise=_remove_turns)
    register(ConversationTable, remove=_remove_conversations, anonymise=_remove_conversations)

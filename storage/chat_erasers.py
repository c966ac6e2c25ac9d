"""What removing a ticket, and taking its reporter out of it, mean for the tables of the chat."""

from sqlalchemy import Connection, exists

from storage.chat_tables import (
    AccessCodeTable,
    ChatMessageTable,
    ConversationTable,
    ConversationTicketTable,
    QuestionTable,
    ReplyTable,
    ReportTermsTable,
    SecondReadingTable,
)
from storage.erasing import Subject, by_message, by_ticket, register
from storage.tables import Base

_CONVERSATIONS = Base.metadata.tables[ConversationTable.__tablename__]
_REPLIES = Base.metadata.tables[ReplyTable.__tablename__]
_TERMS = Base.metadata.tables[ReportTermsTable.__tablename__]


def _remove_conversations(connection: Connection, subject: Subject) -> int:  # noqa: ARG001 - every eraser is told it
    """A conversation goes when no message, no reply and no ticket is left of it."""
    parts = (ConversationTicketTable, ChatMessageTable, ReplyTable)
    used = [exists().where(part.conversation_id == _CONVERSATIONS.c.id) for part in parts]
    gone = _CONVERSATIONS.delete().where(*(~one for one in used))
    return connection.execute(gone).rowcount


def _cut(table: type[Base]) -> None:
    register(table, anonymise=by_ticket(table))


def _wipe_replies(connection: Connection, subject: Subject) -> int:
    wiped = _REPLIES.update().where(_REPLIES.c.ticket_id.in_(subject.ticket_ids))
    return connection.execute(wiped.values(body={}, external=None)).rowcount


def _make_anonymous(connection: Connection, subject: Subject) -> int:
    changed = _TERMS.update().where(_TERMS.c.ticket_id.in_(subject.ticket_ids))
    return connection.execute(changed.values(level="anonymous")).rowcount


def register_chat() -> None:
    """Let the tables of the chat take part."""
    _cut(ConversationTicketTable)
    _cut(AccessCodeTable)
    register(ChatMessageTable, remove=by_message(ChatMessageTable), anonymise=by_message(ChatMessageTable))
    register(ReplyTable, anonymise=_wipe_replies)
    register(QuestionTable)
    register(SecondReadingTable)
    register(ReportTermsTable, anonymise=_make_anonymous)
    register(ConversationTable, remove=_remove_conversations)

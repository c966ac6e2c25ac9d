"""What officers write: letters to reporters with how they went, notes that are never sent, and tags."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, delete, exists, func, insert, or_, select, true

from models.interface import HookEvent
from models.letters import LONGEST_TAG, Letter, NewLetter, Note, Purpose, Way, WayBack
from models.work import Delivery
from storage import hooking
from storage.chat_tables import (
    ConversationTable,
    ConversationTicketTable,
    QuestionTable,
    ReplyTable,
    ReportTermsTable,
)
from storage.dialect import insert_or_ignore
from storage.letter_tables import LetterTable, NoteTable, TagTable
from storage.tables import DecisionTable, EntryTable, OutboxTable, ReporterTable, TicketTable
from storage.types import indexable

TOLD_IN_CHAT = "CLOSE.tell"
NO_WAY = "The reporter left no address, so nobody can write to them. They can only write to us again."
LINK_CUT = "The reporter has cut the link to this report, so nobody can write to them."


class Letters:
    """Letters, notes and tags within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def way_back(self, ticket_id: int) -> WayBack:
        """How the reporter can be written to: in the chat where there is one, otherwise by mail. Opens no seal."""
        chat = (
            select(ConversationTable.id)
            .join(ConversationTicketTable, ConversationTicketTable.conversation_id == ConversationTable.id)
            .where(ConversationTicketTable.ticket_id == ticket_id)
        )
        terms, reporter = ReportTermsTable, ReporterTable
        wanted = (
            select(
                chat.exists().label("in_chat"),
                func.coalesce(terms.questions_welcome, true()).label("welcome"),
                terms.cut_at.is_not(None).label("is_cut"),
                reporter.address.is_not(None).label("has_address"),
            )
            .select_from(reporter)
            .outerjoin(terms, terms.ticket_id == reporter.ticket_id)
            .where(reporter.ticket_id == ticket_id)
        )
        found = self._connection.execute(wanted).one()
        if found.in_chat:
            return WayBack(way=Way.CHAT, questions_welcome=found.welcome)
        if found.is_cut:
            return WayBack(way=Way.NOBODY, why=LINK_CUT, questions_welcome=False)
        if found.has_address:
            return WayBack(way=Way.MAIL, questions_welcome=found.welcome)
        return WayBack(way=Way.NOBODY, why=NO_WAY, questions_welcome=False)

    def add(self, letter: NewLetter) -> int:
        """Keep a letter; gives its number."""
        row = {
            "ticket_id": letter.ticket_id,
            "at": letter.at,
            "officer": letter.officer,
            "purpose": letter.purpose.value,
            "way": letter.way.value,
            "text": letter.text,
            "reason": letter.reason,
            "outcome": letter.outcome,
            "outbox_id": letter.outbox_id,
            "question_id": letter.question_id,
        }
        return int(self._connection.execute(insert(LetterTable).returning(LetterTable.id), row).scalar_one())

    def of_ticket(self, ticket_id: int) -> tuple[Letter, ...]:
        """The letters about a ticket, oldest first, each with how it went."""
        wanted = (
            select(
                *LetterTable.__table__.columns,
                OutboxTable.state.label("sent"),
                OutboxTable.error.label("trouble"),
                QuestionTable.state.label("asked"),
            )
            .outerjoin(OutboxTable, OutboxTable.id == LetterTable.outbox_id)
            .outerjoin(QuestionTable, QuestionTable.id == LetterTable.question_id)
            .where(LetterTable.ticket_id == ticket_id)
            .order_by(LetterTable.id)
        )
        return tuple(self._letter(row) for row in self._connection.execute(wanted).mappings())

    def answered(self, ticket_ids: Collection[int]) -> frozenset[int]:
        """Which of these tickets have a message since their last letter, on which nobody decided yet."""
        last = (
            select(LetterTable.ticket_id, func.max(LetterTable.at).label("at"))
            .where(LetterTable.ticket_id.in_(ticket_ids), LetterTable.way != Way.NOBODY.value)
            .group_by(LetterTable.ticket_id)
            .subquery()
        )
        read = exists().where(DecisionTable.ticket_id == EntryTable.ticket_id, DecisionTable.at >= EntryTable.at)
        since = and_(EntryTable.ticket_id == last.c.ticket_id, EntryTable.at > last.c.at, ~read)
        found = select(last.c.ticket_id).join(EntryTable, since).join(TicketTable, TicketTable.id == last.c.ticket_id)
        unread = or_(TicketTable.state == "new", TicketTable.state == "being_read")
        return frozenset(self._connection.execute(found.where(unread)).scalars())

    def note(self, ticket_id: int, *, officer: str, text: str, at: datetime) -> int:
        """Keep a note between officers; gives its number."""
        row = {"ticket_id": ticket_id, "officer": officer, "text": text, "at": at}
        hooking.tell(self._connection, ticket_id, HookEvent.NOTED, at)
        return int(self._connection.execute(insert(NoteTable).returning(NoteTable.id), row).scalar_one())

    def notes(self, ticket_id: int) -> tuple[Note, ...]:
        """The notes on a ticket, oldest first."""
        wanted = select(*NoteTable.__table__.columns).where(NoteTable.ticket_id == ticket_id).order_by(NoteTable.id)
        return tuple(Note(**row) for row in self._connection.execute(wanted).mappings())

    def tag(self, ticket_id: int, tag: str, *, officer: str, at: datetime) -> bool:
        """Put a tag on a ticket; False when it has it already."""
        row = {"ticket_id": ticket_id, "tag": indexable(tag[:LONGEST_TAG]), "officer": officer, "at": at}
        known = row["tag"] in self.tags(ticket_id)
        insert_or_ignore(self._connection, TagTable, row)
        if not known:
            hooking.tell(self._connection, ticket_id, HookEvent.TAGGED, at)
        return not known

    def untag(self, ticket_id: int, tag: str, *, at: datetime) -> bool:
        """Take a tag away; False when the ticket has none like it."""
        gone = delete(TagTable).where(TagTable.ticket_id == ticket_id, TagTable.tag == indexable(tag))
        if self._connection.execute(gone).rowcount != 1:
            return False
        hooking.tell(self._connection, ticket_id, HookEvent.TAGGED, at)
        return True

    def tags(self, ticket_id: int) -> tuple[str, ...]:
        """The tags of a ticket, by the alphabet."""
        wanted = select(TagTable.tag).where(TagTable.ticket_id == ticket_id).order_by(TagTable.tag)
        return tuple(self._connection.execute(wanted).scalars())

    def _letter(self, row: RowMapping) -> Letter:
        state, error = row["sent"], row["trouble"] or ""
        if row["way"] == Way.CHAT.value:
            state, error = self._in_chat(row)
        return Letter(
            id=row["id"],
            ticket_id=row["ticket_id"],
            at=row["at"],
            officer=row["officer"],
            purpose=Purpose(row["purpose"]),
            way=Way(row["way"]),
            text=row["text"],
            reason=row["reason"],
            outcome=row["outcome"],
            outbox_id=row["outbox_id"],
            question_id=row["question_id"],
            delivery=Delivery(state) if state else None,
            error=error,
            asked=row["asked"] or "",
        )

    def _in_chat(self, row: RowMapping) -> tuple[str | None, str]:
        """How the first reply went that announced a question or told of a closing."""
        table = ReplyTable
        carried = table.question_id == row["question_id"]
        if row["question_id"] is None:
            told = and_(table.ticket_id == row["ticket_id"], table.prompt == TOLD_IN_CHAT)
            carried = and_(told, table.created_at >= row["at"])
        found = select(table.state, table.error).where(carried).order_by(table.id).limit(1)
        first = self._connection.execute(found).first()
        return (None, "") if first is None else (first.state, first.error)

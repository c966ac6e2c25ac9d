"""What officers ask reporters, what reporters want of us, and how they felt."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, func, insert, select, update

from storage.chat_tables import FeedbackTable, QuestionTable, ReportTermsTable
from storage.dialect import insert_or_ignore
from storage.tables import TicketTable


class QuestionState(StrEnum):
    """What became of a question."""

    OPEN = "open"
    READ = "read"
    ANSWERED = "answered"
    DECLINED = "declined"
    NO_REPLY = "no_reply"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """An officer's question. `answer_id` is the inbox row of the answer."""

    id: int
    ticket_id: int
    officer: str
    text: str
    state: QuestionState
    asked_at: datetime
    ended_at: datetime | None = None
    answer_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What a reporter wants of us. Until they chose, they are anonymous."""

    level: str = "anonymous"
    questions_welcome: bool = True
    withdrawn_at: datetime | None = None
    cut_at: datetime | None = None
    erasure_asked_at: datetime | None = None


class Questions:
    """Questions, terms and feedback within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, ticket_id: int, *, officer: str, text: str, now: datetime) -> int:
        """Keep a question of an officer; gives its number."""
        row = {"ticket_id": ticket_id, "officer": officer, "text": text, "state": "open", "asked_at": now}
        made = self._connection.execute(insert(QuestionTable).returning(QuestionTable.id), row)
        return int(made.scalar_one())

    def get(self, question_id: int) -> Question | None:
        """One question."""
        wanted = select(*QuestionTable.__table__.columns).where(QuestionTable.id == question_id)
        row = self._connection.execute(wanted).mappings().first()
        return None if row is None else Question(**{**row, "state": QuestionState(row["state"])})

    def of_ticket(self, ticket_id: int) -> tuple[Question, ...]:
        """The questions about a ticket, oldest first."""
        wanted = select(*QuestionTable.__table__.columns).where(QuestionTable.ticket_id == ticket_id)
        rows = self._connection.execute(wanted.order_by(QuestionTable.id)).mappings()
        return tuple(Question(**{**row, "state": QuestionState(row["state"])}) for row in rows)

    def unanswered(self, reference: str) -> int:
        """The newest question about the ticket of a reference that nobody has answered, or 0."""
        table = QuestionTable
        open_ = table.state.in_([QuestionState.OPEN.value, QuestionState.READ.value])
        of_it = select(func.max(table.id)).join(TicketTable, TicketTable.id == table.ticket_id)
        return self._connection.execute(of_it.where(TicketTable.reference == reference, open_)).scalar() or 0

    def end(self, question_id: int, state: QuestionState, now: datetime, *, answer_id: int | None = None) -> None:
        """What became of a question; one that was answered stays so."""
        still_open = QuestionTable.state.in_([QuestionState.OPEN.value, QuestionState.READ.value])
        values = {
            "state": state.value,
            "ended_at": None if state is QuestionState.READ else now,
            "answer_id": answer_id,
        }
        self._connection.execute(
            update(QuestionTable).where(QuestionTable.id == question_id, still_open).values(**values)
        )

    def terms(self, ticket_id: int) -> Terms | None:
        """What the reporter of a ticket wants; None for one who came by another way than a chat."""
        table = ReportTermsTable
        wanted = select(*(table.__table__.columns[name] for name in Terms.__slots__))
        row = self._connection.execute(wanted.where(table.ticket_id == ticket_id)).mappings().first()
        return None if row is None else Terms(**row)

    def set_terms(self, ticket_id: int, **values: object) -> None:
        """Change what the reporter wants, by the names of `Terms`."""
        usual = Terms()
        row = {name: getattr(usual, name) for name in Terms.__slots__}
        insert_or_ignore(self._connection, ReportTermsTable, {"ticket_id": ticket_id, **row})
        if values:
            table = ReportTermsTable
            self._connection.execute(update(table).where(table.ticket_id == ticket_id).values(**values))

    def felt(self, *, answer: str, comment: str, now: datetime) -> None:
        """How a reporter felt; nothing says which. The moment is that of the day."""
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self._connection.execute(insert(FeedbackTable), {"at": day, "answer": answer, "comment": comment})

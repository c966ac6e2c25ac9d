"""What officers ask reporters, what reporters want of us, and how they felt."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from models.sealing import Anonymity
from storage.chat_tables import FeedbackTable, QuestionTable, ReportTermsTable
from storage.dialect import insert_or_ignore, next_id
from storage.reporters import Reporters
from storage.sealing import Place, Seals
from storage.tables import TicketTable

QUESTIONS = QuestionTable.metadata.tables[QuestionTable.__tablename__]
_FEEDBACK = FeedbackTable.metadata.tables[FeedbackTable.__tablename__]


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

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals
        self._reporters = Reporters(connection, seals)

    def ask(self, ticket_id: int, *, officer: str, text: str, now: datetime) -> int:
        """Keep a question of an officer; gives its number."""
        number = next_id(self._connection, QUESTIONS)
        row = {"id": number, "ticket_id": ticket_id, "officer": officer, "state": "open", "asked_at": now}
        self._connection.execute(insert(QUESTIONS), {**row, **self._seals.seal(QUESTIONS, number, {"text": text})})
        return number

    def get(self, question_id: int) -> Question | None:
        """One question. Raises SealBroken or KeyFault."""
        row = self._connection.execute(select(QUESTIONS).where(QUESTIONS.c.id == question_id)).mappings().first()
        return None if row is None else self._question(row)

    def of_ticket(self, ticket_id: int) -> tuple[Question, ...]:
        """The questions about a ticket, oldest first. Raises SealBroken or KeyFault."""
        wanted = select(QUESTIONS).where(QUESTIONS.c.ticket_id == ticket_id).order_by(QUESTIONS.c.id)
        return tuple(self._question(row) for row in self._connection.execute(wanted).mappings())

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
        """Change what the reporter wants, by the names of `Terms`; the ticket's reporter is promised the same level.

        Until a level is chosen it is what the ticket's reporter was promised when it was opened.
        """
        usual = Terms(level=self._reporters.sealed(ticket_id).anonymity.value)
        row = {name: getattr(usual, name) for name in Terms.__slots__}
        insert_or_ignore(self._connection, ReportTermsTable, {"ticket_id": ticket_id, **row})
        if "level" in values:
            self._reporters.promise(ticket_id, Anonymity(str(values["level"])))
        if values:
            table = ReportTermsTable
            self._connection.execute(update(table).where(table.ticket_id == ticket_id).values(**values))

    def felt(self, *, answer: str, comment: str, now: datetime) -> None:
        """How a reporter felt; nothing says which. The moment is that of the day."""
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        number = next_id(self._connection, _FEEDBACK)
        sealed = self._seals.seal(_FEEDBACK, number, {"comment": comment})
        self._connection.execute(insert(_FEEDBACK), {"id": number, "at": day, "answer": answer, **sealed})

    def _question(self, row: RowMapping) -> Question:
        text = self._seals.open(Place(QUESTIONS, "text", row["id"]), row["text"])
        return Question(**{**row, "text": text, "state": QuestionState(row["state"])})

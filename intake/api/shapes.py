"""What goes over the wire: the shapes of all answers and questions. They are the promise of version 1."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from models.statistics import Span
from models.ticket import EventKind, TicketState
from models.verdict import Kind

Category = Annotated[int, Field(ge=0, le=4)]
Score = Annotated[int, Field(ge=1, le=5)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Words = Annotated[str, StringConstraints(max_length=5_000)]


class Shape(BaseModel):
    """A shape that takes no field that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TicketSummary(Shape):
    """A ticket as a list shows it. `isf` is None where nobody could grade it yet."""

    reference: str
    version: int
    state: TicketState
    channel: str
    received_at: datetime
    subject: str
    kind: Kind
    provider: str | None
    site: str | None
    isf: Category | None
    decided: bool
    needs_person: bool
    red_flags: list[str]


class TicketList(Shape):
    """One page. `after` asks for the next one; None at the end."""

    tickets: list[TicketSummary]
    after: str | None


class EvidenceShape(Shape):
    """The words behind a label, as they stand in the masked text."""

    label: str
    text: str
    start: int | None
    end: int | None
    source: str


class VerdictShape(Shape):
    """What a classifier proposed."""

    kind: Kind
    provider: str | None
    site: str | None
    provider_candidates: list[str]
    specialties: list[str]
    guessed_specialties: list[str]
    """Those of `specialties` that no word names."""
    themes: list[str]
    impact: Score
    likelihood: Score
    isf: Annotated[int, Field(ge=0, le=3)]
    red_flags: list[str]
    confidence: float
    needs_person: bool
    needs_person_reasons: list[str]
    graded: bool
    language: str
    evidence: list[EvidenceShape]
    classifier: str


class DecisionShape(Shape):
    """What an officer, or a program by its token, decided."""

    officer: str
    at: datetime
    kind: Kind
    provider: str | None
    site: str | None
    specialties: list[str]
    themes: list[str]
    impact: Score | None
    likelihood: Score | None
    isf: Category
    reason: str
    red_flags: list[str] | None


class MessageShape(Shape):
    """A message of the ticket, masked."""

    at: datetime
    channel: str
    subject: str
    text: str
    attachments: list[str]


class EventShape(Shape):
    """One line of the timeline."""

    at: datetime
    kind: EventKind
    actor: str


class ReporterShape(Shape):
    """What may be told of a reporter without opening a seal."""

    anonymity: str
    has_name: bool
    has_address: bool


class TicketWhole(TicketSummary):
    """A ticket with its messages, verdicts and decisions (oldest first) and its timeline."""

    messages: list[MessageShape]
    verdicts: list[VerdictShape]
    decisions: list[DecisionShape]
    timeline: list[EventShape]
    reporter: ReporterShape | None
    """None without the scope `reporter:read`."""


class NewDecision(Shape):
    """A decision to be made, on the version of the ticket that was read."""

    version: Annotated[int, Field(ge=1, lt=2**62)]
    kind: Kind
    provider: Code | None = None
    """An organisation or a site, by code."""
    specialties: Annotated[list[Code], Field(max_length=20)] = []
    themes: Annotated[list[Code], Field(max_length=40)] = []
    impact: Score | None = None
    likelihood: Score | None = None
    isf: Category
    red_flags: Annotated[list[Code], Field(max_length=40)] | None = None
    """None leaves those that are there."""
    reason: Words = ""
    is_lower: bool = False
    """That a category is meant which is two or more below impact × likelihood, or 0 or 1 with a red flag."""


class Decided(Shape):
    """What came of a decision."""

    reference: str
    version: int
    state: TicketState
    isf: Category


class PieceShape(Shape):
    """A run of text; `hit` where it is what was asked for."""

    text: str
    hit: bool


class HitShape(Shape):
    """A ticket that was found, with a piece of its masked text."""

    ticket: TicketSummary
    snippet: list[PieceShape]


class HitList(Shape):
    """What was found, the newest ticket first; `after` asks for the next page. Counting stops at 1,000."""

    hits: list[HitShape]
    number: int
    after: str | None


class RowShape(Shape):
    """One row of a table; null stands for a number that must not be shown."""

    label: str
    numbers: list[int | None]


class TableShape(Shape):
    """One table of figures."""

    name: str
    title: str
    about: str
    columns: list[str]
    rows: list[RowShape]


class StatisticsShape(Shape):
    """All tables of the dashboard, with the same numbers taken out."""

    period: Span
    until: date
    exact: bool
    """False where every number is rounded to the nearest 5."""
    tables: list[TableShape]


class TokenShape(Shape):
    """The token that asks."""

    name: str
    prefix: str
    actor: str
    scopes: list[str]
    expires_at: datetime

"""What the figures are asked, and what they answer: plain tables that may be shown, sent and drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_FIRST_DAY = date(1970, 1, 1)
_MONDAY = 3
"""1 January 1970 was a Thursday: so many days after a Monday."""


class Span(StrEnum):
    """How far back the figures go: weeks, or calendar months."""

    QUARTER = "13w"
    HALF_YEAR = "26w"
    YEAR = "12m"
    THREE_YEARS = "36m"

    @property
    def by_month(self) -> bool:
        """Whether it is told month by month."""
        return self.value.endswith("m")

    @property
    def length(self) -> int:
        """How many weeks or months."""
        return int(self.value[:-1])


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """The weeks or months up to today, the running one with it. Days count from 1 January 1970."""

    span: Span
    today: date

    @property
    def buckets(self) -> range:
        """The numbers of its weeks or months, oldest first."""
        last = self.bucket_of(self.today)
        return range(last - self.span.length + 1, last + 1)

    @property
    def first_day(self) -> int:
        """Its first day."""
        return (self.begin(self.buckets[0]) - _FIRST_DAY).days

    @property
    def days(self) -> int:
        """Today."""
        return (self.today - _FIRST_DAY).days

    def bucket_of(self, day: date) -> int:
        """The number of the week or month of a day."""
        if self.span.by_month:
            return day.year * 12 + day.month - 1
        return ((day - _FIRST_DAY).days + _MONDAY) // 7

    def begin(self, bucket: int) -> date:
        """The first day of a week or month."""
        if self.span.by_month:
            return date(bucket // 12, bucket % 12 + 1, 1)
        return _FIRST_DAY + timedelta(days=bucket * 7 - _MONDAY)

    def label(self, bucket: int) -> str:
        """A week or month for people."""
        begin = self.begin(bucket)
        return f"{begin:%b %Y}" if self.span.by_month else f"{begin.day} {begin:%b %Y}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is asked: a period, and one organisation or one specialty if it is not all of them; both by code."""

    period: Period
    provider: str | None = None
    specialty: str | None = None

    @property
    def exact(self) -> bool:
        """Whether numbers are told as they are.

        What can be subtracted from another page, a part from the whole or weeks from a month, is rounded.
        """
        return self.provider is None and self.specialty is None and not self.period.span.by_month


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """Tickets that are alike in all this, and how many there are. A category of None: not graded, not decided on."""

    bucket: int
    kind: str
    isf: int | None
    machine: int | None
    officer: int | None
    wait: int | None
    """Which of the waits for an acknowledgement: a place in WAITS; None where none was sent."""
    number: int


WAITS = (("5 minutes or less", 300), ("up to 1 hour", 3_600), ("up to 1 day", 86_400), ("longer", 2**31 - 1))
"""How long people waited: in words, and at most so many seconds."""
AGES = (("less than 1 week", 7), ("1 to 4 weeks", 28), ("4 to 13 weeks", 91), ("longer", 2**31 - 1))
"""How old an open ticket is: in words, and fewer days than this."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """A concern that an officer found serious and the machine did not."""

    reference: str
    subject: str
    day: int
    machine: int | None
    officer: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row: what it is about, and its numbers; None stands for one that must not be shown."""

    label: str
    numbers: tuple[int | None, ...]


TOTAL = "All"
"""The label of a row that adds up the others; it is not drawn."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """One table of figures. `chart` says how it is drawn: `lines`, `stacked`, `bars`, or not at all."""

    name: str
    title: str
    about: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    chart: str = ""
    drawn: int = 0
    """How many columns are drawn, from the first; 0 for all."""
    comes: str = "Numbers come with the first tickets."
    """What to tell while there is nothing to count: with what numbers come."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to count. A number that is not shown is none of nothing."""
        return not any(number != 0 for row in self.rows for number in row.numbers)

    @property
    def draws(self) -> bool:
        """Whether a chart of it would show anything: a number above 0 in what is drawn."""
        most = self.drawn or len(self.columns)
        return any(number for row in self.rows if row.label != TOTAL for number in row.numbers[:most])

    @property
    def hides(self) -> bool:
        """Whether a number in it is not shown."""
        return any(number is None for row in self.rows for number in row.numbers)

    def lines(self) -> Iterator[tuple[str, ...]]:
        """The table as texts, its head first, for a file."""
        yield (self.head, *self.columns)
        for row in self.rows:
            yield (row.label, *("[c]" if number is None else str(number) for number in row.numbers))

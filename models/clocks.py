"""Service clocks: by when something has to be done, on working days, and how one says so.

A target is a number of working days. The day on which a clock starts is day 0, and what starts after closing time or on
a day off starts on the next working day. A clock runs out at closing time, so that "by 5 pm" is always true. While a
clock is paused it stands still: for each closing time that passed meanwhile it runs out one working day later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from models.verdict import Kind

LONDON = ZoneInfo("Europe/London")
_DAY = timedelta(days=1)


class Clock(StrEnum):
    """What has to be done in time."""

    ACKNOWLEDGEMENT = "acknowledgement"
    READING = "reading"
    DECISION = "decision"
    REPLY = "reply"


class Grade(StrEnum):
    """What decides how fast: a red flag, an ISF category, or another kind of message."""

    FLAGGED = "flagged"
    UNGRADED = "ungraded"
    CATEGORY_4 = "category_4"
    CATEGORY_3 = "category_3"
    CATEGORY_2 = "category_2"
    CATEGORY_1 = "category_1"
    CATEGORY_0 = "category_0"
    OTHER = "other"
    """Good practice, questions, messages about one learner."""
    IRRELEVANT = "irrelevant"


class Urgency(StrEnum):
    """How near a clock is to its end."""

    FAR = "far"
    SOON = "soon"
    LATE = "late"


def _days(acknowledgement: int, reading: int, decision: int, reply: int) -> Mapping[Clock, int]:
    return dict(zip(Clock, (acknowledgement, reading, decision, reply), strict=True))


OFF = -1
"""In place of a number of days: there is no such clock."""
TARGETS: Mapping[Grade, Mapping[Clock, int]] = {
    Grade.FLAGGED: _days(0, 0, 1, 3),
    Grade.UNGRADED: _days(1, 1, 3, 10),
    Grade.CATEGORY_4: _days(0, 0, 1, 3),
    Grade.CATEGORY_3: _days(1, 1, 2, 5),
    Grade.CATEGORY_2: _days(1, 1, 3, 10),
    Grade.CATEGORY_1: _days(1, 2, 5, 15),
    Grade.CATEGORY_0: _days(1, 2, 10, 20),
    Grade.OTHER: _days(1, 3, OFF, 15),
    Grade.IRRELEVANT: _days(OFF, 5, OFF, OFF),
}
"""grade -> clock -> working days, unless the settings say otherwise."""


def grade_of(*, kind: Kind, isf: int, flagged: bool, graded: bool, decided: bool) -> Grade:
    """The grade by which a ticket's clocks run."""
    if flagged:
        return Grade.FLAGGED
    if not graded and not decided:
        return Grade.UNGRADED
    if kind is Kind.IRRELEVANT:
        return Grade.IRRELEVANT
    return Grade(f"category_{isf}") if kind is Kind.CONCERN else Grade.OTHER


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkingDays:
    """Monday to Friday without these days off, each ending at `closes`, local time in `zone`."""

    days_off: frozenset[date] = frozenset()
    closes: time = time(17)
    zone: ZoneInfo = LONDON

    def is_working(self, day: date) -> bool:
        """Whether people work on that day."""
        return day.weekday() < 5 and day not in self.days_off

    def closing(self, day: date) -> datetime:
        """The closing time of a day, as an aware moment."""
        return datetime.combine(day, self.closes, self.zone)

    def closing_after(self, start: datetime, days: int) -> datetime:
        """The closing time of the working day that is `days` (0 or more) after the one on which `start` falls."""
        day = start.astimezone(self.zone).date()
        if start >= self.closing(day):
            day += _DAY
        while not self.is_working(day):
            day += _DAY
        for _ in range(days):
            day += _DAY
            while not self.is_working(day):
                day += _DAY
        return self.closing(day)

    def closings(self, since: datetime, until: datetime) -> int:
        """How many closing times of working days lie after `since` and not after `until`."""
        day, last = since.astimezone(self.zone).date(), until.astimezone(self.zone).date()
        number = 0
        while day <= last:
            number += self.is_working(day) and since < self.closing(day) <= until
            day += _DAY
        return number


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockPolicy:
    """By when what has to be done, and when that is soon: within `warn_days` working days."""

    targets: Mapping[Grade, Mapping[Clock, int]] = field(default_factory=lambda: TARGETS)
    days: WorkingDays = WorkingDays()
    warn_days: int = 1

    def due(self, grade: Grade, clock: Clock, start: datetime, paused_days: int = 0) -> datetime | None:
        """When a clock that started then runs out; None when there is no such clock for this grade."""
        target = self.targets[grade].get(clock, OFF)
        return None if target == OFF else self.days.closing_after(start, target + paused_days)

    def soon(self, now: datetime) -> datetime:
        """What is due up to then is due soon."""
        return self.days.closing_after(now, self.warn_days)

    def urgency(self, due: datetime, now: datetime) -> Urgency:
        """How near it is."""
        if due <= now:
            return Urgency.LATE
        return Urgency.SOON if due <= self.soon(now) else Urgency.FAR

    def says(self, due: datetime, now: datetime) -> str:
        """How far off it is, in words: "due tomorrow by 5 pm", "2 working days late"."""
        days = self.days
        end, today = due.astimezone(days.zone), now.astimezone(days.zone).date()
        hour = f"{end.hour % 12 or 12}{f'.{end.minute:02d}' if end.minute else ''} {'am' if end.hour < 12 else 'pm'}"
        if due <= now:
            late = days.closings(due, now)
            if late:
                return f"{late} working day{'' if late == 1 else 's'} late"
            return f"late since {hour} today" if end.date() == today else f"late since {end:%A}, {hour}"
        ahead = (end.date() - today).days
        names = {0: "today", 1: "tomorrow"}
        if ahead in names:
            return f"due {names[ahead]} by {hour}"
        return f"due on {end:%A} by {hour}" if ahead < 7 else f"due by {end.day} {end:%B}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockState:
    """One clock of a ticket. `due_at` counts what has been paused so far; `done_at` is None while it is open."""

    clock: Clock
    started_at: datetime
    due_at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """Why a ticket's clocks stand still. `actor` is an officer's address, or `intake`."""

    since: datetime
    reason: str
    actor: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Breach:
    """A clock that has run out and of which nobody has been told yet."""

    ticket_id: int
    reference: str
    clock: Clock
    due_at: datetime

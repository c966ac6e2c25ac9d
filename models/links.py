"""Tickets that belong together, and tasks about a ticket."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from models.ticket import TicketRow

LONGEST_TASK = 500
"""Characters of a task."""


class LinkKind(StrEnum):
    """How two tickets belong together."""

    RELATED = "related"
    DUPLICATE = "duplicate"


class Likeness(StrEnum):
    """Why a ticket may belong to another."""

    SAME_PERSON = "same_person"
    """Somebody wrote both; who that is, nobody is told."""
    SAME_WORDS = "same_words"
    SAME_SITE = "same_site"
    SAME_PROVIDER = "same_provider"
    SAME_THEME = "same_theme"


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A ticket that an officer holds together with another."""

    id: int
    other: TicketRow
    kind: LinkKind
    officer: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Similar:
    """A ticket that may belong to another, and why."""

    other: TicketRow
    why: tuple[Likeness, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Merge:
    """A ticket that is read as part of another. `other` is the one that is asked about from the other's side."""

    id: int
    other: TicketRow
    officer: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """Something to do about a ticket. `owner` is an officer's name, empty where nobody has it yet."""

    id: int
    ticket_id: int
    text: str
    due: date | None
    owner: str
    officer: str
    at: datetime
    done_at: datetime | None = None
    done_by: str | None = None

    def is_late(self, today: date) -> bool:
        """Whether it should have been done before today."""
        return self.done_at is None and self.due is not None and self.due < today


class CannotMerge(Exception):
    """Two tickets cannot be merged, or a message cannot be split off; the text says why, for officers."""

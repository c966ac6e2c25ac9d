"""The work at the desk: red flags that call people, notices to officers, saved views, who is looking at what."""

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

LONGEST_NAME = 60
"""Characters of a saved view's name."""
MOST_VIEWS = 40
"""Views that one officer may keep."""


class About(StrEnum):
    """What an officer may be told of by mail."""

    RED_FLAG = "red_flag"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    """The reporter of one of my tickets wrote again."""
    LATE = "late"
    """A clock of one of my tickets has run out; for a lead, of any ticket."""
    MENTIONED = "mentioned"
    TASK = "task"


NEVER_QUIET = frozenset({About.RED_FLAG})
"""What does not wait for the end of the quiet hours."""
USUAL = (About.ASSIGNED, About.LATE, About.MENTIONED, About.TASK)


@dataclass(frozen=True, kw_only=True, slots=True)
class Preferences:
    """What one officer chose. Quiet hours are local times; both None, or equal: there are none."""

    mail_about: frozenset[About] = frozenset(USUAL)
    quiet_from: time | None = None
    quiet_to: time | None = None
    shortcuts: bool = True
    live: bool = True

    def quiet_at(self, moment: time) -> bool:
        """Whether that local time is one of the quiet hours, which may go past midnight."""
        if self.quiet_from is None or self.quiet_to is None:
            return False
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= moment < self.quiet_to
        return moment >= self.quiet_from or moment < self.quiet_to


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """A ticket whose red flag nobody has acknowledged yet. `told_at` is when people were last called."""

    ticket_id: int
    reference: str
    raised_at: datetime
    flags: tuple[str, ...]
    told_at: datetime | None = None
    times: int = 0
    channel: str = ""
    """The way by which the ticket came: of a chat, the minute is not told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Care:
    """Whether somebody takes care of a ticket's red flag: when and by whom it was acknowledged, both None before."""

    at: datetime | None
    officer: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """Something an officer is to be told by mail. It names the ticket, never a word of it."""

    id: int
    officer_id: int
    about: About
    reference: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedView:
    """A filter of the queue under a name; `query` is the address's query without its first page."""

    id: int
    officer_id: int
    name: str
    query: str
    shared: bool
    mine: bool = field(default=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Presence:
    """An officer who has a ticket open."""

    officer_id: int
    name: str
    seen_at: datetime

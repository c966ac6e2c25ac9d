"""What narrows a list of tickets: one reading of it for the queue, the search and the interface for programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from intake.desk.places import place_code, specialty_code
from models.clocks import ClockPolicy
from models.framework import Reference
from models.letters import tag_of
from models.officer import Officer
from models.ticket import QueueFilter, TicketState
from models.verdict import Kind
from storage.store import WAYS_IN


class Age(StrEnum):
    """When a ticket came."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    OVER_WEEK = "over_week"
    OVER_MONTH = "over_month"


class Due(StrEnum):
    """How a ticket stands with its service clocks."""

    LATE = "late"
    SOON = "soon"
    PAUSED = "paused"


AGES: Mapping[str, tuple[str, int, bool]] = {
    Age.DAY: ("in the last day", 1, True),
    Age.WEEK: ("in the last week", 7, True),
    Age.MONTH: ("in the last month", 30, True),
    Age.OVER_WEEK: ("more than a week ago", 7, False),
    Age.OVER_MONTH: ("more than a month ago", 30, False),
}
"""code -> its words, days, and whether since then (or before)."""
CLOCKS: Mapping[str, str] = {Due.LATE: "late", Due.SOON: "late or due soon", Due.PAUSED: "paused"}
CATEGORIES = ("0", "1", "2", "3", "4")
ME, NOBODY = "me", "nobody"
CHANNELS: Mapping[str, tuple[str, ...]] = {
    **{channel: (channel,) for channels in WAYS_IN.values() for channel in channels},
    **WAYS_IN,
}
"""What may be asked for as a way -> the channels that it means: a channel itself, or how people say it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What a filter is read by: the words, who there is, who asks, and what time it is."""

    words: Reference
    officers: tuple[Officer, ...] = ()
    me: int | None = None
    """The officer who asks; None where a service does."""
    now: datetime | None = None
    policy: ClockPolicy | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """Which tickets are asked for, as it was typed. What is empty asks for all."""

    state: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    provider: str = ""
    site: str = ""
    specialty: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    isf: str = ""
    channel: tuple[str, ...] = ()
    officer: str = ""
    age: str = ""
    clock: str = ""
    tag: tuple[str, ...] = ()
    flagged: bool | None = None
    person: bool | None = None
    junk: bool | None = None

    def as_filter(self, known: Known) -> QueueFilter:
        """Which tickets these are. What is wrong asks for all; `faults` says what it is."""
        words = known.words
        since, before = _ages(self.age, known.now)
        wanted = {ME: known.me, **{one.email: one.id for one in known.officers}}
        specialties = [code for one in self.specialty if (code := specialty_code(one, words))]
        themes = [one for one in self.theme if one in words.themes]
        return QueueFilter(
            states=tuple(TicketState(one) for one in self.state if one in list(TicketState)),
            kinds=tuple(Kind(one) for one in self.kind if one in list(Kind)),
            provider=organisation(self.provider, words),
            site=_site(self.site, words),
            isf=int(self.isf) if self.isf in CATEGORIES else None,
            channels=tuple(dict.fromkeys(one for way in self.channel for one in CHANNELS.get(way, ()))),
            assignee_id=wanted.get(self.officer),
            unassigned=self.officer == NOBODY,
            labels=(*(f"theme:{one}" for one in themes), *(f"specialty:{one}" for one in specialties)),
            tags=tuple(tag for one in self.tag if (tag := tag_of(one))),
            received_since=since,
            received_before=before,
            due_before=_due(self.clock, known.now, known.policy),
            paused=self.clock == Due.PAUSED,
            flagged=self.flagged,
            needs_person=self.person,
            junk=self.junk,
        )

    def faults(self, known: Known) -> frozenset[str]:
        """The names of what cannot be used."""
        words = known.words
        officers = {"", NOBODY, *(one.email for one in known.officers)} | ({ME} if known.me is not None else set())
        wrong = {
            "state": any(one not in list(TicketState) for one in self.state),
            "kind": any(one not in list(Kind) for one in self.kind),
            "provider": bool(self.provider) and organisation(self.provider, words) is None,
            "site": bool(self.site) and _site(self.site, words) is None,
            "specialty": any(specialty_code(one, words) is None for one in self.specialty),
            "theme": any(one not in words.themes for one in self.theme),
            "isf": self.isf not in {"", *CATEGORIES},
            "channel": any(one not in CHANNELS for one in self.channel),
            "officer": self.officer not in officers,
            "age": self.age not in {"", *AGES},
            "clock": self.clock not in {"", *CLOCKS},
        }
        return frozenset(name for name, is_wrong in wrong.items() if is_wrong)


def organisation(typed: str, words: Reference) -> str | None:
    """The organisation that is asked for; None when none is, or when we do not know it."""
    code = place_code(typed, words) if typed else None
    return words.organisation_of(code) if code else None


def _site(typed: str, words: Reference) -> str | None:
    code = place_code(typed, words) if typed else None
    return code if code and words.providers[code].kind == "site" else None


def _ages(age: str, now: datetime | None) -> tuple[datetime | None, datetime | None]:
    if age not in AGES or now is None:
        return None, None
    _, days, is_since = AGES[age]
    then = now - timedelta(days=days)
    return (then, None) if is_since else (None, then)


def _due(clock: str, now: datetime | None, policy: ClockPolicy | None) -> datetime | None:
    if now is None or clock not in (Due.LATE, Due.SOON):
        return None
    return now if clock == Due.LATE or policy is None else policy.soon(now)

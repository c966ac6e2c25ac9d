"""What the address of the queue asks for, as it was typed, and as a filter. What is wrong in it is told."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Query

from intake.desk.places import place_code, specialty_code
from models.clocks import ClockPolicy
from models.framework import Reference
from models.letters import tag_of
from models.officer import Officer
from models.ticket import QueueFilter, TicketState
from models.verdict import Kind
from storage.store import WAYS_IN

Short = Annotated[str, Query(max_length=300)]
AGES: dict[str, tuple[str, int, bool]] = {
    "day": ("in the last day", 1, True),
    "week": ("in the last week", 7, True),
    "month": ("in the last month", 30, True),
    "over_week": ("more than a week ago", 7, False),
    "over_month": ("more than a month ago", 30, False),
}
"""code -> its words, days, and whether since then (or before)."""
CLOCKS = {"late": "late", "soon": "late or due soon", "paused": "paused"}
CATEGORIES = ("0", "1", "2", "3", "4")
ALL = "all"
ME, NOBODY = "me", "nobody"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What the address asks for, as it was typed."""

    state: Short = TicketState.NEW.value
    kind: Short = ""
    provider: Short = ""
    site: Short = ""
    specialty: Short = ""
    theme: Short = ""
    isf: Short = ""
    channel: Short = ""
    officer: Short = ""
    age: Short = ""
    clock: Short = ""
    tag: Short = ""
    flagged: Short = ""
    person: Short = ""
    junk: Short = ""

    @property
    def narrows(self) -> bool:
        """Whether anything beyond the tab and the lane is asked for."""
        return any(getattr(self, one.name) for one in fields(self) if one.name not in {"state", "kind"})

    def as_filter(
        self,
        words: Reference,
        *,
        now: datetime | None = None,
        policy: ClockPolicy | None = None,
        officers: tuple[Officer, ...] = (),
        me: int | None = None,
    ) -> QueueFilter:
        """Which tickets these are. What is wrong asks for all; `faults` says what it is."""
        since, before = _ages(self.age, now)
        wanted = {ME: me, **{one.email: one.id for one in officers}}
        return QueueFilter(
            states=(TicketState(self.state),) if self.state in list(TicketState) else (),
            kinds=(Kind(self.kind),) if self.kind in list(Kind) else (),
            provider=self.place(words),
            site=_site(self.site, words),
            isf=int(self.isf) if self.isf in CATEGORIES else None,
            channels=WAYS_IN.get(self.channel, ()),
            assignee_id=wanted.get(self.officer),
            unassigned=self.officer == NOBODY,
            labels=self._labels(words),
            tags=(tag,) if (tag := tag_of(self.tag)) else (),
            received_since=since,
            received_before=before,
            due_before=_due(self.clock, now, policy),
            paused=self.clock == "paused",
            flagged=True if self.flagged else None,
            needs_person=True if self.person else None,
            junk=True if self.junk else None,
        )

    def place(self, words: Reference) -> str | None:
        """The organisation that is asked for; None when none is, or when we do not know it."""
        code = place_code(self.provider, words) if self.provider else None
        return words.organisation_of(code) if code else None

    def faults(self, words: Reference, officers: tuple[Officer, ...] = ()) -> dict[str, str]:
        """What cannot be used: field -> what to do about it."""
        known_officer = self.officer in {"", ME, NOBODY, *(one.email for one in officers)}
        wrong = {
            "state": self.state not in {*TicketState, ALL, ""},
            "kind": bool(self.kind) and self.kind not in list(Kind),
            "provider": bool(self.provider) and self.place(words) is None,
            "site": bool(self.site) and _site(self.site, words) is None,
            "specialty": bool(self.specialty) and specialty_code(self.specialty, words) is None,
            "theme": bool(self.theme) and self.theme not in words.themes,
            "isf": bool(self.isf) and self.isf not in CATEGORIES,
            "channel": bool(self.channel) and self.channel not in WAYS_IN,
            "officer": not known_officer,
            "age": bool(self.age) and self.age not in AGES,
            "clock": bool(self.clock) and self.clock not in CLOCKS,
            "flagged": self.flagged not in {"", "1"},
            "person": self.person not in {"", "1"},
            "junk": self.junk not in {"", "1"},
        }
        return {name: FAULTS[name] for name, is_wrong in wrong.items() if is_wrong}

    def _labels(self, words: Reference) -> tuple[str, ...]:
        specialty = specialty_code(self.specialty, words) if self.specialty else None
        found = [f"theme:{self.theme}"] if self.theme in words.themes else []
        return tuple([*found, f"specialty:{specialty}"] if specialty else found)


FAULTS = {
    "state": "There is no such tab. Choose one of those above the list",
    "kind": "There is no such kind of message. Choose one of those above the list",
    "provider": "We do not know that place. Choose one from the list",
    "site": "We do not know that site. Choose one from the list",
    "specialty": "We do not know that specialty. Choose one from the list",
    "theme": "We do not know that theme. Choose one from the list",
    "isf": "Choose a category from 0 to 4",
    "channel": "Choose a way from the list",
    "officer": "Choose an officer from the list",
    "age": "Choose an age from the list",
    "clock": "Choose a clock from the list",
    "flagged": "Tick the box, or leave it empty",
    "person": "Tick the box, or leave it empty",
    "junk": "Tick the box, or leave it empty",
}


def strange_names(names: list[str]) -> tuple[str, ...]:
    """Names in the address that no filter has, each at most 40 characters."""
    known = {one.name for one in fields(Asked)} | {"after", "before", "q", "done"}
    return tuple(sorted({name[:40] for name in names if name not in known}))


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
    if now is None or clock not in ("late", "soon"):
        return None
    return now if clock == "late" or policy is None else policy.soon(now)

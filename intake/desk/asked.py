"""What the address of the queue asks for, as it was typed, and as a filter. What is wrong in it is told."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated

from fastapi import Query

from intake.desk.filtering import Known, Wish
from models.clocks import ClockPolicy
from models.framework import Reference
from models.officer import Officer
from models.ticket import QueueFilter, TicketState

Short = Annotated[str, Query(max_length=300)]
ALL = "all"
TICKS = ("flagged", "person", "junk")


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
        return self._wish().as_filter(Known(words=words, officers=officers, me=me, now=now, policy=policy))

    def faults(self, words: Reference, officers: tuple[Officer, ...] = ()) -> dict[str, str]:
        """What cannot be used: field -> what to do about it."""
        wrong = self._wish().faults(Known(words=words, officers=officers, me=0))
        wrong |= {one for one in TICKS if getattr(self, one) not in {"", "1"}}
        return {name: told for name, told in FAULTS.items() if name in wrong}

    def _wish(self) -> Wish:
        def some(typed: str) -> tuple[str, ...]:
            return (typed,) if typed else ()

        return Wish(
            state=() if self.state == ALL else some(self.state),
            kind=some(self.kind),
            provider=self.provider,
            site=self.site,
            specialty=some(self.specialty),
            theme=some(self.theme),
            isf=self.isf,
            channel=some(self.channel),
            officer=self.officer,
            age=self.age,
            clock=self.clock,
            tag=some(self.tag),
            flagged=True if self.flagged else None,
            person=True if self.person else None,
            junk=True if self.junk else None,
        )


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

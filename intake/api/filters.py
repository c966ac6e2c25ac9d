"""Which tickets a program asks for: the filters of the queue, read as the queue reads them. What is wrong is told."""

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query, Request

from intake.api.calling import Caller
from intake.api.problems import Problem
from intake.api.shapes import Code
from intake.desk.filtering import NOBODY, Age, Due, Known, Wish
from intake.desk.shared import Desk
from models.ticket import QueueFilter, TicketState
from models.verdict import Kind
from storage.store import Transaction

BESIDE = frozenset({"after", "limit", "q"})
"""What else stands in the address of a list."""
FAULTS = {
    "provider": "is no place that we know",
    "site": "is no site that we know",
    "specialty": "is no specialty that we know",
    "theme": "is no theme that we know",
    "channel": "is no way in which messages come",
    "officer": "is no officer; give an address, 'nobody', or 'me' with the token of an officer",
}
"""What the types of the fields do not say themselves."""
_CHANNEL = "A channel, or a way as people say it: e-mail, telegram, web"
_OFFICER = "Whose it is: an officer's address, 'me', or 'nobody'"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which tickets; several states, kinds, ways, themes, specialties or tags may be named."""

    state: Annotated[list[TicketState] | None, Query()] = None
    kind: Annotated[list[Kind] | None, Query()] = None
    provider: Annotated[Code | None, Query(description="A code: of a trust, or of a place that belongs to it")] = None
    site: Annotated[Code | None, Query(description="The code of a site")] = None
    isf: Annotated[int | None, Query(ge=0, le=4)] = None
    flagged: bool | None = None
    needs_person: bool | None = None
    junk: Annotated[bool | None, Query(description="What the mail server called junk and nobody decided on")] = None
    channel: Annotated[list[Code] | None, Query(description=_CHANNEL)] = None
    theme: Annotated[list[Code] | None, Query(description="A ticket has all of them")] = None
    specialty: Annotated[list[Code] | None, Query(description="A ticket has all of them")] = None
    tag: Annotated[list[Code] | None, Query(description="A ticket has all of them")] = None
    officer: Annotated[str | None, Query(max_length=254, description=_OFFICER)] = None
    unassigned: Annotated[bool, Query(description="The same as officer=nobody")] = False
    age: Annotated[Age | None, Query(description="When it came, from now")] = None
    clock: Annotated[Due | None, Query(description="How its service clocks stand")] = None
    received_since: datetime | None = None
    received_before: datetime | None = None

    def as_filter(self, request: Request, desk: Desk, caller: Caller, tx: Transaction) -> QueueFilter:
        """The filter of the queue. Raises Problem for what we do not know, be it a filter or what it asks for."""
        strange = sorted({name[:40] for name in request.query_params if name not in _NAMES})
        if strange:
            told = {f"query.{name}": "is no filter" for name in strange}
            raise Problem(422, "There is no such filter. The document of this interface names all.", faults=told)
        known = Known(
            words=desk.words,
            officers=tx.officers.all() if self.officer else (),
            me=caller.token.officer_id,
            now=desk.clock(),
            policy=desk.settings.clocks,
        )
        wish = self._wish()
        wrong = wish.faults(known)
        if wrong:
            told = {f"query.{name}": FAULTS.get(name, "is not known") for name in sorted(wrong)}
            raise Problem(422, "We do not know what is asked for there.", faults=told)
        return self._between(wish.as_filter(known))

    def _wish(self) -> Wish:
        return Wish(
            state=tuple(self.state or ()),
            kind=tuple(self.kind or ()),
            provider=self.provider or "",
            site=self.site or "",
            specialty=tuple(self.specialty or ()),
            theme=tuple(self.theme or ()),
            isf="" if self.isf is None else str(self.isf),
            channel=tuple(self.channel or ()),
            officer=NOBODY if self.unassigned else self.officer or "",
            age=self.age or "",
            clock=self.clock or "",
            tag=tuple(self.tag or ()),
            flagged=self.flagged,
            person=self.needs_person,
            junk=self.junk,
        )

    def _between(self, wanted: QueueFilter) -> QueueFilter:
        since = [one for one in (wanted.received_since, _aware(self.received_since)) if one is not None]
        before = [one for one in (wanted.received_before, _aware(self.received_before)) if one is not None]
        return replace(wanted, received_since=max(since, default=None), received_before=min(before, default=None))


_NAMES = BESIDE | {one.name for one in fields(Wanted)}


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise Problem(422, "That moment is beyond all time.") from None

"""Finding conflicts of interest, within one transaction: who is named in a text, who belongs to the place concerned.

`Tickets` calls this whenever a message comes or a place changes, `Officers` whenever a name or a place of an officer
does, so that nobody can forget to. That no officer slips in between a filing that knows them not yet and a search that
does not see the filing's ticket yet is a lock's doing: what writes tickets holds it shared, and takes it before it
touches a ticket; what changes officers holds it alone, and takes it first of all. SQLite has one writer anyway.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select, text, update

from models.audit import Act, Action
from models.conflicts import Person, Words, names, person
from models.ticket import Decision, Entry
from models.verdict import Verdict
from storage.audit import Audit
from storage.dialect import insert_or_ignore
from storage.entries import Entries
from storage.packing import as_verdict
from storage.rights_tables import AttachmentTable, ConflictTable, OfficerProfileTable
from storage.sealing import Seals
from storage.tables import OfficerTable, TicketTable, VerdictTable

SYSTEM_NAME = "intake"
OFFICERS_LOCK = 7_235_116_404
"""Any number that nothing else in the database uses."""
BATCH = 200
"""Tickets searched at once for a new officer."""
_PEOPLE = (
    select(OfficerTable.id, OfficerTable.email, OfficerTable.name, OfficerProfileTable.names)
    .select_from(OfficerTable)
    .join(OfficerProfileTable, OfficerProfileTable.officer_id == OfficerTable.id)
)
_ATTACHED = (
    select(AttachmentTable.officer_id, AttachmentTable.code)
    .where(AttachmentTable.code.in_(bindparam("places", expanding=True)))
    .distinct()
)
_LOCKS = {
    name: text(f"SELECT {name}({OFFICERS_LOCK})") for name in ("pg_advisory_xact_lock", "pg_advisory_xact_lock_shared")
}
"""Built once: every message that is filed runs them."""


class Conflicts:
    """The search for conflicts within one transaction."""

    def __init__(self, connection: Connection, audit: Audit, seals: Seals) -> None:
        self._connection = connection
        self._audit = audit
        self._entries = Entries(connection, seals)

    def hold_officers(self) -> None:
        """Let no officer change until this transaction ends. Called before a ticket is touched."""
        self._lock("pg_advisory_xact_lock_shared")

    def hold_filing(self) -> None:
        """Wait for those who write tickets, and let nobody write any until this transaction ends."""
        self._lock("pg_advisory_xact_lock")

    def of_entry(self, ticket_id: int, entry: Entry, at: datetime) -> None:
        """Find who is named in a message of a ticket."""
        words = _words(entry)
        named = [who.officer_id for who in self._people() if names(words, who)]
        self._found(ticket_id, ((officer_id, "named", _source(entry)) for officer_id in named), at)

    def of_verdict(self, ticket_id: int, verdict: Verdict, at: datetime) -> None:
        """Find who belongs to a place that a message may be about: every one that the machine thought of."""
        self._found(ticket_id, self._attached(_places(verdict)), at)

    def of_decision(self, ticket_id: int, decision: Decision, at: datetime) -> None:
        """Find who belongs to the place that was decided on; those of other places are in conflict no more."""
        places = {place for place in (decision.provider, decision.site) if place}
        if not places:
            return  # the place is as unknown as before
        wrong = update(ConflictTable).where(
            ConflictTable.ticket_id == ticket_id,
            ConflictTable.kind == "attached",
            ConflictTable.lifted_at.is_(None),
            ConflictTable.source.not_in(places),
        )
        self._connection.execute(wrong.values(lifted_at=at, lifted_by=SYSTEM_NAME))
        self._found(ticket_id, self._attached(places), at)

    def search(self, officer_id: int, at: datetime) -> bool:
        """Search the next tickets for an officer whose name or places are new; True when all have been searched."""
        profile = OfficerProfileTable
        state = select(profile.screened, profile.screened_to).where(profile.officer_id == officer_id)
        screened, after = self._connection.execute(state.with_for_update()).one()
        if screened:
            return True
        tickets = select(*TicketTable.__table__.columns).where(TicketTable.id > after).order_by(TicketTable.id)
        found = self._connection.execute(tickets.limit(BATCH)).mappings().all()
        [who] = self._people(officer_id)
        for row in found:
            self._found(row["id"], self._of_ticket(row, who), at)
        done = len(found) < BATCH
        last = found[-1]["id"] if found else after
        changed = update(profile).where(profile.officer_id == officer_id)
        self._connection.execute(changed.values(screened=done, screened_to=last))
        return done

    def search_anew(self, officer_id: int, at: datetime) -> bool:
        """Begin a search, since a name or place has changed. True when it is over at once; else call `search`."""
        changed = update(OfficerProfileTable).where(OfficerProfileTable.officer_id == officer_id)
        self._connection.execute(changed.values(screened=False, screened_to=0))
        return self.search(officer_id, at)

    def _of_ticket(self, row: Any, who: Person) -> list[tuple[int, str, str]]:
        """All conflicts of one officer with one ticket."""
        messages = self._entries.opened(row["id"])
        found = [(who.officer_id, "named", _source(one)) for one in messages if names(_words(one), who)]
        places = {row["provider"], row["site"]} - {None}
        if not (row["decided"] and places):
            verdicts = select(VerdictTable.verdict).where(VerdictTable.ticket_id == row["id"])
            for verdict in self._connection.execute(verdicts).mappings():
                places |= _places(as_verdict(verdict))
        return found + [one for one in self._attached(places) if one[0] == who.officer_id]

    def _people(self, officer_id: int | None = None) -> list[Person]:
        wanted = _PEOPLE
        if officer_id is not None:
            wanted = wanted.where(OfficerTable.id == officer_id)
        return [_person(row.id, row.email, row.name, tuple(row.names)) for row in self._connection.execute(wanted)]

    def _attached(self, places: Iterable[str]) -> list[tuple[int, str, str]]:
        found = self._connection.execute(_ATTACHED, {"places": sorted(set(places))}).all()
        return [(officer_id, "attached", code) for officer_id, code in found]

    def _found(self, ticket_id: int, conflicts: Iterable[tuple[int, str, str]], at: datetime) -> None:
        for officer_id, kind, source in conflicts:
            key = {"ticket_id": ticket_id, "officer_id": officer_id, "kind": kind, "source": source}
            if insert_or_ignore(self._connection, ConflictTable, {**key, "found_at": at}) or self._again(key):
                self._note(ticket_id, officer_id, kind, at)

    def _again(self, key: dict[str, Any]) -> bool:
        """Renew a conflict that ended by itself. One that a person lifted stays lifted, for the same source."""
        renewed = update(ConflictTable).where(
            *(getattr(ConflictTable, name) == value for name, value in key.items()),
            ConflictTable.lifted_by == SYSTEM_NAME,
        )
        return self._connection.execute(renewed.values(lifted_at=None, lifted_by=None)).rowcount == 1

    def _note(self, ticket_id: int, officer_id: int, kind: str, at: datetime) -> None:
        reference = select(TicketTable.reference).where(TicketTable.id == ticket_id)
        email = select(OfficerTable.email).where(OfficerTable.id == officer_id)
        detail = {"officer": self._connection.execute(email).scalar_one(), "why": kind}
        subject = self._connection.execute(reference).scalar_one()
        act = Act(at=at, actor=SYSTEM_NAME, action=Action.CONFLICT_FOUND, subject=subject, detail=detail)
        self._audit.append(act)

    def _lock(self, function: str) -> None:
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(_LOCKS[function])


@lru_cache(maxsize=4_096)
def _person(officer_id: int, email: str, name: str, others: tuple[str, ...]) -> Person:
    # Every message is held against every officer: their names are taken apart once.
    return person(officer_id=officer_id, email=email, name=name, names=others)


def _places(verdict: Verdict) -> set[str]:
    return {verdict.provider or "", verdict.site or "", *verdict.provider_candidates} - {""}


def places_of(row: RowMapping) -> set[str]:
    """The places of a verdict as it is kept: those by which officers are in conflict."""
    return _places(as_verdict(row))


def _source(entry: Entry) -> str:
    return f"message {entry.inbox_id}"


def _words(entry: Entry) -> Words:
    return Words("\n".join((entry.subject, entry.text, entry.new_text, *entry.attachments)))

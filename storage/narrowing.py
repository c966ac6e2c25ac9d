"""Who loses sight of a ticket because another is merged into it, and gets it back when that is undone.

They get it back only when no other part is left in the whole, and only if officers wrote nothing on the whole since:
a note, a decision, a letter or a task may tell of what was not for them. Then it stays as it is, and a lead opens it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from storage.access import AccessRules
from storage.conflicts import places_of
from storage.letter_tables import LetterTable, NoteTable
from storage.link_tables import MergeTable, TaskTable
from storage.rights_tables import ConflictTable, RestrictedToTable
from storage.tables import DecisionTable, EntryTable, TicketTable, VerdictTable

NARROWED = "narrowed"
"""Where a merge keeps it, beside what it changed in the queue."""
_KEY = ("officer_id", "kind", "source")
_WRITTEN = (NoteTable, DecisionTable, LetterTable, TaskTable)


def narrow(connection: Connection, from_id: int, into_id: int, *, at: datetime, actor: str) -> dict[str, Any]:
    """Give the whole the conflicts and the restriction of the part on top of its own; gives what that changed."""
    access = AccessRules(connection)
    added = [row for row in _conflicts(connection, from_id) if _add(connection, into_id, row, at)]
    part, whole = access.of(from_id), access.of(into_id)
    if part.restricted:
        named = part.named & whole.named if whole.restricted else part.named
        access.restrict(into_id, named - whole.conflicts, at=at, actor=actor)
    elif whole.restricted:
        lost = RestrictedToTable.officer_id.in_(part.conflicts)
        connection.execute(delete(RestrictedToTable).where(RestrictedToTable.ticket_id == into_id, lost))
    then = access.of(into_id)
    return {
        "conflicts": added,
        "narrows": bool(added) or (then.restricted, then.named) != (whole.restricted, whole.named),
        "restricted": whole.restricted,
        "named": sorted(whole.named),
        "named_then": sorted(then.named),
    }


def widen(connection: Connection, into_id: int, *, at: datetime) -> bool:
    """Take back what the merges into this ticket narrowed; True where something of it has to stay.

    Called when a merge has been undone. `at` is the moment of that.
    """
    merges = select(MergeTable.__table__).where(MergeTable.into_id == into_id).order_by(MergeTable.id.desc())
    rows = connection.execute(merges).mappings().all()
    mine = [dict(row) for row in rows if NARROWED in row["before"]]
    if not mine:
        return False
    others = any(row["undone_at"] is None for row in rows)
    if others or _was_written_on(connection, into_id, min(row["at"] for row in mine)):
        return any(row["before"][NARROWED].get("narrows") for row in mine)
    for row in mine:
        _take_back(connection, into_id, row, at)
    return False


def _conflicts(connection: Connection, ticket_id: int) -> list[dict[str, Any]]:
    columns = (getattr(ConflictTable, name) for name in _KEY)
    theirs = select(*columns).where(ConflictTable.ticket_id == ticket_id, ConflictTable.lifted_at.is_(None))
    return [dict(row) for row in connection.execute(theirs).mappings()]


def _is(into_id: int, row: Mapping[str, Any]) -> list[Any]:
    return [ConflictTable.ticket_id == into_id, *(getattr(ConflictTable, name) == row[name] for name in _KEY)]


def _add(connection: Connection, into_id: int, row: dict[str, Any], at: datetime) -> bool:
    """Let a conflict hold for the whole; False when it does already. `row` then says how it had been lifted."""
    known = select(ConflictTable.lifted_at, ConflictTable.lifted_by).where(*_is(into_id, row)).with_for_update()
    found = connection.execute(known).first()
    if found is None:
        connection.execute(insert(ConflictTable), {"ticket_id": into_id, **row, "found_at": at})
        return True
    if found.lifted_at is None:
        return False
    row |= {"lifted_at": found.lifted_at.isoformat(), "lifted_by": found.lifted_by}
    connection.execute(update(ConflictTable).where(*_is(into_id, row)).values(lifted_at=None, lifted_by=None))
    return True


def _was_written_on(connection: Connection, into_id: int, since: datetime) -> bool:
    asked = (select(table.id).where(table.ticket_id == into_id, table.at >= since).limit(1) for table in _WRITTEN)
    return any(connection.execute(one).first() is not None for one in asked)


def _take_back(connection: Connection, into_id: int, merge: Mapping[str, Any], at: datetime) -> None:
    before = dict(merge["before"])
    narrowed = before.pop(NARROWED)
    connection.execute(update(MergeTable).where(MergeTable.id == merge["id"]).values(before=before))
    own = _own_places(connection, into_id)
    for row in narrowed["conflicts"]:
        if row["kind"] == "attached" and row["source"] in own:
            continue  # by now the whole is about that place itself
        held = [*_is(into_id, row), ConflictTable.lifted_at.is_(None)]
        if "lifted_at" in row:
            lifted = {"lifted_at": datetime.fromisoformat(row["lifted_at"]), "lifted_by": row["lifted_by"]}
            connection.execute(update(ConflictTable).where(*held).values(**lifted))
        else:
            connection.execute(delete(ConflictTable).where(*held))
    _of_what_came(connection, into_id, merge, own)
    _open_up(connection, into_id, narrowed, at, merge["officer"])


def _of_what_came(connection: Connection, into_id: int, merge: Mapping[str, Any], own: set[str]) -> None:
    """Take back the conflicts by what reporters of the part wrote while it was one."""
    messages = select(EntryTable.inbox_id).where(EntryTable.ticket_id == merge["from_id"])
    sources = {f"message {one}" for one in connection.execute(messages).scalars()}
    sources |= _places_seen(connection, merge["from_id"]) - own
    since = (ConflictTable.found_at >= merge["at"], ConflictTable.lifted_at.is_(None))
    theirs = delete(ConflictTable).where(ConflictTable.ticket_id == into_id, ConflictTable.source.in_(sources), *since)
    connection.execute(theirs)


def _own_places(connection: Connection, ticket_id: int) -> set[str]:
    """The places by which officers are in conflict with a ticket itself."""
    columns = (TicketTable.provider, TicketTable.site, TicketTable.decided)
    row = connection.execute(select(*columns).where(TicketTable.id == ticket_id)).one()
    places = {row.provider, row.site} - {None}
    return places if row.decided and places else places | _places_seen(connection, ticket_id)


def _places_seen(connection: Connection, ticket_id: int) -> set[str]:
    kept = select(VerdictTable.verdict).where(VerdictTable.ticket_id == ticket_id)
    return set().union(*(places_of(row) for row in connection.execute(kept).mappings()))


def _open_up(connection: Connection, into_id: int, narrowed: Mapping[str, Any], at: datetime, actor: str) -> None:
    """Restrict the whole as it was, unless somebody has changed that since."""
    access = AccessRules(connection)
    now = access.of(into_id)
    same = sorted(now.named) == narrowed["named_then"]
    unchanged = narrowed["restricted"] and narrowed["named"] == narrowed["named_then"]
    if not now.restricted or not same or unchanged:
        return
    if narrowed["restricted"]:
        access.restrict(into_id, set(narrowed["named"]) - now.conflicts, at=at, actor=actor)
    else:
        access.open_up(into_id)

"""Moving a store to another database, whole: every row with its id, proven by digests before and after.

The source takes no writes while it is read; it is marked as moved only when the target holds everything for good. The
target says that it is half filled until then. Whenever this is broken off, it can be run again, and nothing is lost.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.engine import URL, make_url

from models.safety import Content
from storage.content import content, lines, number_on, numbering, put, shapes
from storage.errors import StoreBusy, StoreClosed, StoreError, StoreNotEmpty
from storage.filling import holds_something, make_again, make_anew
from storage.migrating import head_revision, revision_of
from storage.standing import State, stand, standing
from storage.tables import Base, InboxTable, LeaseTable, OutboxTable

Told = Callable[[str, int], None]


class End(NamedTuple):
    """One end of a move: its database, and how people call it, without user or password."""

    engine: Engine
    place: str


def place_of(url: str) -> str:
    """A store's URL as it may be shown: no user, no password."""
    whole = make_url(url)
    bare = URL.create(whole.get_backend_name(), host=whole.host, port=whole.port, database=whole.database)
    return bare.render_as_string()


def busy(connection: Connection, now: datetime) -> list[str]:
    """Who works with the store just now, as far as claims and leases tell."""
    told = []
    for table, what in ((InboxTable, "message(s) are being filed"), (OutboxTable, "mail(s) are being sent")):
        held = select(func.count()).select_from(table).where(table.claimed_until > now)
        if number := connection.execute(held).scalar_one():
            told.append(f"{number} {what}")
    leases = select(LeaseTable.name).where(LeaseTable.expires_at > now).order_by(LeaseTable.name)
    told += [f"somebody holds {name}" for name in connection.execute(leases).scalars()]
    return told


def move(source: End, target: End, *, now: datetime, force: bool, told: Told) -> Content:
    """Move everything. Raises StoreBusy unless `force`, StoreNotEmpty, StoreClosed, or StoreError."""
    with source.engine.begin() as here:
        if standing(here).state is State.MOVED:
            return _finish(here, source, target, now)
        _insist(here, now, force=force)
        _hold_still(here)
        before = content(here)
        _begin(target, source.place, now)
        with target.engine.begin() as there:
            for shape in shapes():
                for done in put(there, shape, lines(here, shape)):
                    told(shape.name, done)
            number_on(there, numbering(here))
            make_again(there)
            if content(there).digest != before.digest:
                raise StoreError("what was written is not what can be read back; the source is as it was")
        stand(here, State.MOVED, target.place, now)
    _open(target, source.place, now)
    return before


def _insist(here: Connection, now: datetime, *, force: bool) -> None:
    if revision_of(here) != head_revision():
        raise StoreError("the tables are not up to date; run 'intake migrate' first")
    if standing(here).state is not State.OPEN:
        raise StoreClosed("this store holds only half of another move")
    working = busy(here, now)
    if working and not force:
        raise StoreBusy(f"{'; '.join(working)}. Stop all parts of intake first, or give --force", retry=True)


def _hold_still(here: Connection) -> None:
    # SQLite's transaction has taken the writer's turn already.
    if here.dialect.name == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
        here.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def _begin(target: End, source_place: str, now: datetime) -> None:
    with target.engine.begin() as there:
        arriving = standing(there).state is State.ARRIVING
        if not arriving and holds_something(there):
            raise StoreNotEmpty(f"there is something in {target.place} already; give an empty database")
        make_anew(there, "head")
        stand(there, State.ARRIVING, source_place, now)


def _open(target: End, source_place: str, now: datetime) -> None:
    with target.engine.begin() as there:
        stand(there, State.OPEN, source_place, now)


def _finish(here: Connection, source: End, target: End, now: datetime) -> Content:
    found = standing(here)
    with target.engine.begin() as there:
        half = found.place == target.place and standing(there).state is State.ARRIVING
        if not half:
            raise StoreClosed(f"this store was moved to {found.place} already")
        held = content(here)
        if content(there).digest != held.digest:
            raise StoreError(f"{target.place} does not hold what was moved; 'intake store reopen', then move again")
        stand(there, State.OPEN, source.place, now)
    return held

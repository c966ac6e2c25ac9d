"""Where this store stands: open, half filled by a move, or moved away. Triggers keep writers off the latter.

A trigger and not a look at each write: it costs nothing while the store is open, and nobody can slip in between.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, inspect, select

from storage.engine import NOT_OPEN
from storage.errors import StoreClosed
from storage.safety_tables import StandingTable
from storage.tables import Base

_FUNCTION = f"""CREATE OR REPLACE FUNCTION intake_not_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{NOT_OPEN}' USING ERRCODE = 'object_not_in_prerequisite_state';
END $$"""


class State(StrEnum):
    """Where a store can stand."""

    OPEN = "open"
    ARRIVING = "arriving"
    MOVED = "moved"


class Standing(NamedTuple):
    """Where it stands, since when, and the other end of the move without user or password."""

    state: State
    since: datetime | None
    place: str


def standing(connection: Connection) -> Standing:
    """Where the store stands. One whose tables are older than that question is open."""
    if not inspect(connection).has_table(StandingTable.__tablename__):
        return Standing(State.OPEN, None, "")
    row = connection.execute(select(StandingTable.state, StandingTable.since, StandingTable.place)).first()
    return Standing(State(row.state), row.since, row.place) if row else Standing(State.OPEN, None, "")


def insist_on_open(connection: Connection) -> None:
    """Raise StoreClosed, saying what to do, unless people may work with this store."""
    found = standing(connection)
    if found.state is State.MOVED:
        raise StoreClosed(
            f"this store was moved to {found.place} on {found.since:%d %B %Y}; set store.url to that one"
            " ('intake store reopen' takes the mark away)"
        )
    if found.state is State.ARRIVING:
        raise StoreClosed(
            f"this store holds only half of a move from {found.place}; run that 'intake store move' again"
        )


def stand(connection: Connection, state: State, place: str, now: datetime) -> None:
    """Write where the store stands from now on; when it is moved, nobody can write to it any more."""
    connection.execute(delete(StandingTable))
    connection.execute(insert(StandingTable), {"id": 1, "state": state.value, "since": now, "place": place})
    if state is State.MOVED:
        _bar(connection)
    else:
        _unbar(connection)


def _barred() -> list[str]:
    return [table.name for table in Base.metadata.sorted_tables if table.name != StandingTable.__tablename__]


def _bar(connection: Connection) -> None:
    _unbar(connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_FUNCTION)
        for table in _barred():
            connection.exec_driver_sql(
                f'CREATE TRIGGER not_open BEFORE INSERT OR UPDATE OR DELETE ON "{table}"'
                " FOR EACH STATEMENT EXECUTE FUNCTION intake_not_open()"
            )
        return
    for table in _barred():
        for act in ("INSERT", "UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f'CREATE TRIGGER "not_open_{table}_{act.lower()}" BEFORE {act} ON "{table}"'
                f" BEGIN SELECT RAISE(ABORT, '{NOT_OPEN}'); END"
            )


def _unbar(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS intake_not_open() CASCADE")
        return
    named = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'not\\_open\\_%' ESCAPE '\\'"
    ).scalars()
    for trigger in list(named):
        connection.exec_driver_sql(f'DROP TRIGGER "{trigger}"')

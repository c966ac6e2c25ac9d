"""Making a store anew for rows that come from elsewhere: its tables as they were at a revision, and nothing in them."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, bindparam, func, inspect, select, text

from storage import figuring
from storage.content import shapes
from storage.migrating import migrate_to
from storage.search import Search
from storage.tables import Base

_SEEDED = {"audit_head", "seal_keys"}
"""What a migration puts a row into: it says nothing of whether anybody worked here."""
_FUNCTIONS = text("""SELECT DISTINCT proname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE tgrelid IN (SELECT oid FROM pg_class WHERE relname IN :tables) AND NOT tgisinternal""").bindparams(
    bindparam("tables", expanding=True)
)
_TRIGGERS = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")


def holds_something(connection: Connection) -> bool:
    """Whether anything was ever kept here."""
    there = set(inspect(connection).get_table_names())
    asked = [shape.table() for shape in shapes() if shape.name in there and shape.name not in _SEEDED]
    return any(connection.execute(select(1).select_from(table).limit(1)).first() for table in asked)


def make_anew(connection: Connection, revision: str) -> None:
    """Drop all tables of ours and make them as they were at that revision, without a row in them."""
    if connection.dialect.name == "postgresql":
        _drop_all(connection)
    else:
        _drop_all_of_file(connection)
    migrate_to(connection, revision)
    there = set(_tables(connection)[1]) - {"alembic_version"}
    with _no_triggers(connection, there):
        for name in there:
            if connection.execute(select(func.count()).select_from(text(f'"{name}"'))).scalar():
                connection.exec_driver_sql(f'DELETE FROM "{name}"')  # noqa: S608 - the database named it


def make_again(connection: Connection) -> None:
    """Make what is made from other tables, once these are full."""
    search, after = Search(connection), 0
    while some := search.tickets(after=after):
        for ticket_id in some:
            search.index(ticket_id)
        after = some[-1]
    figuring.build_all(connection)


def _drop_all(connection: Connection) -> None:
    there = set(inspect(connection).get_table_names())
    ours = sorted(there & {*Base.metadata.tables, "alembic_version"})
    if not ours:
        return
    functions = connection.execute(_FUNCTIONS, {"tables": ours}).scalars().all()
    quoted = ", ".join(f'"{name}"' for name in ours)
    connection.exec_driver_sql(f"DROP TABLE {quoted} CASCADE")
    for name in functions:
        connection.exec_driver_sql(f'DROP FUNCTION IF EXISTS "{name}" CASCADE')


def _drop_all_of_file(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    virtual, plain = _tables(connection)
    order = {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}
    for name in [*virtual, *sorted(plain, key=lambda name: -order.get(name, -1))]:
        for trigger, _ in connection.execute(_TRIGGERS, {"table": name}).all():
            connection.exec_driver_sql(f'DROP TRIGGER "{trigger}"')
        connection.exec_driver_sql(f'DROP TABLE "{name}"')


def _tables(connection: Connection) -> tuple[list[str], list[str]]:
    """The tables that are an engine's view of something of its own, and the plain ones."""
    if connection.dialect.name == "postgresql":
        return [], inspect(connection).get_table_names()
    made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all()
    virtual = [row.name for row in made if (row.sql or "").upper().startswith("CREATE VIRTUAL")]
    plain = [row.name for row in made if row.name not in virtual and not row.name.startswith("sqlite_")]
    return virtual, [name for name in plain if not any(name.startswith(f"{owner}_") for owner in virtual)]


@contextmanager
def _no_triggers(connection: Connection, tables: set[str]) -> Iterator[None]:
    """Let no trigger answer for a while: what a migration put there is no deed of anybody's."""
    if connection.dialect.name == "postgresql":
        for name in tables:
            connection.exec_driver_sql(f'ALTER TABLE "{name}" DISABLE TRIGGER USER')
        yield
        for name in tables:
            connection.exec_driver_sql(f'ALTER TABLE "{name}" ENABLE TRIGGER USER')
        return
    held = [row for name in tables for row in connection.execute(_TRIGGERS, {"table": name}).all()]
    for trigger, _ in held:
        connection.exec_driver_sql(f'DROP TRIGGER "{trigger}"')
    yield
    for _, made_by in held:
        connection.exec_driver_sql(made_by)

"""The statements that the two engines spell differently."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Table, func, select, text
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import Base

_SEQUENCE = text("SELECT nextval(pg_get_serial_sequence(:table, 'id'))")


def insert_or_ignore(connection: Connection, table: type[Base], values: Mapping[str, Any]) -> Any:
    """INSERT … ON CONFLICT DO NOTHING: the primary key of the new row, or None when there is such a row already.

    A duplicate is no error and leaves the transaction usable.
    """
    return connection.execute(
        _statement(connection.dialect.name, table.metadata.tables[table.__tablename__]), values
    ).scalar()


def next_id(connection: Connection, table: Table) -> int:
    """The id that a row is going to have: what is sealed for a row has to know it before it is there.

    PostgreSQL never gives it twice; on SQLite it is free as long as this transaction, the only writer, lasts.
    """
    if connection.dialect.name == "postgresql":
        return int(connection.execute(_SEQUENCE, {"table": table.name}).scalar_one())
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0) + 1)).scalar_one())


@cache
def _statement(dialect: str, table: Table) -> Executable:
    # Built once: to build and compare it anew costs more than to run it.
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return insert.on_conflict_do_nothing().returning(*table.primary_key)

"""The one statement that the two engines spell differently."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import Base


def insert_or_ignore(connection: Connection, table: type[Base], values: Mapping[str, Any]) -> Any:
    """INSERT … ON CONFLICT DO NOTHING: the primary key of the new row, or None when there is such a row already.

    A duplicate is no error and leaves the transaction usable.
    """
    return connection.execute(
        _statement(connection.dialect.name, table.metadata.tables[table.__tablename__]), values
    ).scalar()


@cache
def _statement(dialect: str, table: Table) -> Executable:
    # Built once: to build and compare it anew costs more than to run it.
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return insert.on_conflict_do_nothing().returning(*table.primary_key)

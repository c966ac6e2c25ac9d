"""The one statement that the two engines spell differently."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import Base


def insert_or_ignore(
    connection: Connection, table: type[Base], values: Mapping[str, Any]
) -> postgresql.Insert | sqlite.Insert:
    """INSERT … ON CONFLICT DO NOTHING: a duplicate is no error and leaves the transaction usable."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).values(dict(values)).on_conflict_do_nothing()
    return postgresql.insert(table).values(dict(values)).on_conflict_do_nothing()

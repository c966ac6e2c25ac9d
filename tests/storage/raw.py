"""Reaching under the store, as only a test may: to empty it, and to break what it holds."""

import sqlite3

import psycopg
from sqlalchemy import make_url, text

from storage.store import Store
from storage.tables import Base

_DROP_CHECKS = """DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT conrelid::regclass AS tab, conname FROM pg_constraint
        WHERE contype = 'c' AND connamespace = 'public'::regnamespace
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.tab, one.conname); END LOOP; END $$"""


def empty(store: Store) -> None:
    """Delete every row of every table but those of the audit chain, which no statement can empty."""
    tables = [table for name, table in Base.metadata.tables.items() if not name.startswith("audit")]
    with store._engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))
            for table in tables:
                connection.execute(table.delete())
        else:
            connection.execute(text(f"TRUNCATE {', '.join(table.name for table in tables)}"))


def break_it(store: Store, statement: str) -> None:
    """Run a statement that no constraint hinders any more: what a fault or a careless hand would do."""
    url = make_url(store._url)
    if url.get_backend_name() == "sqlite":
        connection = sqlite3.connect(str(url.database), isolation_level=None)
        connection.execute("PRAGMA ignore_check_constraints=ON")
        connection.execute(statement)
        connection.close()
    else:
        with psycopg.connect(store._url, autocommit=True) as server:
            server.execute("SET session_replication_role = replica")
            server.execute(_DROP_CHECKS)
            server.execute(statement.encode())

"""Opening a database so that a commit is a promise, and telling its errors in our words."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from storage.errors import StoreClosed, StoreError

BUSY_SECONDS = 10
NOT_OPEN = "intake store is not open"
"""What the triggers of a store that was moved say, so that the fault is known again."""
_PASSING_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)
"""What may pass: a full or read-only disk and a forbidden file are never the fault of the message at hand."""
_PASSING_STATES = ("08", "25006", "40", "53", "55", "57", "58")
"""SQLSTATEs that may pass: connection, stand-by, roll-back, resources, object in use, intervention, system."""


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql://…`. It connects when it is first used. Raises StoreError."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError("the store's URL must begin with sqlite:/// or postgresql://")
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed,
            hide_parameters=True,
            poolclass=QueuePool,
            pool_size=8,
            max_overflow=24,
            connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False, "isolation_level": None},
        )
        event.listen(engine, "do_connect", _private_file)
        event.listen(engine, "connect", _durable)
        event.listen(engine, "begin", _begin)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=True, pool_size=8, max_overflow=24)
    event.listen(engine, "connect", _many_short_questions)
    return engine


def _private_file(_dialect: Any, _record: Any, args: list[Any], params: dict[str, Any]) -> None:
    # Whoever may read the file may read every concern: it is born for its owner alone.
    name = args[0] if args else params.get("database", "")
    try:
        if name and name != ":memory:" and not Path(name).exists():
            os.close(os.open(name, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(f"the database file cannot be made: {type(error).__name__}", retry=True) from None


def _durable(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what was let go leaves no bytes behind in the file
    cursor.close()


def _many_short_questions(connection: Any, _record: Any) -> None:
    # Pages ask many small things at once: to compile a statement, or to start helpers for it, costs more than it saves.
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    connection.commit()


def _begin(connection: Connection) -> None:
    # A writer takes its turn at the start: a transaction that began as a reader could never be upgraded under load.
    # What a reader tried to write would be rolled back without a word: so it is refused.
    writes = connection.get_execution_options().get("mode", "write") == "write"
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def reading(connection: Connection) -> dict[str, Any]:
    """The execution options of a transaction that only reads, and sees one moment throughout."""
    if connection.dialect.name == "postgresql":
        return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return {"mode": "read"}


@contextmanager
def in_our_words() -> Iterator[None]:
    """Let database errors leave as StoreError, with nothing of their parameters in the text."""
    try:
        yield
    except DBAPIError as error:
        if NOT_OPEN in str(error.orig):
            raise StoreClosed("it was moved; 'intake store show' says where to, and store.url must name it") from None
        raise StoreError(f"the database said {type(error.orig).__name__}", retry=_passes(error)) from None
    except PoolTimeout:
        raise StoreError("all connections to the database are in use", retry=True) from None
    except SQLAlchemyError as error:
        raise StoreError(f"the database cannot be used: {type(error).__name__}") from None


def _passes(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    original = error.orig
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", None)
        return code is not None and (code & 0xFF) in _PASSING_CODES
    state = getattr(original, "sqlstate", None)
    if state is None:
        # psycopg gives no state when there was no answer at all: the server is away.
        return isinstance(error, OperationalError | InterfaceError)
    return bool(state.startswith(_PASSING_STATES))

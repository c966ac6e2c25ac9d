"""One moment of a store, for as long as it takes to read all of it, while others go on writing."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, StaticPool, create_engine, text

from storage.engine import reading

_PREFIX = ".snapshot-"


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment throughout.

    PostgreSQL shows it in a REPEATABLE READ transaction. SQLite's is copied by its backup API into a file beside the
    store, which only its owner may read and which has no name any more while it is read: a reader that takes long would
    keep the write-ahead log from ever being emptied.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            yield connection.execution_options(**reading(connection))
        return
    copy = _copied(engine)
    try:
        with copy.connect() as connection:
            yield connection
    finally:
        copy.dispose()


def _copied(engine: Engine) -> Engine:
    with engine.connect().execution_options(mode="read") as connection:
        name = connection.execute(text("SELECT file FROM pragma_database_list WHERE name = 'main'")).scalar_one()
    beside = Path(name).parent
    for left in beside.glob(f"{_PREFIX}*"):  # of a backup that was killed in its first moments
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=beside))
    try:
        path = folder / "copy.db"
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        raw = engine.raw_connection()
        try:
            with sqlite3.connect(path) as target:
                assert isinstance(raw.driver_connection, sqlite3.Connection)
                raw.driver_connection.backup(target)
            target.close()
        finally:
            raw.close()
        opened = sqlite3.connect(f"file:{path}?immutable=1", uri=True, check_same_thread=False, isolation_level=None)
        opened.execute("PRAGMA schema_version")  # it is read now, while the file has its name
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return create_engine("sqlite://", creator=lambda: opened, poolclass=StaticPool, hide_parameters=True)

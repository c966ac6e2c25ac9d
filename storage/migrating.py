"""Alembic without a file to configure it: the revisions lie in this package."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from storage.errors import KeyFault
from storage.key_checks import is_sealed, prepare
from storage.keys import new_keys
from storage.sealing import Seals
from storage.tables import Base

ADVISORY_LOCK = 7_235_116_403
"""Any number that nothing else in the database uses: one migration at a time."""
SEALS = "seals"
"""Under this name a revision finds the seals: `op.get_context().config.attributes[SEALS]`."""


def migrate(engine: Engine, seals: Seals) -> None:
    """Run the revisions that are missing, in one transaction that no second process can enter meanwhile.

    The first keys are made here, and noted in the store; later ones must be those that the store knows.
    """
    with engine.connect() as connection, _leaving_no_trace(connection), connection.begin():
        _one_at_a_time(connection)
        _insist_on_keys(connection, seals)
        migrate_to(connection, "head", seals)
        prepare(connection, seals, datetime.now(UTC))


def migrate_to(connection: Connection, wanted: str, seals: Seals | None = None) -> None:
    """Run the revisions that are missing up to one, within a transaction of the caller's.

    `seals` are needed where rows are there that were not sealed yet.
    """
    script = _script()

    def upgrade(revision: Any, _context: MigrationContext) -> list[object]:
        return list(script._upgrade_revs(wanted, revision))

    _one_at_a_time(connection)
    environment = EnvironmentContext(_config(seals), script, fn=upgrade)
    environment.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with environment.begin_transaction():
        environment.run_migrations()


def revisions() -> tuple[str, ...]:
    """All revisions there are, oldest first."""
    return tuple(script.revision for script in reversed([*_script().walk_revisions()]))


def head_revision() -> str | None:
    """The newest revision."""
    return _script().get_current_head()


def is_current(engine: Engine) -> bool:
    """Whether the newest revision is in place."""
    with engine.connect().execution_options(mode="read") as connection:
        return revision_of(connection) == head_revision()


def revision_of(connection: Connection) -> str | None:
    """The revision that a database's tables have; None without any."""
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _leaving_no_trace(connection: Connection) -> Iterator[None]:
    """Let a SQLite file keep nothing of what a migration overwrites: neither in free pages nor in its log."""
    raw = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or raw is None:
        yield
        return
    cursor = raw.cursor()
    cursor.execute("PRAGMA secure_delete=ON")
    try:
        yield
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        cursor.execute("PRAGMA secure_delete=OFF")
        cursor.close()


def _one_at_a_time(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})


def _insist_on_keys(connection: Connection, seals: Seals) -> None:
    if seals.source.load() is not None:
        return
    if is_sealed(connection):
        raise KeyFault(f"{seals.source.where} is not there, and this store is sealed: put its keys back")
    seals.source.make(new_keys(datetime.now(UTC)))


def _config(seals: Seals | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes[SEALS] = seals
    return config


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())

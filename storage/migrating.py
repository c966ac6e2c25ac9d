"""Alembic without a file to configure it: the revisions lie in this package."""

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from storage.tables import Base

ADVISORY_LOCK = 7_235_116_403
"""Any number that nothing else in the database uses: one migration at a time."""


def migrate(engine: Engine) -> None:
    """Run the revisions that are missing, in one transaction that no second process can enter meanwhile."""
    with engine.begin() as connection:
        migrate_to(connection, "head")


def migrate_to(connection: Connection, wanted: str) -> None:
    """Run the revisions that are missing up to one, within a transaction of the caller's."""
    script = _script()

    def upgrade(revision: Any, _context: MigrationContext) -> list[object]:
        return list(script._upgrade_revs(wanted, revision))

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
    environment = EnvironmentContext(_config(), script, fn=upgrade)
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


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())

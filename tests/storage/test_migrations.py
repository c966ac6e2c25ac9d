import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from storage.key_sources import KeyFile
from storage.store import Store
from storage.tables import Base
from tests.databases import Databases
from tests.keys import SOURCE
from tests.storage.making import message

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database without any table, on each engine in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    databases = request.getfixturevalue("postgres_databases")
    assert isinstance(databases, Databases)
    with databases.bare() as url:
        yield url


@pytest.fixture
def bare(bare_url: str) -> Iterator[Store]:
    """A store whose tables are not made yet."""
    store = Store(bare_url, SOURCE)
    yield store
    store.close()


CHECKS = {
    "sqlite": """SELECT name, sql FROM sqlite_master
        WHERE (type = 'table' OR name LIKE 'search_documents_%') AND name <> 'alembic_version'""",
    "postgresql": """SELECT conname, conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass""",
}
INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": """SELECT indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'""",
}


def definitions(store: Store) -> dict[str, list[str]]:
    """Every table or constraint and every index in the database's own words, the parts of each in a fixed order."""
    with store._engine.connect() as connection:
        engine = connection.dialect.name
        rows = [*connection.execute(text(CHECKS[engine])), *connection.execute(text(INDEXES[engine]))]
    # A column that was added later stands in one line with the one before it, where SQLite keeps the words.
    parts = re.compile(r"\n|, (?=[a-z_]+ [A-Z])")
    return {name: sorted(line.strip(" ,\t") for line in parts.split(definition)) for name, definition in rows}


def not_of_the_engine(name: str | None, _kind: str, _parents: object) -> bool:
    """False for the full-text index, which each engine has in its own way; the next test looks at it."""
    return not (name or "").startswith(("search_words", "ix_search_documents_words"))


def test_the_migrations_make_the_tables_that_the_code_speaks_of(store: Store) -> None:
    with store._engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": not_of_the_engine}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_make_the_constraints_and_indexes_that_the_code_speaks_of(bare: Store) -> None:
    bare.migrate()
    migrated = definitions(bare)
    Base.metadata.drop_all(bare._engine)
    Base.metadata.create_all(bare._engine)

    assert "ix_tickets_state" in migrated
    assert "CHECK" in str(migrated)
    assert migrated == definitions(bare)


def test_a_store_is_current_once_it_was_migrated_and_migrating_again_keeps_all(bare: Store) -> None:
    assert not bare.is_current()
    bare.migrate()
    assert bare.is_current()
    with bare.write() as tx:
        tx.inbox.receive(message())
    bare.migrate()

    assert bare.is_current()
    with bare.read() as tx:
        assert tx.inbox.balance().received == 1


def test_four_processes_may_migrate_at_once_and_make_one_set_of_keys(bare_url: str, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    program = (
        "import sys; from pathlib import Path; from storage.store import Store;"
        " from storage.key_sources import KeyFile; store = Store(sys.argv[1], KeyFile(Path(sys.argv[2])));"
        " sys.stdin.read(); store.migrate(); store.check_keys(); store.close()"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", program, bare_url, str(keys)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(4)
    ]
    # All of them have to wait for the end of their input, which comes for all at the same moment.
    for process in processes:
        assert process.stdin
        process.stdin.close()
    told = [(process.wait(timeout=60), process.stderr.read() if process.stderr else "") for process in processes]
    for process in processes:
        assert process.stderr
        process.stderr.close()

    assert told == [(0, "")] * 4
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("keys")] == ["keys"]
    store = Store(bare_url, KeyFile(keys))
    assert store.is_current()
    store.check_keys()
    store.close()

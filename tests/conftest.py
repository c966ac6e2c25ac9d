"""Stores on both engines, fresh for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import Store
from tests.databases import Databases, databases
from tests.keys import SOURCE
from tests.postgres import PostgresMissing, postgres
from tests.real_parts import need


@pytest.fixture(scope="session")
def _databases() -> Iterator[Databases | PostgresMissing]:
    try:
        with postgres() as url, databases(url) as made:
            yield made
    except PostgresMissing as missing:
        yield missing


@pytest.fixture(scope="session")
def postgres_databases(_databases: Databases | PostgresMissing) -> Databases:
    """Databases on a real PostgreSQL server that lives as long as the session."""
    if isinstance(_databases, PostgresMissing):
        need(str(_databases))
    return _databases


@pytest.fixture
def postgres_url(postgres_databases: Databases) -> Iterator[str]:
    """The URL of a fresh, migrated, empty PostgreSQL database."""
    with postgres_databases.migrated() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'intake.db'}"


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """A fresh, migrated, empty store in a SQLite file."""
    store = Store(sqlite_url, SOURCE)
    store.migrate()
    yield store
    store.close()


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[Store]:
    """A fresh, migrated, empty store on PostgreSQL."""
    store = Store(postgres_url, SOURCE)
    yield store
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """A fresh, migrated, empty store, on each engine in turn."""
    fixture = {"sqlite": "sqlite_store", "postgresql": "postgres_store"}[request.param]
    found = request.getfixturevalue(fixture)
    assert isinstance(found, Store)
    return found

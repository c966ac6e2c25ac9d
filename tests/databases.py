"""Fresh PostgreSQL databases, cloned from one that was migrated once."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from sqlalchemy import Engine, create_engine, make_url, text

from storage.store import Store
from tests.keys import SOURCE

TEMPLATE = "qm_template"


class Databases:
    """Databases on one server, given by its URL; each is dropped when its `with` block ends."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._numbers = count(1)
        self._engine: Engine = create_engine(
            self._url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", pool_size=1
        )
        self._run(f"CREATE DATABASE {TEMPLATE}")
        template = Store(self._of(TEMPLATE), SOURCE)
        template.migrate()
        template.close()

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """The URL of an empty database with all tables."""
        with self._fresh(TEMPLATE) as url:
            yield url

    @contextmanager
    def bare(self) -> Iterator[str]:
        """The URL of a database without any table."""
        with self._fresh("template0") as url:
            yield url

    def close(self) -> None:
        """Let go of the server."""
        self._engine.dispose()

    @contextmanager
    def _fresh(self, template: str) -> Iterator[str]:
        name = f"qm_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self._of(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _of(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def databases(url: str) -> Iterator[Databases]:
    """The databases of a server, until the `with` block ends."""
    made = Databases(url)
    try:
        yield made
    finally:
        made.close()

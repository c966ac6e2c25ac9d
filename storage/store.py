"""The shared store: SQLite embedded, PostgreSQL shared; one code path."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection, Engine

from storage.access import AccessRules
from storage.audit import Audit
from storage.conflicts import Conflicts
from storage.corrections import Corrections
from storage.engine import in_our_words, open_engine, reading
from storage.errors import LostClaim, NotForViewer, ReferenceTaken, StaleTicket, StoreError
from storage.inbox import Inbox
from storage.leases import Leases
from storage.migrating import is_current, migrate
from storage.officers import Officers
from storage.outbox import Outbox
from storage.search import Search
from storage.shadows import Shadows
from storage.tickets import Tickets

__all__ = ["LostClaim", "NotForViewer", "ReferenceTaken", "StaleTicket", "Store", "StoreError", "Transaction"]


class Transaction:
    """One transaction, seen by subject."""

    def __init__(self, connection: Connection, *, writes: bool) -> None:
        self.audit = Audit(connection, writes=writes)
        self.conflicts = Conflicts(connection, self.audit)
        self.inbox = Inbox(connection)
        self.tickets = Tickets(connection, self.conflicts)
        self.outbox = Outbox(connection)
        self.officers = Officers(connection, self.conflicts)
        self.leases = Leases(connection)
        self.corrections = Corrections(connection)
        self.shadows = Shadows(connection)
        self.access = AccessRules(connection)
        self.search = Search(connection)


class Store:
    """A store by its URL. Safe to use from many threads; opens nothing before it is needed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened: Engine | None = None
        self._opening = Lock()

    @property
    def _engine(self) -> Engine:
        with self._opening:
            if self._opened is None:
                self._opened = open_engine(self._url)
            return self._opened

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One transaction: all of it is durable at the end, or none of it. Raises StoreError."""
        with in_our_words(), self._engine.begin() as connection:
            tx = Transaction(connection, writes=True)
            yield tx
            tx.audit.write_out()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One consistent view. Raises StoreError."""
        with in_our_words(), self._engine.connect() as connection:
            yield Transaction(connection.execution_options(**reading(connection)), writes=False)

    def migrate(self) -> None:
        """Bring the tables up to date; two processes may do it at once. Raises StoreError."""
        with in_our_words():
            migrate(self._engine)

    def is_current(self) -> bool:
        """Whether the tables are up to date. Raises StoreError."""
        with in_our_words():
            return is_current(self._engine)

    def close(self) -> None:
        """Let go of all connections."""
        with self._opening:
            if self._opened is not None:
                self._opened.dispose()

"""The database beneath the store, as a whole: opened, migrated, copied, moved, checked."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from sqlalchemy import Connection, Engine

from models.safety import Content, Manifest, Origin
from storage.backups import Looker, go_through, write_backup
from storage.checks import CHECKS, Result, examine
from storage.checks.sealing import seal_checks
from storage.compacting import compact
from storage.content import content
from storage.engine import BUSY_SECONDS, in_our_words, open_engine, reading
from storage.errors import StoreError
from storage.key_checks import check
from storage.key_sources import KeySource, beside
from storage.keys import KeySet
from storage.migrating import is_current, migrate, revision_of
from storage.moving import End, busy, move, place_of
from storage.queueing import Queue
from storage.restoring import Told, restore
from storage.rotating import Rotation
from storage.sealed_file import SealedWriter
from storage.sealing import Seals
from storage.snapshots import snapshot
from storage.standing import Standing, State, insist_on_open, stand, standing
from storage.waking import INBOX, OUTBOX, Wakes


class Database:
    """A database by its URL, and the keys that seal it. Safe to use from many threads; opens nothing before it must.

    Without `keys` they lie beside a SQLite file, in `intake.keys`; for PostgreSQL they have to be named.
    """

    def __init__(self, url: str, keys: KeySource | None = None) -> None:
        self._url = url
        self._seals = Seals(keys or beside(url))
        self._opened: Engine | None = None
        self._opening = Lock()
        self._writing = Queue()

    @property
    def _engine(self) -> Engine:
        with self._opening:
            if self._opened is None:
                self._opened = open_engine(self._url)
            return self._opened

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """On SQLite, one thread after another writes: its own way is to look again after ever longer naps.

        Under load somebody would oversleep for seconds. Other processes are kept off by SQLite itself.
        """
        if self._engine.dialect.name != "sqlite":
            yield
            return
        if not self._writing.enter(3 * BUSY_SECONDS):
            raise StoreError("other threads have been writing for too long", retry=True)
        try:
            yield
        finally:
            self._writing.leave()

    def migrate(self) -> None:
        """Bring the tables up to date, and make the first keys of a new store; two processes may do it at once.

        Raises StoreError, and KeyFault when the keys at hand are not those that the store was sealed with.
        """
        with in_our_words():
            migrate(self._engine, self._seals)

    @property
    def keys_place(self) -> str:
        """Where the keys are, in words."""
        return self._seals.source.where

    @property
    def keys_at_hand(self) -> KeySet:
        """The keys themselves. Raises KeyFault."""
        return self._seals.keys

    @property
    def rotation(self) -> Rotation:
        """The keys of this store, and how they are changed."""
        return Rotation(self._engine, self._seals)

    def check_keys(self) -> None:
        """Raises KeyFault when a key that this store was sealed with is missing, or is not the same."""
        with self._look() as connection:
            check(connection, self._seals.keys, self._seals.source.where)

    def is_current(self) -> bool:
        """Whether the tables are up to date. Raises StoreError."""
        with in_our_words():
            return is_current(self._engine)

    @property
    def engine(self) -> str:
        """`sqlite` or `postgresql`. Raises StoreError for a URL of neither."""
        return self._engine.dialect.name

    def revision(self) -> str | None:
        """The revision of the tables; None without any. Raises StoreError."""
        with self._look() as connection:
            return revision_of(connection)

    def standing(self) -> Standing:
        """Whether the store is open, half filled by a move, or moved away. Raises StoreError."""
        with self._look() as connection:
            return standing(connection)

    def insist_on_open(self) -> None:
        """Raise StoreClosed, saying what to do, unless people may work with this store."""
        with self._look() as connection:
            insist_on_open(connection)

    @contextmanager
    def _view(self, writes: bool) -> Iterator[Connection]:
        if not writes:
            with self._look() as connection:
                yield connection
            return
        with in_our_words(), self._engine.connect() as connection:  # nobody commits it
            yield connection

    @contextmanager
    def _look(self) -> Iterator[Connection]:
        with in_our_words(), self._engine.connect() as connection:
            yield connection.execution_options(**reading(connection))

    def examine(self) -> Iterator[Result]:
        """Run every check there is, one after another, each within a view of its own. Raises StoreError."""
        yield from examine(self._view, (*CHECKS, *seal_checks(self._seals)))

    def content(self) -> Content:
        """Count and digest all that there is, at one moment; it reads every row. Raises StoreError."""
        with in_our_words(), snapshot(self._engine) as connection:
            return content(connection)

    def back_up(self, out: SealedWriter, origin: Origin, files: Mapping[str, Path]) -> Manifest:
        """Write all that there is at one moment, and these files, while others go on working. Raises StoreError."""
        with in_our_words():
            return write_backup(self._engine, out, origin, files)

    def restore(
        self, file: BinaryIO, key_of: Callable[[str], bytes], *, models: Path, replace: bool, told: Told
    ) -> Manifest:
        """Put a backup back: all of it or nothing. Raises StoreNotEmpty, DamagedFile or StoreError."""
        with in_our_words():
            return restore(self._engine, file, key_of, models=models, replace=replace, told=told, seals=self._seals)

    def compact(self) -> bool:
        """Write all anew, so that nothing of what was removed is left on the disk. Raises StoreError.

        False when somebody still read an older state of a SQLite file: then do it again.
        """
        with in_our_words():
            return compact(self._engine)

    @property
    def place(self) -> str:
        """The store's URL as it may be shown: no user, no password."""
        return place_of(self._url)

    def busy(self, now: datetime) -> list[str]:
        """Who works with the store just now, in words. Raises StoreError."""
        with self._look() as connection:
            return busy(connection, now) if revision_of(connection) else []

    def move_to(self, other: "Database", *, now: datetime, force: bool, told: Told) -> Content:
        """Move everything to an empty store, prove it, and mark this one as moved. Raises StoreBusy or StoreError."""
        with in_our_words():
            here, there = End(self._engine, self.place), End(other._engine, other.place)
            return move(here, there, now=now, force=force, told=told)

    def reopen(self, now: datetime) -> None:
        """Take back that this store was moved. Raises StoreError."""
        with in_our_words(), self._engine.begin() as connection:
            stand(connection, State.OPEN, "", now)

    def wakes(self, *, inbox: Callable[[], None], outbox: Callable[[], None]) -> Wakes | None:
        """A listener that calls these when there is new work; None for SQLite, which cannot tell."""
        if not self._url.startswith("postgresql"):
            return None
        return Wakes(lambda: self._engine, {INBOX: inbox, OUTBOX: outbox})

    def close(self) -> None:
        """Let go of all connections."""
        with self._opening:
            if self._opened is not None:
                self._opened.dispose()


def look_through(file: BinaryIO, key_of: Callable[[str], bytes]) -> Manifest:
    """Read a backup to its end and prove that it is whole. Raises DamagedFile."""
    return go_through(file, key_of, Looker())

"""Putting a backup back: into an empty store of either engine, in one transaction, proven before it counts."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from sqlalchemy import Connection, Engine, delete

from models.safety import Content, Manifest, Origin, Tally
from storage.backups import go_through
from storage.content import Counting, Shape, lines, number_on, put
from storage.errors import StoreError, StoreNotEmpty
from storage.filling import holds_something, make_again, make_anew
from storage.migrating import migrate_to, revisions
from storage.sealed_file import DamagedFile
from storage.sealing import Seals
from storage.tables import OneTimeTable, SessionTable

Told = Callable[[str, int], None]
"""A table's name, and how many of its rows are done."""


class _Restorer:
    """Takes a backup into an empty database and a folder that is not in use yet."""

    def __init__(self, connection: Connection, folder: Path, told: Told) -> None:
        self._connection = connection
        self._folder = folder
        self._told = told
        self._shapes: list[Shape] = []

    def begin(self, origin: Origin) -> None:
        if origin.revision not in revisions():
            raise StoreError(
                f"the backup was made by version {origin.version}, whose tables (revision {origin.revision}) this"
                " version does not know; install that version or a newer one"
            )
        make_anew(self._connection, origin.revision)

    def table(self, shape: Shape, rows: Iterator[str]) -> None:
        self._shapes.append(shape)
        for done in put(self._connection, shape, rows):
            self._told(shape.name, done)

    def numbering(self, last: Mapping[str, int]) -> None:
        number_on(self._connection, dict(last))

    def file(self, name: str, pieces: Iterator[bytes]) -> None:
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts:
            raise DamagedFile("the backup names a file outside its folder")
        path = self._folder / place
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())

    def held(self) -> Content:
        """What the database holds now, read back."""
        found: dict[str, Tally] = {}
        for shape in self._shapes:
            counting = Counting()
            for line in lines(self._connection, shape):
                counting.add(line)
            found[shape.name] = counting.tally()
        return Content(tables=found)


def restore(
    engine: Engine,
    file: BinaryIO,
    key_of: Callable[[str], bytes],
    *,
    models: Path,
    replace: bool,
    told: Told,
    seals: Seals,
) -> Manifest:
    """Restore a backup. Nothing is changed unless all of it could be read, written, read back and brought up to date.

    Raises StoreNotEmpty unless `replace`, DamagedFile, or StoreError. Sign-ins are not restored: people sign in anew.
    """
    beside = models.parent
    beside.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = Path(tempfile.mkdtemp(prefix=".restored-", dir=beside))
    try:
        with engine.begin() as connection:
            if not replace and (holds_something(connection) or (models.exists() and any(models.iterdir()))):
                raise StoreNotEmpty(
                    "there is something in this store or beside it; give an empty one, or --replace to throw it away"
                )
            restorer = _Restorer(connection, waiting, told)
            manifest = go_through(file, key_of, restorer)
            if restorer.held().tables != manifest.content.tables:
                raise StoreError("what was written is not what can be read back; nothing was restored")
            migrate_to(connection, "head", seals)
            make_again(connection)
            for table in (SessionTable, OneTimeTable):
                connection.execute(delete(table))
        _swap(waiting, models, fill=bool(manifest.files))
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    return manifest


def _swap(waiting: Path, models: Path, *, fill: bool) -> None:
    if models.exists():
        shutil.rmtree(models)
    if fill:
        waiting.rename(models)

"""Backups: all rows, and the files of trained models, in one sealed file that says itself what it must hold.

Its lines: where it comes from and how its tables look; for each table its rows and their tally; for each file its bytes
and their tally; the last ids given; and the manifest. It is the same for both engines and goes back into either.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from sqlalchemy import Engine

from models.safety import Content, Manifest, Origin, Tally
from storage.content import Counting, Shape, lines, numbering, shapes
from storage.sealed_file import DamagedFile, SealedWriter, read_lines
from storage.snapshots import snapshot

PIECE = 1024 * 1024


def write_backup(engine: Engine, out: SealedWriter, origin: Origin, files: Mapping[str, Path]) -> Manifest:
    """Write everything that the store holds at one moment, and these files; gives what was written."""
    tables: dict[str, Tally] = {}
    known = shapes()
    out.write(_json({"origin": _plain_origin(origin), "tables": [shape.plain() for shape in known]}))
    with snapshot(engine) as connection:
        for shape in known:
            out.write(_json({"table": shape.name}))
            counting = Counting()
            for line in counting.through(lines(connection, shape)):
                out.write(line)
            tables[shape.name] = counting.tally()
            out.write(_json({"end": asdict(tables[shape.name])}))
        out.write(_json({"numbering": numbering(connection)}))
    written = {name: _write_file(out, name, path) for name, path in sorted(files.items())}
    manifest = Manifest(origin=origin, content=Content(tables=tables), files=written)
    out.write(_json({"manifest": _plain_manifest(manifest)}))
    out.close()
    return manifest


def _write_file(out: SealedWriter, name: str, path: Path) -> Tally:
    out.write(_json({"file": name}))
    size, digest = 0, hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            size += len(piece)
            digest.update(piece)
            out.write(_json([base64.b64encode(piece).decode()]))
    tally = Tally(count=size, sha256=digest.hexdigest())
    out.write(_json({"end": asdict(tally)}))
    return tally


class Taker(Protocol):
    """Whoever goes through a backup. Each iterator must be emptied before the call returns."""

    def begin(self, origin: Origin) -> None:
        """Told first."""

    def table(self, shape: Shape, rows: Iterator[str]) -> None:
        """The rows of a table."""

    def numbering(self, last: Mapping[str, int]) -> None:
        """The last ids given, after all tables."""

    def file(self, name: str, pieces: Iterator[bytes]) -> None:
        """The bytes of a file."""


class Looker:
    """Goes through a backup only to see that it is whole."""

    def begin(self, origin: Origin) -> None:
        """Nothing to prepare."""

    def table(self, shape: Shape, rows: Iterator[str]) -> None:  # noqa: ARG002
        """Look at each row."""
        for _ in rows:
            pass

    def numbering(self, last: Mapping[str, int]) -> None:
        """Nothing to do with it."""

    def file(self, name: str, pieces: Iterator[bytes]) -> None:  # noqa: ARG002
        """Look at each piece."""
        for _ in pieces:
            pass


def go_through(file: BinaryIO, key_of: Callable[[str], bytes], taker: Taker) -> Manifest:
    """Hand everything to the taker, count and digest it, and compare that with what the backup says of itself.

    Raises DamagedFile for whatever is not as it was written, at the latest at the end.
    """
    passing = read_lines(file, key_of)
    head = _facts(next(passing, ""))
    if "origin" not in head:
        raise DamagedFile("the backup does not begin with where it comes from")
    origin = _as_origin(head["origin"])
    known = {shape.name: shape for shape in map(Shape.read, head["tables"])}
    taker.begin(origin)
    tables: dict[str, Tally] = {}
    files: dict[str, Tally] = {}
    for line in passing:
        facts = _facts(line)
        if "table" in facts:
            shape = known[facts["table"]]
            tables[shape.name] = _table(passing, shape, taker)
        elif "file" in facts:
            files[facts["file"]] = _file(passing, str(facts["file"]), taker)
        elif "numbering" in facts:
            taker.numbering(facts["numbering"])
        else:
            found = Manifest(origin=origin, content=Content(tables=tables), files=files)
            return _compared(found, facts, passing)
    raise DamagedFile("the backup has no manifest at its end")


def _table(passing: Iterator[str], shape: Shape, taker: Taker) -> Tally:
    counting, end = Counting(), list[str]()
    taker.table(shape, counting.through(_until_end(passing, end)))
    return _as_said(counting.tally(), end, f"table {shape.name}")


def _file(passing: Iterator[str], name: str, taker: Taker) -> Tally:
    digest, size, end = hashlib.sha256(), 0, list[str]()

    def pieces() -> Iterator[bytes]:
        nonlocal size
        for line in _until_end(passing, end):
            piece = base64.b64decode(json.loads(line)[0])
            digest.update(piece)
            size += len(piece)
            yield piece

    taker.file(name, pieces())
    return _as_said(Tally(count=size, sha256=digest.hexdigest()), end, f"file {name}")


def _until_end(passing: Iterator[str], end: list[str]) -> Iterator[str]:
    for line in passing:
        if not line.startswith("["):
            end.append(line)
            return
        yield line


def _as_said(found: Tally, end: list[str], what: str) -> Tally:
    if not end or found != Tally(**_facts(end[0])["end"]):
        raise DamagedFile(f"{what} is not what the backup says it holds")
    return found


def _compared(found: Manifest, facts: dict[str, Any], passing: Iterable[str]) -> Manifest:
    if facts != {"manifest": _plain_manifest(found)} or list(passing):
        raise DamagedFile("the backup does not hold what its manifest says")
    return found


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _facts(line: str) -> dict[str, Any]:
    facts = json.loads(line) if line else None
    if not isinstance(facts, dict):
        raise DamagedFile("the backup holds a line where none belongs")
    return facts


def _plain_origin(origin: Origin) -> dict[str, Any]:
    return {**asdict(origin), "at": origin.at.isoformat()}


def _as_origin(facts: dict[str, Any]) -> Origin:
    return Origin(**{**facts, "at": datetime.fromisoformat(facts["at"])})


def _plain_manifest(manifest: Manifest) -> dict[str, Any]:
    return {
        "origin": _plain_origin(manifest.origin),
        "tables": {name: asdict(tally) for name, tally in manifest.content.tables.items()},
        "files": {name: asdict(tally) for name, tally in manifest.files.items()},
        "digest": manifest.content.digest,
    }

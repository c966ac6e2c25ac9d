"""Merging what the NHS organisation files say with the places that we know, into one overlay file.

What people have curated wins: a place that we know keeps its name when only capitals differ, its kind, parent and
nicknames. From the files come places that we do not know yet, closings, new names, towns and postcodes.
"""

import csv
import io
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from models.framework import Provider
from models.ods import OdsPlace
from models.reference.loading import IMPORTED, SCHEMAS, load_reference
from models.reference.rows import ReferenceDataError, read_rows

COLUMNS = ("code", "name", "kind", "parent", "postcode", "town", "closed")
Given = dict[str, str]
"""One line of the overlay file: only the columns that it lays over what was there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Merged:
    """The new content of the overlay file by code, and what it does."""

    rows: dict[str, Given]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    closed: tuple[str, ...]
    unchanged: int
    outside: int
    """Beyond the regions that were asked for."""
    long_closed: int
    """Closed, and never known to us."""
    orphans: tuple[str, ...]
    """Sites whose trust nobody knows; they are left out."""


def merge(
    found: Iterable[OdsPlace], *, shipped: Mapping[str, Provider], before: Mapping[str, Given], regions: frozenset[str]
) -> Merged:
    """Merge the places of the files with the shipped ones and with what was imported before.

    `regions` are the codes to take, all of them when it is empty. Merging the same files twice changes nothing.
    """
    rows = {code: dict(given) for code, given in before.items()}
    marks: dict[str, list[str]] = {name: [] for name in ("added", "changed", "closed", "orphans")}
    unchanged = outside = long_closed = 0
    for place in sorted(found, key=lambda one: one.kind != "trust"):  # a site needs its trust
        known = _known(place.code, shipped, rows)
        if known is None and regions and place.region not in regions:
            outside += 1
        elif known is None and place.closed:
            long_closed += 1
        elif known is None and place.kind == "site" and _known(place.parent, shipped, rows) is None:
            marks["orphans"].append(place.code)
        elif known is None:
            rows[place.code] = _whole(place)
            marks["added"].append(place.code)
        elif news := _news(place, known):
            rows.setdefault(place.code, {}).update(news)
            marks["closed" if "closed" in news else "changed"].append(place.code)
        else:
            unchanged += 1
    lists = {name: tuple(codes) for name, codes in marks.items()}
    return Merged(rows=rows, unchanged=unchanged, outside=outside, long_closed=long_closed, **lists)


def imported_before(overlay: Path) -> dict[str, Given]:
    """The lines of the overlay file that an earlier import wrote; empty when there is none. Raises OSError."""
    path = overlay / IMPORTED
    if not path.exists():
        return {}
    rows = read_rows(str(path), path.read_bytes(), SCHEMAS["providers.csv"], [])
    return {code: {name: _cell(value) for name, value in row.given.items()} for code, row in rows.items()}


def write_import(overlay: Path, rows: Mapping[str, Given]) -> None:
    """Write the overlay file that imports make, as `write_checked` does."""
    write_checked(overlay, IMPORTED, as_csv(rows))


def write_checked(overlay: Path, name: str, content: bytes, *, dry_run: bool = False) -> None:
    """Write an overlay file, all or nothing, once the whole overlay with it has been checked.

    With `dry_run` it is only checked. Raises ReferenceDataError when the result would not load, OSError when it cannot
    be written.
    """
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / "overlay"
        # Left out is what no list is: what editors hide beside a file, and links to nothing.
        shutil.copytree(overlay, trial, ignore=shutil.ignore_patterns(".*"), ignore_dangling_symlinks=True)
        (trial / name).write_bytes(content)
        try:
            load_reference(trial)
        except ReferenceDataError as wrong:
            # Nobody can look into a trial that is gone: the file that would have the fault is named.
            raise ReferenceDataError(tuple(one.replace(str(trial), str(overlay)) for one in wrong.faults)) from None
    if dry_run:
        return
    _put(Path(os.path.realpath(overlay / name)), content)


def _put(target: Path, content: bytes) -> None:
    """Put this content in the place of a file, which keeps its mode, owner and group. Raises OSError."""
    new = target.with_name(f".{target.name}.new")
    try:
        with new.open("wb") as file:
            if target.exists():
                _keep(target, file.fileno())
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(target)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def _keep(target: Path, new: int) -> None:
    """Give a new file the owner, the group and the mode of the one whose place it takes. Raises OSError."""
    was = target.stat()
    try:
        os.fchown(new, was.st_uid, was.st_gid)
    except OSError as fault:
        raise OSError(fault.errno, "its owner or group could not stay; run the command as its owner") from None
    os.fchmod(new, stat.S_IMODE(was.st_mode))


def as_csv(rows: Mapping[str, Given]) -> bytes:
    """The overlay file, sorted by code."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({"code": code, **rows[code]} for code in sorted(rows))
    return out.getvalue().encode()


def _known(code: str, shipped: Mapping[str, Provider], rows: Mapping[str, Given]) -> Provider | None:
    base, given = shipped.get(code), rows.get(code, {})
    if base is None and not given:
        return None
    base = base or Provider(code=code, name=given["name"], kind=given["kind"])
    return replace(
        base,
        name=given.get("name", base.name),
        postcode=given.get("postcode", base.postcode),
        town=given.get("town", base.town),
        closed=base.closed or given.get("closed") == "yes",
    )


def _whole(place: OdsPlace) -> Given:
    given = {name: getattr(place, name) for name in ("name", "kind", "parent", "postcode", "town")}
    return {name: value for name, value in given.items() if value}


def _news(place: OdsPlace, known: Provider) -> Given:
    """What the file says that we did not know.

    The name of a site that people have curated is a matter of taste, but a trust's is its legal name. A closing is
    never taken back: a successor may have been named by hand.
    """
    news: Given = {}
    if _plain(place.name) != _plain(known.name) and (place.kind == "trust" or not known.aliases):
        news["name"] = place.name
    if place.postcode and place.postcode != known.postcode:
        news["postcode"] = place.postcode
    if place.town and not known.town:
        news["town"] = place.town
    if place.closed and not known.closed:
        news["closed"] = "yes"
    return news


def _cell(value: object) -> str:
    return "yes" if value is True else str(value or "")


def _plain(name: str) -> str:
    return " ".join("".join(letter for letter in name.lower() if letter.isalnum() or letter == " ").split())

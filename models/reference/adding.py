"""Adding a place, or another name of a place, to the operator's own list, which wins over all others.

Nothing that stands in the list is changed but the line that it concerns; where a column is new, each line gets a cell.
Nothing is written that would not load.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from models.framework import Provider, Reference
from models.naming import LONGEST, key_of, known_names
from models.reference.importing import write_checked
from models.reference.loading import load_reference

OWN = "providers.csv"
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,28}[A-Z0-9]")
Line = dict[str, str]
"""A line of the operator's own list, by column."""


class NotAdded(ValueError):
    """A place or a name cannot be added; the text says why, and what to do."""


def add_place(overlay: Path, place: Provider, *, dry_run: bool = False) -> None:
    """Add a place that no list has. Raises NotAdded, ReferenceDataError (nothing is written) and OSError."""
    words = load_reference(overlay)
    known = words.providers.get(place.code)
    if known is not None:
        raise NotAdded(f"the code {place.code} is that of {known.name}; for another name of it use --alias-of")
    if not _CODE.fullmatch(place.code):
        raise NotAdded(f"{place.code!r} is no code: give 2 to 30 letters and digits, the ODS code where there is one")
    for name in (place.name, *place.aliases):
        _is_new(name, words)
    for text in (place.town, place.postcode):
        _fits_a_cell(text)
    given = {name: getattr(place, name) for name in ("code", "name", "kind", "parent", "postcode", "town")}
    line = {name: value for name, value in given.items() if value} | _listed(place.aliases)
    _write(overlay, line, dry_run=dry_run)


def add_name(overlay: Path, code: str, name: str, *, dry_run: bool = False) -> Provider:
    """Add another name of a place that we know, which is given back. Raises as `add_place` does."""
    words = load_reference(overlay)
    place = words.providers.get(code)
    if place is None:
        raise NotAdded(f"no place has the code {code}; 'intake providers show NAME' finds codes")
    _is_new(name, words)
    # A list that an overlay gives takes the place of the one below it, so it has to be whole.
    _write(overlay, {"code": code, **_listed((*place.aliases, name))}, dry_run=dry_run)
    return place


def _is_new(name: str, words: Reference) -> None:
    if not key_of(name):
        raise NotAdded("the name has no letter; write it as reporters do")
    if ";" in name:
        raise NotAdded("a name has no semicolon: in the list it parts one name from the next")
    known = known_names(words)
    if key_of(name) in known:
        code = known[key_of(name)]
        whose = f"{words.providers[code].name} ({code})" if code else "several places"
        raise NotAdded(f"'{name}' is a name of {whose} already")
    _fits_a_cell(name)


def _fits_a_cell(text: str) -> None:
    """Whether a text may stand in a file that people open in a spreadsheet, which would run a formula."""
    if text and not text[0].isalnum():
        raise NotAdded(f"write '{text}' so that it begins with a letter or a digit")
    if len(text) > LONGEST:
        raise NotAdded(f"what is longer than {LONGEST} characters is neither a name nor a town")


def _listed(names: tuple[str, ...]) -> Line:
    return {"aliases": ";".join(names)} if names else {}


def _write(overlay: Path, line: Line, *, dry_run: bool) -> None:
    path = overlay / OWN
    content = path.read_bytes() if path.exists() else b""
    # It is a person's file: the ends of its lines and the mark that Excel writes stay.
    marked = "utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8"
    write_checked(overlay, OWN, _with(content.decode("utf-8-sig"), line).encode(marked), dry_run=dry_run)


def _with(text: str, line: Line) -> str:
    """The list with this line laid over the one of its code, or behind all; all else stays as it is written."""
    end = "\r\n" if "\r\n" in text else "\n"
    (header, first), *rows = [*_rows(text)] or [(["code"], "")]
    more = [name for name in line if name not in header]
    columns = [*header, *more]
    written, laid = [_longer(first, more, end) if first else _row(columns, end)], False
    for cells, row in rows:
        if not any(cell.strip() for cell in cells):
            written.append(row)
        elif cells[0].strip() != line["code"]:
            written.append(_longer(row, [""] * len(more), end))
        else:
            given, laid = {**dict(zip(header, cells, strict=False)), **line}, True
            written.append(_row([given.get(name, "") for name in columns], end))
    if not laid:
        written[-1] = _longer(written[-1], [], end)
        written.append(_row([line.get(name, "") for name in columns], end))
    return "".join(written)


def _rows(text: str) -> Iterator[tuple[list[str], str]]:
    """Each row of a list: its cells, and how it is written, with its end."""
    pieces, begin = [*io.StringIO(text, newline="")], 0
    reader = csv.reader(pieces)
    for cells in reader:
        yield cells, "".join(pieces[begin : reader.line_num])
        begin = reader.line_num


def _longer(row: str, more: list[str], end: str) -> str:
    """A row as it is written, with more cells; one without an end gets it."""
    plain = row.rstrip("\r\n")
    return "".join((plain, *(f",{cell}" for cell in more), row[len(plain) :] or end))


def _row(cells: list[str], end: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end).writerow(cells)
    return out.getvalue()

"""Adding a place, or another name of a place, to the operator's own list, which wins over all others.

Nothing that stands in the list is changed but the line that it concerns, and nothing is written that would not load.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from models.framework import Provider, Reference
from models.naming import LONGEST, key_of, known_names
from models.reference.importing import write_checked
from models.reference.loading import load_reference

OWN = "providers.csv"
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,28}[A-Z0-9]")
Line = dict[str, str]
Lines = dict[str, Line]
"""The lines of the operator's own list, by code."""


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

    def changed(lines: Lines) -> Lines:
        return {**lines, place.code: line}

    _write(overlay, changed, dry_run=dry_run)


def add_name(overlay: Path, code: str, name: str, *, dry_run: bool = False) -> Provider:
    """Add another name of a place that we know, which is given back. Raises as `add_place` does."""
    words = load_reference(overlay)
    place = words.providers.get(code)
    if place is None:
        raise NotAdded(f"no place has the code {code}; 'intake providers show NAME' finds codes")
    _is_new(name, words)

    def changed(lines: Lines) -> Lines:
        # A list that an overlay gives takes the place of the one below it, so it has to be whole.
        return {**lines, code: {"code": code, **lines.get(code, {}), **_listed((*place.aliases, name))}}

    _write(overlay, changed, dry_run=dry_run)
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


def _write(overlay: Path, changed: Callable[[Lines], Lines], *, dry_run: bool) -> None:
    path = overlay / OWN
    content = path.read_bytes() if path.exists() else b""
    text = content.decode("utf-8-sig")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    lines = changed({code: {**line, "code": code} for line in reader if (code := line["code"].strip())})
    names = ["code", *(reader.fieldnames or ())]
    out = io.StringIO(newline="")
    columns = [*dict.fromkeys([*names, *(name for line in lines.values() for name in line)])]
    # It is a person's file: the ends of its lines and the mark that Excel writes stay.
    writer = csv.DictWriter(out, columns, lineterminator="\r\n" if "\r\n" in text else "\n")
    writer.writeheader()
    writer.writerows(lines.values())
    marked = "utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8"
    write_checked(overlay, OWN, out.getvalue().encode(marked), dry_run=dry_run)

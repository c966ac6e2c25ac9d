"""Reading reference files strictly: CSV and TOML alike become rows of typed fields that know their line."""

import csv
import io
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any


class ReferenceDataError(Exception):
    """Reference data are wrong. Each fault says `file:line: what is wrong, what to do`."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Shape(Enum):
    """The types that a field can have. In CSV a list is separated by semicolons and a truth is `yes` or empty."""

    TEXT = "a text"
    NUMBER = "a whole number"
    TRUTH = "true or false (in CSV: yes or empty)"
    DAY = "a date such as 2026-11-24"
    TEXTS = "a list of texts (in CSV: separated by semicolons)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Schema:
    """What a file may hold: its key and its fields; those in `required` may not be empty or missing."""

    key: str
    fields: Mapping[str, Shape]
    required: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One entry of a file. `given` holds the fields that were really there."""

    key: str
    place: str
    """`file:line`, for faults."""
    given: Mapping[str, Any]
    places: Mapping[str, str] = field(default_factory=dict)

    def place_of(self, name: str) -> str:
        """Where a field stands."""
        return self.places.get(name, self.place)

    def over(self, base: "Row | None") -> "Row":
        """This row laid over another with the same key: what it does not give stays as it was."""
        if base is None:
            return self
        return Row(
            key=self.key,
            place=self.place,
            given={**base.given, **self.given},
            places={**base.places, **{name: self.place_of(name) for name in self.given}},
        )


def read_rows(name: str, data: bytes, schema: Schema, faults: list[str]) -> dict[str, Row]:
    """The rows of one file by key; what is wrong is added to `faults`, and the rest is still read."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        faults.append(f"{name}:{line}: is not UTF-8; save the file as UTF-8")
        return {}
    raw = _csv_rows(name, text, schema, faults) if name.endswith(".csv") else _toml_rows(name, text, faults)
    rows: dict[str, Row] = {}
    for row in raw:
        if row.key in rows:
            faults.append(f"{row.place}: {schema.key} {row.key!r} is there twice; keep one of them")
        rows[row.key] = _typed(row, schema, faults)
    return rows


def check_required(row: Row, schema: Schema, faults: list[str]) -> bool:
    """Whether a row, with all overlays applied, has what it must have."""
    missing = sorted(name for name in schema.required if row.given.get(name) in (None, "", ()))
    faults.extend(f"{row.place}: {row.key!r} has no {name}; fill it in" for name in missing)
    return not missing


def _csv_rows(name: str, text: str, schema: Schema, faults: list[str]) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    try:
        header = next(reader, [])
        if not header or header[0] != schema.key:
            faults.append(f"{name}:1: the first column must be called {schema.key}")
            return []
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            place = f"{name}:{reader.line_num}"
            if len(cells) != len(header):
                faults.append(f"{place}: has {len(cells)} columns instead of {len(header)}; is a comma missing?")
                continue
            given = {column: cell.strip() for column, cell in zip(header, cells, strict=True) if cell.strip()}
            key = given.pop(schema.key, "")
            if key:
                rows.append(Row(key=key, place=place, given=given))
            else:
                faults.append(f"{place}: has no {schema.key}; fill it in")
    except csv.Error as error:
        faults.append(f"{name}:{reader.line_num}: is not valid CSV: {error}")
    return rows


def _toml_rows(name: str, text: str, faults: list[str]) -> list[Row]:
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        faults.append(f"{name}:{found[1] if found else text.count(chr(10)) + 1}: is not valid TOML: {error}")
        return []
    lines = text.splitlines()
    rows: list[Row] = []
    for key, table in document.items():
        at = _line_of_table(lines, key)
        place = f"{name}:{at}"
        if not isinstance(table, dict):
            faults.append(f"{place}: {key!r} stands outside of any [table]; put it into one")
            continue
        places = {field_name: f"{name}:{_line_of_field(lines, at, field_name)}" for field_name in table}
        rows.append(Row(key=key, place=place, given=table, places=places))
    return rows


def _line_of_table(lines: list[str], key: str) -> int:
    header = re.compile(rf"\s*\[\s*[\"']?{re.escape(key)}[\"']?\s*\]|\s*[\"']?{re.escape(key)}[\"']?\s*[=.]")
    return next((number for number, line in enumerate(lines, 1) if header.match(line)), 1)


def _line_of_field(lines: list[str], table: int, name: str) -> int:
    start = re.compile(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=")
    return next((number for number, line in enumerate(lines[table:], table + 1) if start.match(line)), table)


def _typed(row: Row, schema: Schema, faults: list[str]) -> Row:
    given: dict[str, Any] = {}
    for name, value in row.given.items():
        shape = schema.fields.get(name)
        if shape is None:
            known = ", ".join(schema.fields)
            faults.append(f"{row.place_of(name)}: there is no field {name!r} here; there are {known}")
            continue
        typed = _value(value, shape)
        if typed is None:
            faults.append(f"{row.place_of(name)}: {name} must be {shape.value}")
            continue
        given[name] = typed
    return Row(key=row.key, place=row.place, given=given, places=row.places)


def _value(value: Any, shape: Shape) -> Any:
    """The value in its shape, or None when it has another."""
    match shape:
        case Shape.TEXT:
            return value.strip() if isinstance(value, str) else None
        case Shape.NUMBER:
            return _number(value)
        case Shape.TRUTH:
            return value if isinstance(value, bool) else {"yes": True, "no": False}.get(str(value).lower())
        case Shape.DAY:
            return _day(value)
        case Shape.TEXTS:
            return _texts(value)


def _number(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", value) else None


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _texts(value: Any) -> tuple[str, ...] | None:
    items = value.split(";") if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        return None
    return tuple(item.strip() for item in items if item.strip())

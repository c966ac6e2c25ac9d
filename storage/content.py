"""All rows of a store as plain values: the same on both engines, in a fixed order, as they lie there.

Sealed columns stay sealed: nothing here needs a key. What a table looks like is written beside its rows, so that they
can be put back into the tables of their own time by a newer product.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    collate,
    func,
    select,
)
from sqlalchemy.types import JSON, TypeDecorator, TypeEngine

from models.safety import Content, Tally
from storage.safety_tables import StandingTable
from storage.tables import Base
from storage.types import Moment

BATCH = 100
DERIVED = "derived"
"""A table whose `info` says so is made from the others and made again from them: no copy carries it."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Boolean, "bool"),
    (Integer, "int"),
    (Float, "number"),
    (JSON, "document"),
    (LargeBinary, "bytes"),
    (String, "text"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """What a table looks like: (name, kind, may be empty) of each column, and the columns that order its rows."""

    name: str
    columns: tuple[tuple[str, str, bool], ...]
    key: tuple[str, ...]

    @classmethod
    def of(cls, table: Table) -> "Shape":
        """The shape of a table of ours."""
        columns = tuple((column.name, _kind(column.type), bool(column.nullable)) for column in table.columns)
        return cls(name=table.name, columns=columns, key=tuple(column.name for column in table.primary_key))

    @classmethod
    def read(cls, facts: dict[str, Any]) -> "Shape":
        """The shape that `plain` gave."""
        columns = tuple((str(name), str(kind), bool(empty)) for name, kind, empty in facts["columns"])
        return cls(name=str(facts["name"]), columns=columns, key=tuple(facts["key"]))

    def plain(self) -> dict[str, Any]:
        """The shape as plain values."""
        return asdict(self)

    def table(self) -> Table:
        """A table that hands values through as they lie there."""
        columns = [
            Column(name, _type(kind, empty=empty), primary_key=name in self.key, autoincrement=False)
            for name, kind, empty in self.columns
        ]
        return Table(self.name, MetaData(), *columns)


def shapes() -> tuple[Shape, ...]:
    """All tables whose rows belong to a copy, those first that others refer to."""
    tables = Base.metadata.sorted_tables
    here = StandingTable.__tablename__
    return tuple(Shape.of(table) for table in tables if table.name != here and not table.info.get(DERIVED))


def lines(connection: Connection, shape: Shape) -> Iterator[str]:
    """Every row of a table as one line of JSON, by its primary key."""
    table = shape.table()
    order = [_ordered(connection, table.columns[name]) for name in shape.key]
    kinds = [kind for _, kind, _ in shape.columns]
    wanted = select(table).order_by(*order).execution_options(yield_per=BATCH)
    with connection.execute(wanted) as rows:
        for row in rows:
            plain = [_plain(value, kind) for value, kind in zip(row, kinds, strict=True)]
            yield json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


class Counting:
    """Counts lines that go by, and digests them."""

    def __init__(self) -> None:
        self._count = 0
        self._sha = hashlib.sha256()

    def through(self, passing: Iterable[str]) -> Iterator[str]:
        """The same lines."""
        for line in passing:
            self.add(line)
            yield line

    def add(self, line: str) -> None:
        """One more line."""
        self._count += 1
        self._sha.update(line.encode() + b"\n")

    def tally(self) -> Tally:
        """What went by so far."""
        return Tally(count=self._count, sha256=self._sha.hexdigest())


def content(connection: Connection) -> Content:
    """Count and digest all that the store holds, within one view of it."""
    found = {}
    for shape in shapes():
        counting = Counting()
        for line in lines(connection, shape):
            counting.add(line)
        found[shape.name] = counting.tally()
    return Content(tables=found)


def put(connection: Connection, shape: Shape, passing: Iterable[str]) -> Iterator[int]:
    """Put rows back as `lines` gave them; tells how many after each batch. They need an empty place for their keys."""
    table, left, done = shape.table(), iter(passing), 0
    while batch := [_values(shape, line) for line in islice(left, BATCH)]:
        connection.execute(table.insert(), batch)
        done += len(batch)
        yield done


def numbering(connection: Connection) -> dict[str, int]:
    """Table -> the last id that it gave, so that none is ever given twice."""
    return {table.name: _last(connection, table) for table in _numbered()}


def number_on(connection: Connection, last: dict[str, int]) -> None:
    """Let each table go on counting behind the last id that it gave or holds."""
    if connection.dialect.name != "postgresql":
        return  # SQLite counts on behind the highest row
    for table in _numbered():
        reached = max(last.get(table.name, 0), _highest(connection, table))
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, max(reached, 1), reached > 0)))


def _numbered() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if table.autoincrement_column is not None]


def _last(connection: Connection, table: Table) -> int:
    highest = _highest(connection, table)
    if connection.dialect.name != "postgresql":
        return highest
    name = connection.execute(select(func.pg_get_serial_sequence(table.name, "id"))).scalar_one()
    asked = f"SELECT last_value, is_called FROM {name}"  # noqa: S608 - the database named it
    last, called = connection.exec_driver_sql(asked).one()
    return max(highest, last if called else 0)


def _highest(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.max(table.columns["id"]))).scalar() or 0)


def _ordered(connection: Connection, column: Column[Any]) -> Any:
    # Text is sorted by its bytes, as SQLite does, whatever language a PostgreSQL database was made for.
    wordy = connection.dialect.name == "postgresql" and isinstance(column.type, String)
    return collate(column, "C") if wordy else column


def _kind(column_type: TypeEngine[Any]) -> str:
    if isinstance(column_type, Moment):
        return "moment"
    bare = column_type
    while isinstance(bare, TypeDecorator):
        bare = bare.impl_instance
    return next(kind for known, kind in _KINDS if isinstance(bare, known))


def _type(kind: str, *, empty: bool) -> TypeEngine[Any]:
    made: dict[str, TypeEngine[Any]] = {
        "moment": Moment(),
        "bool": Boolean(),
        "int": BigInteger(),
        "number": Float(),
        "document": JSON(none_as_null=empty),
        "bytes": LargeBinary(),
        "text": Text(),
    }
    return made[kind]


def _plain(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "bytes":
        return base64.b64encode(value).decode()
    if kind == "moment":
        return (value - _EPOCH) // timedelta(microseconds=1)
    return value


def _values(shape: Shape, line: str) -> dict[str, Any]:
    plain = json.loads(line)
    return {name: _valued(value, kind) for (name, kind, _), value in zip(shape.columns, plain, strict=True)}


def _valued(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "bytes":
        return base64.b64decode(value)
    if kind == "moment":
        return _EPOCH + timedelta(microseconds=value)
    return value

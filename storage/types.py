"""Column types that behave the same on SQLite and PostgreSQL."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import JSON, TypeDecorator

LONGEST_HANDLE = 700
"""Bytes. An index page of PostgreSQL holds 2,704 for a row, and an index may span three texts."""
Id = BigInteger().with_variant(Integer(), "sqlite")
"""64-bit on PostgreSQL; on SQLite only an INTEGER primary key counts up by itself."""


class Moment(TypeDecorator[datetime]):
    """An aware moment, in and out, UTC. SQLite keeps it as microseconds since 1970, so that it sorts and indexes."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Microseconds on SQLite, `timestamptz` elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Into the database; raises ValueError for a moment without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        if dialect.name != "sqlite":
            return value
        since = value - _EPOCH
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Out of the database, in UTC."""
        if value is None:
            return None
        if dialect.name != "sqlite":
            return value.astimezone(UTC)  # type: ignore[no-any-return]  # psycopg gives an aware datetime
        seconds, micros = divmod(value, 1_000_000)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)


def storable(text: str) -> str:
    """The text without what no database can keep: NUL and lone surrogates become U+FFFD, visibly."""
    if "\0" in text:
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _has_surrogate(text) else text


def indexable(text: str) -> str:
    """The text, storable and of at most 700 bytes; equal texts stay equal, different ones different."""
    text = storable(text)
    whole = text.encode()
    if len(whole) <= LONGEST_HANDLE:
        return text
    return f"{whole[:600].decode(errors='ignore')}…{hashlib.sha256(whole).hexdigest()}"


def _has_surrogate(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


class Words(TypeDecorator[str]):
    """Text that always fits, whatever a stranger wrote."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Into the database, made storable."""
        return None if value is None else storable(value)


class Handle(TypeDecorator[str]):
    """Text by which a row is found again. PostgreSQL indexes no long text, so that a longer one ends in its digest."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Into the database, made storable and short enough for an index."""
        return None if value is None else indexable(value)


class Values(TypeDecorator[Any]):
    """A JSON document of plain values, with its texts made storable."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        """Into the database, every text in it made storable."""
        return plain_values(value)


def plain_values(value: Any) -> Any:
    """A JSON value, every text in it made storable."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(key)): plain_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(item) for item in value]
    return value


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

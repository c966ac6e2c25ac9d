"""What a copy of a store says of itself: how much of what it holds, and the digests that prove it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How many rows or bytes there are, and their SHA-256."""

    count: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """All that a store holds, table by table; equal content has an equal digest on every engine."""

    tables: Mapping[str, Tally]

    @property
    def rows(self) -> int:
        """How many rows there are in all tables together."""
        return sum(tally.count for tally in self.tables.values())

    @property
    def digest(self) -> str:
        """One SHA-256 for the whole."""
        lines = (f"{name} {tally.count} {tally.sha256}\n" for name, tally in sorted(self.tables.items()))
        return hashlib.sha256("".join(lines).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Whence a backup comes: the product's version, the tables' revision, the engine, and a digest of the settings."""

    version: str
    revision: str
    engine: str
    settings: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What a backup holds, as its last line says it. `files` are those of trained models, by their path."""

    origin: Origin
    content: Content
    files: Mapping[str, Tally] = field(default_factory=dict)

"""Erasing one reporter: how far it goes, and the certificate that says what was done and names nobody."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Mode(StrEnum):
    """How far an erasure goes."""

    PSEUDONYMISE = "pseudonymise"
    """The person goes. What was told stays, as evidence for the safety of patients and learners."""
    FULL = "full"
    """The person goes, and all that they told."""


class ErasureRefused(Exception):
    """Nothing was erased. The text is a sentence that says why and what to do, with nothing of the reporter in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One reporter, and all that is theirs. Never shown, logged or kept: it lives as long as the command."""

    name: str
    """All names that they gave, side by side."""
    address: str
    ticket_ids: tuple[int, ...]
    references: tuple[str, ...]
    strays: tuple[int, ...]
    """Messages of theirs that became no ticket: machine mail, duplicates, unreadable ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """What was erased, when, and by whom. It holds no identity, so that it can be kept and shown."""

    number: str
    at: datetime
    by: str
    """The officer's e-mail address."""
    mode: Mode
    references: tuple[str, ...]
    messages_of_no_ticket: int
    rows: Mapping[str, int]
    """Table -> rows that were removed or changed."""
    digests: Mapping[str, str]
    """Table -> SHA-256 of the numbers of those rows, one a line: whoever holds a backup can tell which they were."""

    @property
    def digest(self) -> str:
        """SHA-256 of the certificate; the audit chain holds it."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """The certificate as plain values."""
        return {**asdict(self), "at": self.at.isoformat(), "rows": dict(self.rows), "digests": dict(self.digests)}

    def as_text(self) -> str:
        """The certificate for people."""
        what = {
            Mode.PSEUDONYMISE: "The person was taken out. What was told stays, without them.",
            Mode.FULL: "The person was taken out, and all that they told.",
        }[self.mode]
        lines = [
            f"Certificate of erasure {self.number}",
            "",
            what,
            f"When: {self.at:%d %B %Y, %H:%M} UTC",
            f"By whom: {self.by}",
            f"Tickets: {', '.join(self.references) or 'none'}",
            f"Messages that had become no ticket: {self.messages_of_no_ticket}",
            "",
            "Rows removed or changed, by table, with the SHA-256 of their numbers:",
            *(f"  {table}: {number}  {self.digests[table]}" for table, number in sorted(self.rows.items()) if number),
            "",
            f"SHA-256 of this certificate: {self.digest}",
            "The audit chain holds the same digest. This certificate names nobody.",
        ]
        return "\n".join(lines) + "\n"

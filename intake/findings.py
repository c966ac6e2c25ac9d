"""What `intake check` finds: one thing looked at, and how much it matters."""

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How much a finding matters."""

    FINE = "fine"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing looked at: what it is, how it is, and for a fault what to do."""

    subject: str
    weight: Weight
    text: str = ""

"""Places that concerns name and the reference data do not have."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A ticket that names a place which was in no list when it was read; `text` are its words, as officers see them."""

    ticket_id: int
    reference: str
    at: datetime
    """When the ticket arrived."""
    text: str

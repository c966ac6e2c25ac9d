"""What stands behind a seal, once somebody with a right and a reason has opened it."""

from dataclasses import dataclass

from models.ticket import Entry, Reporter


@dataclass(frozen=True, kw_only=True, slots=True)
class Unsealed:
    """Who wrote, and what they wrote, unmasked. Never kept, never logged."""

    reporter: Reporter
    entries: tuple[Entry, ...]
    chats: tuple[str, ...] = ()
    """The chats that the ticket is tied to, as channel and address."""

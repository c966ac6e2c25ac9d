"""How long what is kept, what is due to go, and what should have gone but may not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Kept(StrEnum):
    """A class of what is kept, each with a period of its own."""

    RAW = "raw"
    """The bytes of messages of closed tickets, as they came."""
    OUTBOX = "outbox"
    """The texts of our own mails about closed tickets."""
    CHAT_LINKS = "chat_links"
    """Which chat a closed ticket came from: after that nobody can be answered there."""
    SHADOWS = "shadows"
    """What candidates of the classifier would have said."""
    CORRECTIONS = "corrections"
    """What the classifier learns from."""
    IDENTITY = "identity"
    """Who wrote: names and addresses of the reporters of closed tickets."""
    TICKETS = "tickets"
    """Closed tickets, whole."""
    IGNORED = "ignored"
    """Messages that became no ticket: machine mail, lists, bounces."""
    QUARANTINED = "quarantined"
    """Messages that no machine could read, after a person has looked at them."""
    SIGN_INS = "sign_ins"
    """Failed sign-ins, and sessions and links that have run out."""
    AUDIT = "audit"
    """The oldest acts of the audit chain."""


Schedule = Mapping[Kept, timedelta]
"""How long each class is kept; a class that is not in it is kept for ever."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """What would go of one class: how many, and the first of them by reference or number."""

    kept: Kept
    count: int
    first: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Overdue:
    """What is older than its period and may not go: a person must look. `why` is a sentence."""

    kept: Kept
    count: int
    why: str
    first: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LegalHold:
    """Nothing of a held ticket goes, whoever asks. `actor` is the officer's e-mail address."""

    reference: str
    at: datetime
    actor: str
    reason: str

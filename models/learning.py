"""What the classifier may learn from: what officers decided, and what a candidate would have said."""

from dataclasses import dataclass
from datetime import datetime

from models.ticket import Decision
from models.verdict import Verdict

NEVER_LEARNT = frozenset({"telegram"})
"""Channels whose messages are never kept to learn from."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """An officer's decision beside the machine's verdict, with the masked text of the message that opened the ticket.

    Officer and moment are those of the decision, the classifier's version is the verdict's. The verdict comes without
    its evidence: that would quote the text unmasked.
    """

    ticket_id: int
    channel: str
    subject: str
    text: str
    consent: bool
    """Whether it may be learned from."""
    messages: int
    """How many messages the officer had before them; only the first is kept."""
    verdict: Verdict
    decision: Decision


@dataclass(frozen=True, kw_only=True, slots=True)
class Unshadowed:
    """A ticket's first message, which a candidate has not read yet, with the live verdict on it."""

    ticket_id: int
    channel: str
    subject: str
    text: str
    live: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Shadow:
    """What a candidate says of a ticket's first message, beside the live verdict on it."""

    ticket_id: int
    reference: str
    at: datetime
    model: str
    """The candidate, by the name of its folder."""
    live: Verdict
    candidate: Verdict
    """Ungraded, by the classifier `none`, where the candidate failed or took too long."""

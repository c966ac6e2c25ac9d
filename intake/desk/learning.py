"""What a decision teaches: the correction that is kept beside it, if it may be kept at all."""

from models.learning import NEVER_LEARNT, Correction
from models.ticket import Decision, Ticket
from models.verdict import Verdict

ASKED = frozenset({"imap", "graph", "smtp", "lmtp"})
"""Channels for which the setting stands as consent, as people are told in the privacy notice; others have to ask."""
LONGEST = 20_000
"""Characters of a text that are kept: far beyond that nobody has looked for personal data."""
BLIND = ("none", "'personal_data'")
"""The classifier that read nothing, and the part whose failure means that no personal data were found."""


def correction_of(ticket: Ticket, decision: Decision, *, allowed: bool) -> Correction | None:
    """The correction that a decision makes; None where nothing may be kept, or where nothing could be masked."""
    verdict, entry = ticket.first_reading, ticket.entries[0]
    if not allowed or NEVER_LEARNT & {ticket.row.channel, *(one.channel for one in ticket.entries)}:
        return None
    if _unmasked(verdict):
        return None
    return Correction(
        ticket_id=ticket.row.id,
        channel=entry.channel,
        subject=entry.subject,
        text=entry.text[:LONGEST],
        consent=entry.channel in ASKED,
        messages=len(ticket.entries),
        verdict=verdict,
        decision=decision,
    )


def _unmasked(verdict: Verdict) -> bool:
    none, part = BLIND
    return verdict.classifier == none or any(part in reason for reason in verdict.needs_person_reasons)

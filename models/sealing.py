"""Who may open a seal, and how: what is asked, who agrees, and for how long it stays open."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ASKED_FOR = timedelta(days=7)
"""So long a question waits for a second person."""
OPEN_FOR = timedelta(hours=24)
"""So long after the second person agreed the first may open."""
SHORTEST_REASON = 10
"""Characters: "because" is no reason."""


class Anonymity(StrEnum):
    """What a reporter was promised."""

    NAMED = "named"
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyFacts:
    """What may be told of a key: its id, never the key. `rows` need it; `opens`: its secret half is here."""

    id: str
    kind: str
    state: str
    made_at: datetime
    opens: bool
    rows: int


class UnsealRefused(Exception):
    """The seal stays closed. The text is a sentence for the person who asked, with nothing of the reporter in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unsealing:
    """One question to open the seal of a ticket."""

    id: int
    ticket_id: int
    asked_by: str
    """An officer's e-mail address, as are the two others."""
    reason: str
    asked_at: datetime
    expires_at: datetime
    needs_approval: bool
    approved_by: str | None = None
    refused_by: str | None = None
    opened_at: datetime | None = None

    def may_be_answered_by(self, officer: str, now: datetime) -> None:
        """Raises UnsealRefused unless this officer may agree or refuse now."""
        if officer.casefold() == self.asked_by.casefold():
            raise UnsealRefused("Somebody else has to agree: nobody can agree with themselves.")
        if self.approved_by or self.refused_by:
            raise UnsealRefused("Somebody has answered this already.")
        if now >= self.expires_at:
            raise UnsealRefused("This question is too old. It has to be asked again.")

    def may_be_opened_by(self, officer: str, now: datetime) -> None:
        """Raises UnsealRefused unless this officer may open the seal now."""
        if officer.casefold() != self.asked_by.casefold():
            raise UnsealRefused("Only the person who asked may open the seal.")
        if self.refused_by:
            raise UnsealRefused("A second person said no.")
        if now >= self.expires_at:
            raise UnsealRefused("The time to open it is over. It has to be asked again.")
        if self.needs_approval and not self.approved_by:
            raise UnsealRefused("This report is anonymous: a second person has to agree first.")


def needs_two(anonymity: Anonymity) -> bool:
    """Whether two persons have to agree before the seal is opened."""
    return anonymity is Anonymity.ANONYMOUS


def checked_reason(reason: str) -> str:
    """The reason without spaces around it. Raises UnsealRefused when it says too little."""
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise UnsealRefused("Please say in a sentence why the seal has to be opened.")
    return reason

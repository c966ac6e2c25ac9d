"""What the watch sees: signs of life, what waits, and the alarms that follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Vitals:
    """How the intake is at one moment. Moments are aware; `None` means that nothing waits."""

    beats: Mapping[str, datetime]
    """When each watched thing last went well."""
    inbox_waiting: int
    inbox_oldest: datetime | None
    outbox_waiting: int
    outbox_oldest: datetime | None
    outbox_failed: int
    """Mails that will not go, and that nobody has dealt with: those of the last seven days."""
    quarantined: int
    flags_waiting: int = 0
    """Red flags that people were called for and that nobody takes care of."""
    flags_oldest: datetime | None = None
    hooks_disabled: int = 0
    """Programs that are told nothing any more, since they took no call for too long."""
    replies_waiting: int = 0
    """Replies of the chat that are sent, not fetched."""
    replies_oldest: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """Something that is wrong, or was: `ended_at` is set when it is over. No text, address or secret in `words`."""

    name: str
    words: str
    since: datetime
    told_at: datetime | None = None
    ended_at: datetime | None = None

"""What lies in the inbox and the outbox, how it ended, and who may work on it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.message import Outgoing, RawMessage


class Ending(StrEnum):
    """Every inbox row ends in exactly one of these; nothing else exists."""

    TICKET = "ticket"
    FOLLOW_UP = "follow_up"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How one message ended. `reason` is never empty for ignored and quarantined ones."""

    ending: Ending
    reason: str = ""
    ticket_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """The answer of the inbox to a message: its row, and whether it was new or had been kept before."""

    inbox_id: int
    new: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxItem:
    """A claimed inbox row. `claim` is the token without which the row cannot be settled."""

    id: int
    claim: str
    attempts: int
    """How often it has been claimed, this time included."""
    message: RawMessage


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxRow:
    """An inbox row as a list shows it; `ending` is `None` while it waits. `size` is in bytes."""

    id: int
    channel: str
    account: str
    received_at: datetime
    size: int
    attempts: int
    ending: Ending | None
    reason: str
    ticket_reference: str | None
    last_error: str


class Delivery(StrEnum):
    """Where an outgoing message stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    WITHHELD = "withheld"


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxItem:
    """A claimed outbox row, to be sent and then settled with its `claim` token."""

    id: int
    claim: str
    attempts: int
    ticket_id: int
    outgoing: Outgoing
    purpose: str = "acknowledgement"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """The right to do something alone for a while, such as polling one mailbox.

    `epoch` grows with every new holder, so that a late one can be fenced off.
    """

    name: str
    holder: str
    epoch: int
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Balance:
    """The reconciliation: `received` must equal the sum of the endings and what still waits."""

    received: int
    tickets: int
    follow_ups: int
    ignored: int
    quarantined: int
    waiting: int
    gone: int = 0
    """Those of them whose period is over or that were erased: their tombstones are counted with the others."""
    faults: tuple[str, ...] = ()
    """Every invariant that does not hold, in words."""

    @property
    def holds(self) -> bool:
        """True when the sums agree and no invariant is broken."""
        ended = self.tickets + self.follow_ups + self.ignored + self.quarantined
        return not self.faults and self.received == ended + self.waiting


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryRow:
    """A mail of ours as the ticket page shows it; `error` says why it failed, waits or was withheld."""

    purpose: str
    state: Delivery
    attempts: int
    at: datetime
    error: str

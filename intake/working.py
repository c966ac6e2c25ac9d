"""The pieces of work that the daemon repeats: filing what is in the inbox, sending what is in the outbox."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from intake.daemon import Stopping
from intake.filing import FilingRoom, file_one
from intake.pacing import Pace
from intake.retry import Again, next_try
from intake.sending import PostRoom, send_one
from intake.waking import Idle, look_each_second
from models.work import Ending, InboxItem, OutboxItem, Outcome
from storage.store import LostClaim, StoreError

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """Who works, how long a claim holds, how many rows at once, and how long to wait when there are none."""

    worker: str
    lease: timedelta
    batch: int = 10
    idle: Idle = look_each_second


@dataclass(frozen=True, kw_only=True, slots=True)
class FilingWork:
    """Files what is waiting. `attempts` is how often a message may fail before a person must look."""

    room: FilingRoom
    shift: Shift
    attempts: int
    filed: Callable[[], None] = lambda: None
    """Called after messages were filed, to wake the sender."""

    def step(self, stopping: Stopping) -> float:
        """File one batch; the pause is 0 while there may be more."""
        with self.room.store.write() as tx:
            items = tx.inbox.claim(
                worker=self.shift.worker, now=self.room.clock(), lease=self.shift.lease, limit=self.shift.batch
            )
        for item in items:
            try:
                if stopping():
                    self._hand_back(item)
                else:
                    self._file(item)
            except LostClaim:
                _log.warning("filing.claim_lost", inbox_id=item.id)
        if items:
            self.filed()
        return 0.0 if items else self.shift.idle()

    def _file(self, item: InboxItem) -> None:
        if item.attempts > 2 * self.attempts:
            # It was claimed again and again and never came to an end: whatever reads it dies of it.
            self._quarantine(item, f"It was tried {item.attempts - 1} times and never came to an end.")
            return
        try:
            file_one(self.room, item)
        except LostClaim:
            raise
        except StoreError as fault:
            if not fault.retry:
                self._failed(item, fault)
                return
            _log.warning("filing.store_busy", inbox_id=item.id, fault=type(fault).__name__)
            raise
        except Exception as fault:  # noqa: BLE001 - one message that fails must never stop the next
            self._failed(item, fault)

    def _hand_back(self, item: InboxItem) -> None:
        with self.room.store.write() as tx:
            tx.inbox.postpone(item, until=self.room.clock(), error="")

    def _failed(self, item: InboxItem, fault: Exception) -> None:
        kind = type(fault).__name__
        _log.error("filing.failed", inbox_id=item.id, attempts=item.attempts, fault=kind)
        match next_try(now=self.room.clock(), attempts=item.attempts, most=self.attempts):
            case Again(at=at):
                with self.room.store.write() as tx:
                    tx.inbox.postpone(item, until=at, error=kind)
            case _:
                self._quarantine(item, f"It failed {item.attempts} times ({kind}).")

    def _quarantine(self, item: InboxItem, reason: str) -> None:
        with self.room.store.write() as tx:
            tx.inbox.settle(item, Outcome(ending=Ending.QUARANTINED, reason=reason), self.room.clock())


@dataclass(frozen=True, kw_only=True, slots=True)
class SendingWork:
    """Sends what is waiting in the outbox, to each domain at its pace."""

    room: PostRoom
    shift: Shift
    pace: Pace = field(default_factory=Pace)

    def step(self, stopping: Stopping) -> float:
        """Send one batch; the pause is 0 while there may be more."""
        with self.room.store.write() as tx:
            items = tx.outbox.claim(
                worker=self.shift.worker, now=self.room.clock(), lease=self.shift.lease, limit=self.shift.batch
            )
        for item in items:
            try:
                if stopping():
                    self._hand_back(item, timedelta())
                elif wait := self.pace.wait(domain_of(item), self.room.clock()):
                    self._hand_back(item, wait)
                else:
                    went = send_one(self.room, item)
                    _log.info("mail.sent" if went else "mail.not_sent", outbox_id=item.id, attempts=item.attempts)
            except LostClaim:
                _log.warning("sending.claim_lost", outbox_id=item.id)
        return 0.0 if items else self.shift.idle()

    def _hand_back(self, item: OutboxItem, wait: timedelta) -> None:
        with self.room.store.write() as tx:
            tx.outbox.postpone(item, until=self.room.clock() + wait, error="", counts=False)


def domain_of(item: OutboxItem) -> str:
    """The domain that a mail goes to."""
    return item.outgoing.recipient.rpartition("@")[2].lower()

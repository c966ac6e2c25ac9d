"""Letting go what is due, once a day, by one process at a time; and saying what should have gone but may not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from models.audit import Act, Action
from models.retention import Due, Kept, Overdue, Schedule
from models.work import Lease
from storage.store import Store, Transaction

AT_ONCE = 50
LEASE, TTL = "retention", timedelta(minutes=10)
A_DAY, LATER = 86_400.0, 3_600.0
ACTOR = "intake"
_log = structlog.get_logger(__name__)


def nothing_stops() -> bool:
    """Go on to the end."""
    return False


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionWork:
    """The daily work. `holder` names this process in the lease."""

    store: Store
    schedule: Schedule
    holder: str
    clock: Callable[[], datetime]

    def step(self, stopping: Callable[[], bool]) -> float:
        """Let go what is due, and log what is overdue; the pause until the next day, or until the lease is free."""
        with self.store.write() as tx:
            lease = tx.leases.take(LEASE, self.holder, now=self.clock(), ttl=TTL)
        if lease is None:
            return LATER
        for late in self.overdue():
            _log.warning("retention.overdue", kept=late.kept.value, count=late.count, why=late.why)
        gone = self.expire(lease, stopping)
        if gone:
            _log.info("retention.done", **{kept.value: number for kept, number in gone.items()})
        self._prune_log(lease, stopping)
        with self.store.write() as tx:
            tx.leases.release(lease)
        return A_DAY

    def _prune_log(self, lease: Lease, stopping: Callable[[], bool]) -> None:
        """Let old lines of the log of webhooks go: they name tickets and hold no word of anybody."""
        while not stopping():
            now = self.clock()
            with self.store.write() as tx:
                if tx.leases.renew(lease, now=now, ttl=TTL) is None or not tx.webhooks.prune(now):
                    return

    def due(self) -> tuple[Due, ...]:
        """What would go now, class by class."""
        with self.store.read() as tx:
            return tuple(self._due(tx, kept) for kept in Kept)

    def _due(self, tx: Transaction, kept: Kept) -> Due:
        if kept is Kept.AUDIT:
            return Due(kept=kept, count=max(self._old_acts(tx, self.clock()) - tx.audit.checkpoint().seq, 0))
        return tx.retention.due(kept, self.clock(), self.schedule)

    def _expire(self, tx: Transaction, kept: Kept, now: datetime) -> int:
        if kept is not Kept.AUDIT:
            return tx.retention.expire(kept, now, self.schedule, limit=AT_ONCE)
        upto = self._old_acts(tx, now)
        return tx.audit.retire(upto, at=now, actor=ACTOR) if upto > tx.audit.checkpoint().seq else 0

    def _old_acts(self, tx: Transaction, now: datetime) -> int:
        """The newest act of the audit chain that is due; 0 when none is."""
        period = self.schedule.get(Kept.AUDIT)
        return 0 if period is None else tx.audit.last_before(now - period)

    def overdue(self) -> tuple[Overdue, ...]:
        """What should have gone but may not."""
        with self.store.read() as tx:
            return tx.retention.overdue(self.clock(), self.schedule)

    def expire(self, lease: Lease, stopping: Callable[[], bool] = nothing_stops) -> dict[Kept, int]:
        """Let go what is due, a few at a time, each few in a transaction of its own with its act in the audit chain.

        Ends early when the lease is lost.
        """
        gone: dict[Kept, int] = {}
        for kept in Kept:
            while not stopping():
                now = self.clock()
                with self.store.write() as tx:
                    if tx.leases.renew(lease, now=now, ttl=TTL) is None:
                        return gone
                    number = self._expire(tx, kept, now)
                    if number:
                        detail = {"count": number}
                        tx.audit.append(
                            Act(at=now, actor=ACTOR, action=Action.EXPIRED, subject=kept.value, detail=detail)
                        )
                if not number:
                    break
                gone[kept] = gone.get(kept, 0) + number
        return gone

"""What only one process may do at a time: a lease that is taken, renewed with every step, and given back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models.work import Lease
from storage.store import Store

BEAT = timedelta(minutes=1)


@dataclass(kw_only=True, slots=True)
class Holder:
    """One process's hold on a lease, and its sign of life. `lease` is None while another process has it."""

    store: Store
    name: str
    worker: str
    ttl: timedelta
    clock: Callable[[], datetime]
    beat_name: str
    lease: Lease | None = field(default=None, init=False)
    _beat_at: datetime | None = field(default=None, init=False)

    def hold(self) -> bool:
        """Take the lease or renew it; False when another process has it. Raises StoreError."""
        now = self.clock()
        with self.store.write() as tx:
            if self.lease is not None:
                self.lease = tx.leases.renew(self.lease, now=now, ttl=self.ttl)
            if self.lease is None:
                self.lease = tx.leases.take(self.name, self.worker, now=now, ttl=self.ttl)
        return self.lease is not None

    def lost(self) -> None:
        """It was found out that another process has it."""
        self.lease = None

    def is_half_over(self) -> bool:
        """Whether it should be renewed before more is done with it."""
        return self.lease is None or self.clock() > self.lease.expires_at - self.ttl / 2

    def beat(self) -> None:
        """Give a sign of life, once a minute at most. Raises StoreError."""
        now = self.clock()
        if self._beat_at is None or now - self._beat_at >= BEAT:
            with self.store.write() as tx:
                tx.watch.beat(self.beat_name, now)
            self._beat_at = now

    def release(self) -> None:
        """Let the next process begin at once. Raises StoreError."""
        if self.lease is not None:
            with self.store.write() as tx:
                tx.leases.release(self.lease)
            self.lease = None

"""Fetching from a mailbox, by one process at a time: a lease with a fencing epoch keeps all others away."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta

import structlog

from channels.base import Sink, Unavailable
from channels.email.imap import Mailbox, OpenMailbox
from intake.daemon import Stopping
from intake.watching import beat_of
from models.message import RawMessage
from models.work import Lease
from storage.store import LostClaim, Store

SLICE_SECONDS = 15.0
"""The longest wait in one go, so that the lease is renewed in time."""

BEAT = timedelta(minutes=1)

_log = structlog.get_logger(__name__)


class Polling:
    """Takes in what a mailbox holds, then waits for more. One step is one round of both."""

    def __init__(
        self,
        *,
        mailbox: Mailbox,
        store: Store,
        worker: str,
        ttl: timedelta,
        clock: Callable[[], datetime],
        arrived: Callable[[], None] = lambda: None,
    ) -> None:
        self._mailbox = mailbox
        self._store = store
        self._worker = worker
        self._ttl = ttl
        self._clock = clock
        self._arrived = arrived
        self._name = f"imap:{mailbox.settings.name}"
        self._lease: Lease | None = None
        self._connection = ExitStack()
        self._open: OpenMailbox | None = None
        self._beat_at: datetime | None = None

    def step(self, stopping: Stopping) -> float:
        """Renew or take the lease, connect if need be, take in, wait. Raises Unavailable when the server is away."""
        if not self._hold():
            self._disconnect()
            return self._ttl.total_seconds() / 4
        try:
            if self._open is None:
                self._open = self._connection.enter_context(self._mailbox.open())
                _log.info("mailbox.connected", mailbox=self._mailbox.settings.name)
            taken = self._open.take_in(self._sink, stopping)
            self._beat()
            if taken.kept or taken.held:
                _log.info("mailbox.taken", mailbox=self._mailbox.settings.name, kept=taken.kept, held=taken.held)
            self._open.wait(min(SLICE_SECONDS, self._ttl.total_seconds() / 4), stopping)
        except Unavailable as trouble:
            _log.warning("mailbox.unavailable", mailbox=self._mailbox.settings.name, why=str(trouble))
            self._disconnect()
            raise
        except Exception:
            self._disconnect()
            raise
        return 0.0

    def _beat(self) -> None:
        """Give a sign of life, once a minute at most."""
        now = self._clock()
        if self._beat_at is None or now - self._beat_at >= BEAT:
            with self._store.write() as tx:
                tx.watch.beat(beat_of(self._mailbox.settings.name), now)
            self._beat_at = now

    def close(self) -> None:
        """Log out and let the next poller begin at once."""
        self._disconnect()
        if self._lease is not None:
            with self._store.write() as tx:
                tx.leases.release(self._lease)
            self._lease = None

    @property
    def _sink(self) -> Sink:
        return self._keep

    def _keep(self, message: RawMessage) -> None:
        if self._lease is None or self._clock() > self._lease.expires_at - self._ttl / 2:
            self._hold()
        if self._lease is None:
            raise Unavailable("another process fetches from this mailbox now")
        try:
            with self._store.write() as tx:
                tx.inbox.receive(message, self._lease)
        except LostClaim:
            self._lease = None
            raise
        self._arrived()

    def _hold(self) -> bool:
        now = self._clock()
        with self._store.write() as tx:
            if self._lease is not None:
                self._lease = tx.leases.renew(self._lease, now=now, ttl=self._ttl)
            if self._lease is None:
                self._lease = tx.leases.take(self._name, self._worker, now=now, ttl=self._ttl)
        return self._lease is not None

    def _disconnect(self) -> None:
        self._open = None
        self._connection.close()

"""Fetching from a mailbox, by one process at a time: a lease with a fencing epoch keeps all others away."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta

import structlog

from channels.base import Sink, Unavailable
from channels.email.rounds import Box, OpenBox
from intake.daemon import Stopping
from intake.leasing import Holder
from intake.watching import beat_of
from models.message import RawMessage
from storage.store import LostClaim, Store

SLICE_SECONDS = 15.0
"""The longest wait in one go, so that the lease is renewed in time."""

_log = structlog.get_logger(__name__)


class Polling:
    """Takes in what a mailbox holds, then waits for more. One step is one round of both."""

    def __init__(
        self,
        *,
        mailbox: Box,
        store: Store,
        worker: str,
        ttl: timedelta,
        clock: Callable[[], datetime],
        arrived: Callable[[], None] = lambda: None,
    ) -> None:
        self._mailbox = mailbox
        self._store = store
        self._ttl = ttl
        self._arrived = arrived
        name = mailbox.name
        self._holder = Holder(
            store=store, name=f"imap:{name}", worker=worker, ttl=ttl, clock=clock, beat_name=beat_of(name)
        )
        self._connection = ExitStack()
        self._open: OpenBox | None = None

    def step(self, stopping: Stopping) -> float:
        """Renew or take the lease, connect if need be, take in, wait. Raises Unavailable when the server is away."""
        if not self._holder.hold():
            self._disconnect()
            return self._ttl.total_seconds() / 4
        try:
            if self._open is None:
                self._open = self._connection.enter_context(self._mailbox.open())
                _log.info("mailbox.connected", mailbox=self._mailbox.name)
            taken = self._open.take_in(self._sink, stopping)
            self._holder.beat()
            if taken.kept or taken.held:
                _log.info("mailbox.taken", mailbox=self._mailbox.name, kept=taken.kept, held=taken.held)
            self._open.wait(min(SLICE_SECONDS, self._ttl.total_seconds() / 4), stopping)
        except Unavailable as trouble:
            _log.warning("mailbox.unavailable", mailbox=self._mailbox.name, why=str(trouble))
            self._disconnect()
            raise
        except Exception:
            self._disconnect()
            raise
        return 0.0

    def close(self) -> None:
        """Log out and let the next poller begin at once."""
        self._disconnect()
        self._holder.release()

    @property
    def _sink(self) -> Sink:
        return self._keep

    def _keep(self, message: RawMessage) -> None:
        if self._holder.is_half_over() and not self._holder.hold():
            raise Unavailable("another process fetches from this mailbox now")
        try:
            with self._store.write() as tx:
                tx.inbox.receive(message, self._holder.lease)
        except LostClaim:
            self._holder.lost()
            raise
        self._arrived()

    def _disconnect(self) -> None:
        self._open = None
        self._connection.close()

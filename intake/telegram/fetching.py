"""Fetching updates, by one process at a time: a lease with a fencing epoch keeps all others away."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from channels.base import Unavailable
from channels.telegram.fetching import Fetching
from intake.chatting import ChatCaps, register
from intake.daemon import Stopping
from intake.leasing import Holder
from intake.watching import BOT
from models.message import RawMessage
from storage.store import LostClaim, Store

LONGEST_SLICE = 0.25
"""Of the lease: the longest wait in one go, so that it is renewed in time."""
NAME = "telegram"
_log = structlog.get_logger(__name__)


class TelegramPolling:
    """Waits for updates and keeps them. One step is one call of Telegram."""

    def __init__(
        self,
        *,
        fetching: Fetching,
        bot_id: str,
        store: Store,
        worker: str,
        ttl: timedelta,
        seconds: float,
        clock: Callable[[], datetime],
        arrived: Callable[[], None] = lambda: None,
        back: Callable[[datetime, datetime], None] = lambda _since, _until: None,
        longest_outage: timedelta = timedelta(hours=12),
        caps: ChatCaps | None = None,
        observe: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`back` is told from when to when nothing could be fetched, if that was longer than `longest_outage`."""
        self._fetching = fetching
        self._store = store
        self._ttl = ttl
        self._seconds = min(seconds, ttl.total_seconds() * LONGEST_SLICE)
        self._arrived = arrived
        self._observe = observe
        self._clock = clock
        self._back = back
        self._longest_outage = longest_outage
        self._caps = caps
        self._well_at: datetime | None = None
        self._holder = Holder(store=store, name=f"{NAME}:{bot_id}", worker=worker, ttl=ttl, clock=clock, beat_name=BOT)

    def step(self, stopping: Stopping) -> float:
        """Renew or take the lease, then wait for updates. Raises Unavailable when Telegram is away."""
        if stopping():
            return 0.0
        # Each keeping looks whether the lease is still ours, so it need not be renewed for each call.
        if self._holder.is_half_over() and not self._holder.hold():
            return self._ttl.total_seconds() / 4
        try:
            kept = self._fetching.take_in(self.keep, seconds=self._seconds)
        except Unavailable as trouble:
            _log.warning("telegram.unavailable", why=str(trouble))
            raise
        if kept:
            _log.info("telegram.taken", kept=kept)
        self._were_away()
        self._holder.beat()
        return 0.0

    def _were_away(self) -> None:
        """Notice a long outage at its end, whether this process saw it or was not there itself."""
        now = self._clock()
        if self._well_at is None:
            with self._store.read() as tx:
                self._well_at = tx.watch.beat_at(BOT)
        if self._well_at is not None and now - self._well_at >= self._longest_outage:
            self._back(self._well_at, now)
        self._well_at = now

    def keep(self, messages: Sequence[RawMessage]) -> None:
        """Keep all of them in one transaction. Raises StoreError, or LostClaim when another process fetches now."""
        self._observe("fetched")
        try:
            with self._store.write() as tx:
                for message in messages:
                    receipt = tx.inbox.receive(message, self._holder.lease)
                    if receipt.new:
                        register(tx, receipt.inbox_id, message, self._caps)
                self._observe("written")
        except LostClaim:
            self._holder.lost()
            raise
        self._observe("kept")
        self._arrived()

    def close(self) -> None:
        """Let the next poller begin at once. Nothing is confirmed on the way out: Telegram sends it again."""
        self._holder.release()

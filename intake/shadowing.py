"""A candidate in the shadow: it reads what has been filed already, and what it says stands beside the live verdict.

It works after the fact, from the store, in a task of its own: no ticket, flag or acknowledgement waits for it, and one
that fails or hangs costs nothing but its own turn.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from intake.classifying import Classify, GuardedClassifier
from intake.daemon import Stopping
from models.learning import Unshadowed
from storage.store import Store

BACK = timedelta(days=7)
"""How far back it reads when it is set up."""
IDLE_SECONDS = 5.0
NEXT_SECONDS = 0.05
"""Between two messages: the live classifier shares the processor."""
PATIENCE = 3
"""After so many messages in a row without an answer it is left alone until the next start."""
GONE_SECONDS = 3600.0

_log = structlog.get_logger(__name__)


@dataclass(kw_only=True, slots=True)
class ShadowWork:
    """Lets the candidate `model` read first messages, newest first. `open_it` is called once, when there is work."""

    store: Store
    model: str
    open_it: Callable[[], Classify]
    seconds: float
    clock: Callable[[], datetime]
    _classify: Classify | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)

    def step(self, stopping: Stopping) -> float:
        """Read one message; gives the pause."""
        if self._failures >= PATIENCE or stopping():
            return GONE_SECONDS
        with self.store.read() as tx:
            waiting = tx.shadows.missing(self.model, since=self.clock() - BACK, limit=1)
        if not waiting:
            return IDLE_SECONDS
        if self._classify is None and not self._opened():
            return GONE_SECONDS
        self._read(waiting[0])
        return NEXT_SECONDS

    def _opened(self) -> bool:
        try:
            self._classify = GuardedClassifier(self.open_it(), seconds=self.seconds, part="shadow")
        except Exception as fault:  # noqa: BLE001 - a candidate that is broken must disturb nothing
            _log.error("shadow.missing", model=self.model, fault=type(fault).__name__)
            self._failures = PATIENCE
            return False
        return True

    def _read(self, message: Unshadowed) -> None:
        assert self._classify is not None
        verdict = self._classify(message.subject, message.text, message.channel)
        self._failures = self._failures + 1 if verdict.classifier == "none" else 0
        if self._failures >= PATIENCE:
            _log.error("shadow.given_up", model=self.model, messages=PATIENCE)
        with self.store.write() as tx:
            tx.shadows.add(message.ticket_id, self.model, verdict, self.clock())

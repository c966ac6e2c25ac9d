"""Waking idle workers and senders, wherever the message that they wait for was taken in or filed."""

from collections.abc import Callable
from dataclasses import dataclass

from intake.daemon import Stopping
from storage.store import Wakes

IDLE_SECONDS = 1.0
"""How long somebody with nothing to do waits before looking again, where nothing but a look can tell."""
AWAKE_SECONDS = 15.0
"""The same where a word would come: the look is a safety net then, and finds what is due again."""
_SLICE_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Listening:
    """A task that hears of new work. Without PostgreSQL there is none, and everybody looks once a second."""

    wakes: Wakes

    def step(self, stopping: Stopping) -> float:  # noqa: ARG002 - a slice is short enough
        """Listen for a moment. Raises StoreError when the server is away; the daemon then comes back here."""
        self.wakes.listen(_SLICE_SECONDS)
        return 0.0

    def idle(self) -> float:
        """How long to wait for work at most."""
        return AWAKE_SECONDS if self.wakes.listening else IDLE_SECONDS


def look_each_second() -> float:
    """How long to wait for work where nobody sends a word."""
    return IDLE_SECONDS


Idle = Callable[[], float]

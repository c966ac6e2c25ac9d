"""What every way into a mailbox has in common: a round of taking in, and a wait that can be ended."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from channels.base import Sink, Unavailable
from channels.email.imap_settings import Taken
from models.message import RawMessage

LOOK_EVERY = 0.25
"""Seconds between looks at `stop` while waiting."""
Stopping = Callable[[], bool]
Known = Callable[[str, str, list[str]], frozenset[str]]
"""Asks which of these keys were kept before, by channel and account: for mailboxes in which nothing can be moved."""


def nothing_known(_channel: str, _account: str, _keys: list[str]) -> frozenset[str]:
    """Nothing was kept before."""
    return frozenset()


class OpenBox(Protocol):
    """A mailbox while the connection holds."""

    def take_in(self, sink: Sink, stop: Stopping) -> Taken:
        """Keep every mail that waits, then move it. Raises what the sink raises, and Unavailable."""

    def wait(self, seconds: float, stop: Stopping) -> bool:
        """Wait for something new, at most so many seconds; True when there may be. Raises Unavailable."""


class Box(Protocol):
    """A mailbox to fetch from, whatever it speaks."""

    @property
    def name(self) -> str:
        """Its name in the settings."""

    def open(self) -> AbstractContextManager[OpenBox]:
        """Reach it and find its folders; raises Unavailable."""


@dataclass(kw_only=True, slots=True)
class Round:
    """What has come of one round of taking in. `refused` is the first thing that the sink raised."""

    kept: int = 0
    held: int = 0
    troubled: int = 0
    refused: Exception | None = None
    _last_refused: bool = False

    def taken(self) -> Taken:
        """What has come of it so far."""
        return Taken(kept=self.kept, held=self.held)

    def done(self, where: str) -> Taken:
        """What has come of it in the end. Raises what the sink refused with, else Unavailable for mails left lying."""
        if self.refused is not None:
            raise self.refused
        if self.troubled:
            raise Unavailable(f"{where}: {self.troubled} mails could not be fetched or moved yet")
        return self.taken()

    def keep(self, message: RawMessage, sink: Sink) -> bool:
        """Whether the sink has kept it. Raises what the sink raised when it does so for the second mail in a row."""
        try:
            sink(message)
        except Unavailable:
            raise
        except Exception as fault:  # noqa: BLE001 - raised again in the end, see take_in
            self.refused = self.refused or fault
            if self._last_refused:
                raise self.refused from None
            self._last_refused = True
            return False
        self._last_refused = False
        self.kept += 1
        self.held += int(message.held is not None)
        return True


def sleep(seconds: float, stop: Stopping) -> bool:
    """Wait so long, or until asked to stop; True, for something new may have come."""
    until = time.monotonic() + seconds
    while not stop() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, LOOK_EVERY))
    return True

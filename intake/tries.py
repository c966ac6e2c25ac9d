"""Limits on guessing: each try is written down before it is looked at, so that many at once are no way around.

The counters are in the store: they hold for all processes together, and a restart forgets none.
"""

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.store import Store

WAIT = "Too many tries. Please wait 15 minutes."


@dataclass(frozen=True, kw_only=True, slots=True)
class Try:
    """A try that may be looked at; `numbers` are its rows in the store."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tries:
    """The limits of one store. A key is for example an account or an address; it may be anybody's."""

    store: Store
    clock: Callable[[], datetime]
    window: timedelta

    def begin(self, limits: Mapping[str, int]) -> Try | None:
        """Note a try under each key; None when one of them has had its number within the window.

        A try that is refused is not counted, so that refusing does not prolong the wait.
        """
        now = self.clock()
        with self.store.write() as tx:
            begun = Try(numbers=tuple(tx.officers.note_failure(key, now) for key in limits))
        with self.store.read() as tx:
            over = any(tx.officers.failures(key, now - self.window) > most for key, most in limits.items())
        if over:
            self.forgive(begun)
            return None
        return begun

    def forgive(self, begun: Try, *keys: str) -> None:
        """The try was a good one: it is taken back, and so are all earlier ones under these keys."""
        with self.store.write() as tx:
            tx.officers.forget_failures(begun.numbers)
            for key in keys:
                tx.officers.clear_failures(key)


def account(email: str) -> str:
    """The key of an account, whether there is one or not."""
    return f"account {email[:200]}"


def codes(email: str) -> str:
    """The key of an account's second factor."""
    return f"code {email[:200]}"


def client(address: str) -> str:
    """The key of where somebody comes from: an address, or of IPv6 the 64 bits that one household or ward has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "client unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return f"client {ipaddress.ip_network((found, 64), strict=False).network_address}/64"
    return f"client {found}"

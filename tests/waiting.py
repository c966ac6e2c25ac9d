"""Waiting for a condition, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
SECONDS = 60.0


def until(found: Callable[[], T], *, seconds: float = SECONDS) -> T:
    """What `found` gives as soon as it gives something true; an AssertionError when it does not in time."""
    deadline = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < deadline, f"waited for {seconds} s"
        time.sleep(0.02)
    return result

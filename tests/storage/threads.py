"""Several threads that begin at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")


def at_once(number: int, work: Callable[[int], T]) -> list[T]:
    """What `number` threads give that all begin `work(their number)` together; raises what the first of them raises."""
    start = Barrier(number, timeout=30)

    def begin(which: int) -> T:
        start.wait()
        return work(which)

    with ThreadPoolExecutor(number) as threads:
        return [done.result() for done in [threads.submit(begin, which) for which in range(number)]]

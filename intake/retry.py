"""When to try again: pure functions from what happened so far to what to do next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=4)
LONGEST_BACK_OFF = 60.0
"""Seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Again:
    """Try again, not before `at`."""

    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveUp:
    """Enough; a person must look."""


def next_try(*, now: datetime, attempts: int, most: int) -> Again | GiveUp:
    """After `attempts` tries (1 or more): pauses of 30 s, 1 min, 2 min … up to 4 h, and `most` tries in all."""
    if attempts >= most:
        return GiveUp()
    return Again(at=now + min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE))


def tries_within(span: timedelta) -> int:
    """How many tries fit into a span of time with the pauses above: 48 hours hold 21."""
    tries, waited = 1, timedelta()
    while waited < span:
        waited += min(FIRST_PAUSE * 2 ** min(tries - 1, 20), LONGEST_PAUSE)
        tries += 1
    return tries


def pause_after(failures: int, random: Random) -> float:
    """Seconds to wait after so many failures in a row (1 or more): twice as long each time, up to a minute.

    Up to half of it is left to chance, so that those who failed together do not all come again together.
    """
    longest = min(2.0 ** min(failures - 1, 10), LONGEST_BACK_OFF)
    return longest * random.uniform(0.5, 1.0)

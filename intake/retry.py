"""When to try again: a pure function from what happened so far to what to do next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=4)


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

"""Moments as the queue sorts by them: whole minutes since 1970, the same number on both engines."""

from datetime import UTC, datetime, timedelta

NEVER = 2**31 - 1
"""In place of a minute: no clock runs."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


def minute(moment: datetime) -> int:
    """A moment as the queue sorts by it: whole minutes since 1970."""
    return (moment - _EPOCH) // _MINUTE


def moment(number: int) -> datetime | None:
    """The moment of such a number; None while no clock runs."""
    return None if number == NEVER else _EPOCH + number * _MINUTE

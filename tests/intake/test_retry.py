"""When to try again, as values."""

from datetime import timedelta
from random import Random

import pytest

from intake.retry import Again, GiveUp, next_try, pause_after, tries_within
from tests.intake.making import NOW


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 30), (2, 60), (3, 120), (4, 240), (9, 7_680), (10, 14_400), (11, 14_400), (10_000, 14_400)],
)
def test_pauses_double_up_to_four_hours(attempts: int, seconds: int) -> None:
    assert next_try(now=NOW, attempts=attempts, most=100_000) == Again(at=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("attempts", [5, 6, 50])
def test_after_the_last_try_it_is_given_up(attempts: int) -> None:
    assert isinstance(next_try(now=NOW, attempts=4, most=5), Again)
    assert next_try(now=NOW, attempts=attempts, most=5) == GiveUp()


def test_the_tries_within_a_span_cover_it_and_hardly_more() -> None:
    assert tries_within(timedelta(hours=48)) == 21
    for hours in (0.1, 1, 5, 48, 200):
        span, waited = timedelta(hours=hours), timedelta()
        for attempts in range(1, tries_within(span)):
            plan = next_try(now=NOW, attempts=attempts, most=10_000)
            assert isinstance(plan, Again)
            waited += plan.at - NOW
        assert span <= waited < span + timedelta(hours=4)


def test_pauses_after_failures_double_up_to_a_minute_and_are_spread_by_chance() -> None:
    for failures, longest in ((1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (1_000, 60)):
        pauses = [pause_after(failures, Random(seed)) for seed in range(200)]
        assert longest / 2 <= min(pauses) < longest * 0.55
        assert longest * 0.95 < max(pauses) <= longest
    assert pause_after(3, Random(7)) == pause_after(3, Random(7))

from datetime import UTC, date, datetime

import pytest

from models.clocks import Clock, ClockPolicy, Grade, Urgency, WorkingDays

CHRISTMAS = WorkingDays(days_off=frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)}))
POLICY = ClockPolicy(days=CHRISTMAS)


def at(text: str) -> datetime:
    """A moment in UTC, which is London's time in winter."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-24 09:30", 0, "2026-11-24 17:00"),  # a Tuesday, in time
        ("2026-11-24 17:00", 0, "2026-11-25 17:00"),  # after closing
        ("2026-11-24 09:30", 3, "2026-11-27 17:00"),
        ("2026-11-27 18:00", 1, "2026-12-01 17:00"),  # Friday evening counts as Monday
        ("2026-11-28 12:00", 0, "2026-11-30 17:00"),  # Saturday
        ("2026-12-24 10:00", 1, "2026-12-29 17:00"),  # over Christmas
        ("2026-12-31 10:00", 1, "2027-01-04 17:00"),
    ],
)
def test_a_clock_runs_out_at_closing_time_of_a_working_day(start: str, days: int, end: str) -> None:
    assert CHRISTMAS.closing_after(at(start), days) == at(end)


def test_closing_time_is_five_in_london_in_summer_too() -> None:
    assert CHRISTMAS.closing_after(at("2026-07-01 09:00"), 0) == at("2026-07-01 16:00")


def test_only_closing_times_of_working_days_are_counted() -> None:
    assert CHRISTMAS.closings(at("2026-12-24 16:00"), at("2026-12-29 17:00")) == 2
    assert CHRISTMAS.closings(at("2026-12-24 17:00"), at("2026-12-29 16:59")) == 0


@pytest.mark.parametrize(
    ("now", "words", "urgency"),
    [
        ("2026-11-24 09:00", "due today by 5 pm", Urgency.SOON),
        ("2026-11-23 09:00", "due tomorrow by 5 pm", Urgency.SOON),
        ("2026-11-20 09:00", "due on Tuesday by 5 pm", Urgency.FAR),
        ("2026-11-10 09:00", "due by 24 November", Urgency.FAR),
        ("2026-11-24 18:00", "late since 5 pm today", Urgency.LATE),
        ("2026-11-25 09:00", "late since Tuesday, 5 pm", Urgency.LATE),
        ("2026-11-25 17:00", "1 working day late", Urgency.LATE),
        ("2026-11-28 12:00", "3 working days late", Urgency.LATE),
    ],
)
def test_how_far_off_it_is_is_said_in_words(now: str, words: str, urgency: Urgency) -> None:
    due = at("2026-11-24 17:00")
    assert (POLICY.says(due, at(now)), POLICY.urgency(due, at(now))) == (words, urgency)


def test_each_grade_has_its_own_targets_and_some_have_no_clock() -> None:
    start = at("2026-11-24 09:00")
    assert POLICY.due(Grade.FLAGGED, Clock.READING, start) == at("2026-11-24 17:00")
    assert POLICY.due(Grade.CATEGORY_2, Clock.DECISION, start) == at("2026-11-27 17:00")
    assert POLICY.due(Grade.OTHER, Clock.DECISION, start) is None
    assert POLICY.due(Grade.CATEGORY_2, Clock.DECISION, start, paused_days=2) == at("2026-12-01 17:00")

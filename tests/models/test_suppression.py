"""Facts about small numbers: none is shown, and none can be worked out from what is."""

from collections.abc import Iterator
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from models.suppression import Sum, hidden, is_small, rounded

NUMBERS = st.lists(st.integers(min_value=0, max_value=6), min_size=1, max_size=4)


def possible(numbers: dict[str, int], sums: list[Sum], away: frozenset[object]) -> Iterator[dict[str, int]]:
    """All that could stand where nothing is shown, for somebody who knows how hidden numbers come to be."""
    names = sorted(str(name) for name in away)
    for values in product(range(1, 14), repeat=len(names)):
        guess = {**numbers, **dict(zip(names, values, strict=True))}
        if all(guess[str(one.whole)] == sum(guess[str(part)] for part in one.parts) for one in sums):
            yield guess


def nothing_is_told(numbers: dict[str, int], sums: list[Sum]) -> None:
    away = hidden(numbers, sums)
    assert {name for name, number in numbers.items() if is_small(number)} <= away
    told = {str(name): {guess[str(name)] for guess in possible(numbers, sums, away)} for name in away}
    assert [name for name, values in told.items() if len(values) < 2] == []


@settings(max_examples=150, deadline=None)
@given(NUMBERS)
def test_no_part_of_a_sum_can_be_worked_out_from_the_others(parts: list[int]) -> None:
    numbers = {f"p{place}": number for place, number in enumerate(parts)}
    sums = [Sum(whole="all", parts=tuple(numbers))]
    nothing_is_told({**numbers, "all": sum(parts)}, sums)


def test_a_total_hides_with_its_parts_where_there_is_nothing_left_to_hide() -> None:
    sums = [Sum(whole="all", parts=("a", "b", "c"))]
    assert hidden({"a": 1, "b": 1, "c": 1, "all": 3}, sums) == {"a", "b", "c", "all"}
    assert hidden({"a": 1, "b": 9, "c": 4, "all": 14}, sums) == {"a", "c"}
    assert hidden({"a": 0, "b": 9, "c": 4, "all": 13}, sums) == set()


def test_what_is_hidden_in_one_sum_cannot_be_told_from_another_that_it_belongs_to() -> None:
    parts = {"concern 1": 1, "concern 2": 7, "praise": 5}
    numbers = {**parts, "concerns": 8, "all": 13}
    sums = [Sum(whole="concerns", parts=("concern 1", "concern 2")), Sum(whole="all", parts=("concerns", "praise"))]
    nothing_is_told(numbers, sums)
    assert "all" not in hidden(numbers, sums)


def test_rounding_shows_no_small_number_and_nothing_but_multiples_of_five() -> None:
    assert [rounded(number) for number in range(9)] == [0, None, None, 5, 5, 5, 5, 5, 10]

"""Small numbers identify people: which of them must not be shown, and which others must not, so that none can be told.

A number of 1 or 2 is never shown. Where numbers add up to another that is shown, one that is hidden could be worked out
by subtraction: so more of them are hidden until nobody can. 0 is shown, since it is nobody.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SMALLEST = 3
"""The smallest number, other than 0, that is ever shown."""
STEP = 5
"""What numbers are rounded to where one could be worked out from another page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sum:
    """Numbers that add up: the `parts` are all of the `whole`."""

    whole: Hashable
    parts: tuple[Hashable, ...]


def is_small(number: int) -> bool:
    """Whether a number must not be shown."""
    return 0 < number < SMALLEST


def rounded(number: int) -> int | None:
    """The number to the nearest 5, each by itself; None where it is small."""
    return None if is_small(number) else (number + STEP // 2) // STEP * STEP


def hidden(numbers: Mapping[Any, int], sums: Iterable[Sum]) -> frozenset[Hashable]:
    """The names of all numbers that must not be shown: the small ones, and those that would give them away."""
    out = {name for name, number in numbers.items() if is_small(number)}
    lines = tuple(sums)
    changed = True
    while changed:
        changed = False
        for line in lines:
            while (more := _one_more(numbers, line, out)) is not None:
                out.add(more)
                changed = True
    return frozenset(out)


def _one_more(numbers: Mapping[Any, int], line: Sum, out: set[Hashable]) -> Hashable | None:
    """What has to be hidden, too, so that no number of this sum can be worked out; None when none can."""
    away = [part for part in line.parts if part in out]
    if line.whole in out:
        safe = bool(away) or not numbers[line.whole]
    else:
        # Two numbers of 1 or 2 that are known to make 2, or three that make 3, are known themselves.
        safe = not away or (len(away) > 1 and sum(numbers[part] for part in away) > len(away))
    if safe:
        return None
    left = [part for part in line.parts if part not in out and numbers[part]]
    if left:
        return min(left, key=lambda part: numbers[part])
    return line.whole if line.whole not in out else None

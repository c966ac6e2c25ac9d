"""How urgent a ticket is: the one number that the queue is sorted by."""

from collections.abc import Sequence

UNGRADED = 7
"""Above category 3: what no machine could grade, a person grades first."""
FLAGGED = 100


def urgency(*, isf: int, red_flags: Sequence[str], graded: bool, decided: bool) -> int:
    """Red flags first, then what nobody has graded, then the category (0 to 4); higher is more urgent."""
    base = 2 * isf
    if not graded and not decided:
        base = max(base, UNGRADED)
    return base + (FLAGGED if red_flags else 0)

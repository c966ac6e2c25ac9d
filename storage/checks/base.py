"""What a check of the store is, and how many are run."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy import Connection

SHOWN = 20
PIECE = 500
"""How many rows are read at a time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One invariant: its name for people, and what looks for faults within one view of the store.

    `writes`: it needs a transaction that may write, though nothing of that is kept.
    """

    name: str
    look: Callable[[Connection], Iterable[str]]
    writes: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What a check found; without faults it holds."""

    name: str
    faults: tuple[str, ...]


def examine(view: Callable[[bool], AbstractContextManager[Connection]], checks: Iterable[Check]) -> Iterator[Result]:
    """Run each check in a view of its own, in order; `view` gives one, that may write if it is told so.

    When the first one fails, the tables are not ours to look into: it stays alone.
    """
    for number, check in enumerate(checks):
        with view(check.writes) as connection:
            faults = tuple(_first(check.look(connection)))
        yield Result(name=check.name, faults=faults)
        if faults and number == 0:
            return


def _first(faults: Iterable[str]) -> Iterator[str]:
    for number, fault in enumerate(faults):
        if number == SHOWN:
            yield "… and more"
            return
        yield fault

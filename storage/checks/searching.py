"""Checks of the search: it finds every word that may be found, and nothing that is gone."""

from collections.abc import Iterable

from sqlalchemy import Connection

from storage.checks.base import SHOWN, Check
from storage.search import Search


def _index(connection: Connection) -> Iterable[str]:
    return Search(connection).faults(most=SHOWN + 1)


SEARCH_CHECKS: tuple[Check, ...] = (
    Check(name="the search knows every word that may be found", look=_index, writes=True),
)

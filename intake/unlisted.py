"""Places that reporters name and that stand in no list of ours: found again in the verdicts, to be added."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime

from models.framework import Reference
from models.naming import key_of, known_names
from models.rights import Viewer
from models.ticket import QueueFilter, TicketRow
from models.verdict import UNKNOWN_PLACE, Verdict
from storage.store import Store

PAGE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Unlisted:
    """One name in no list: as it was written first, and the tickets that have it, oldest first."""

    name: str
    references: tuple[str, ...]
    first: datetime
    last: datetime


def unlisted(
    store: Store, words: Reference, viewer: Viewer, *, since: datetime | None = None, most: int | None = None
) -> tuple[Unlisted, ...]:
    """The names that a viewer's tickets hold, those of most tickets first.

    `since` leaves out older tickets; with `most` only so many are read, the most urgent first. What an officer decided
    on a ticket does not matter: the next message with that name would have no place again.
    """
    known = known_names(words)
    found: dict[str, list[tuple[datetime, str, str]]] = {}
    for row, verdicts in _read(store, viewer, since, most):
        for key, name in names_in(verdicts, known).items():
            found.setdefault(key, []).append((row.received_at, row.reference, name))
    return tuple(_one(sorted(rows)) for rows in sorted(found.values(), key=lambda rows: (-len(rows), min(rows))))


def _one(rows: list[tuple[datetime, str, str]]) -> Unlisted:
    references = tuple(reference for _, reference, _ in rows)
    return Unlisted(name=rows[0][2], references=references, first=rows[0][0], last=rows[-1][0])


def _read(
    store: Store, viewer: Viewer, since: datetime | None, most: int | None
) -> Iterator[tuple[TicketRow, tuple[Verdict, ...]]]:
    after, left = None, most
    while left is None or left > 0:
        with store.read() as tx:
            limit = PAGE if left is None else min(PAGE, left)
            page = tx.tickets.queue(QueueFilter(received_since=since), viewer, limit=limit, after=after)
            verdicts = tx.tickets.verdicts_of([row.id for row in page.rows])
        yield from ((row, verdicts.get(row.id, ())) for row in page.rows)
        after, left = page.after, None if left is None else left - len(page.rows)
        if after is None:
            return


def unlisted_in(verdicts: tuple[Verdict, ...], words: Reference) -> tuple[str, ...]:
    """The places in no list that verdicts name, as they were written first."""
    if not any(one.label == UNKNOWN_PLACE for verdict in verdicts for one in verdict.evidence):
        return ()
    return tuple(names_in(verdicts, known_names(words)).values())


def names_in(verdicts: tuple[Verdict, ...], known: Container[str]) -> dict[str, str]:
    """The places in no list that verdicts name: what each is known by -> as it was written first."""
    written = [one.text for verdict in verdicts for one in verdict.evidence if one.label == UNKNOWN_PLACE]
    named = {key_of(name): " ".join(name.split()) for name in reversed(written)}
    return {key: name for key, name in named.items() if key and key not in known}

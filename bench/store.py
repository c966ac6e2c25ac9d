"""How much the store costs over its bare engine: `python -m bench.store`.

Each figure stands beside a floor measured in the same run, turn by turn with it: a bare driver that commits one row of
the same size, or runs the queue's SQL without us. Absolute figures drift with the machine; the ratios hold.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from models.message import RawMessage
from models.rights import SYSTEM
from models.ticket import Entry, NewTicket, QueueFilter, Reporter, TicketState
from models.verdict import Kind, Verdict
from models.work import Ending, Outcome
from storage.key_sources import KeyText
from storage.keys import new_keys
from storage.store import Store
from tests.postgres import PostgresMissing, postgres

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROUNDS = 5
PAGE = 50
OPEN = (TicketState.NEW, TicketState.BEING_READ, TicketState.WAITING, TicketState.WITH_PROVIDER)
QUEUE = "SELECT * FROM tickets WHERE state IN ('new', 'being_read', 'waiting', 'with_provider')"
BARE_PAGE = f"{QUEUE} ORDER BY rank, received_at, id LIMIT {PAGE + 1}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Floor:
    """The engine without us: `commit` makes one row of these bytes durable, `page` fetches the queue's first page."""

    commit: Callable[[bytes], None]
    page: Callable[[], int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the table: seconds for one piece of work with the store, and for its floor."""

    work: str
    floor: str
    with_store: float
    bare: float


@contextmanager
def sqlite_floor(path: Path) -> Iterator[Floor]:
    """A bare connection to the store's own file, as durable as the store's."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, raw BLOB)")

    def commit(raw: bytes) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO bare (raw) VALUES (?)", (raw,))
        connection.execute("COMMIT")

    yield Floor(commit=commit, page=lambda: len(connection.execute(BARE_PAGE).fetchall()))
    connection.close()


@contextmanager
def postgres_floor(url: str) -> Iterator[Floor]:
    """A bare connection to the store's own database."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bare (id BIGSERIAL PRIMARY KEY, raw BYTEA)")

        def commit(raw: bytes) -> None:
            with connection.transaction():
                connection.execute("INSERT INTO bare (raw) VALUES (%s)", (raw,))

        connection.execute("ANALYZE")  # as autovacuum would have by then
        yield Floor(commit=commit, page=lambda: len(connection.execute(BARE_PAGE.encode()).fetchall()))


def verdict(number: int) -> Verdict:
    isf = number % 4
    return Verdict(
        kind=Kind.CONCERN, impact=2, likelihood=2, isf=isf, confidence=0.5, needs_person=False, classifier="bench"
    )


def fill(store: Store, tickets: int) -> None:
    """Tickets enough for a queue, the urgent ones spread among them."""
    for start in range(0, tickets, 500):
        with store.write() as tx:
            for number in range(start, min(start + 500, tickets)):
                at = NOW + timedelta(seconds=number)
                raw = RawMessage(
                    channel="fill", account="bench", key=str(number), raw=b"x", received_at=at, held="bench"
                )
                inbox_id = tx.inbox.receive(raw).inbox_id
                text = f"Concern {number}"
                first = Entry(
                    inbox_id=inbox_id,
                    at=at,
                    channel="fill",
                    subject=text,
                    text=text,
                    new_text=text,
                    masked_subject=text,
                    masked_text=text,
                )
                tx.tickets.open(
                    NewTicket(
                        reference=f"QM-{number}",
                        channel="fill",
                        received_at=at,
                        entry=first,
                        reporter=Reporter(name="", address=f"{number}@example.test"),
                        verdict=verdict(number),
                        urgency=2 * (number % 4),
                    )
                )


def seconds(work: Callable[[], Any], times: int) -> float:
    """Seconds for one, on average."""
    begin = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - begin) / times


def measure(store: Store, floor: Floor, *, messages: int, size: int, batch: int) -> list[Line]:
    """All lines of one engine. The rounds alternate between the store and its floor, and the median round counts."""
    raw = bytes(range(256)) * (size // 256)
    keys = iter(range(messages * ROUNDS))

    def receive() -> None:
        with store.write() as tx:
            tx.inbox.receive(RawMessage(channel="smtp", account="bench", key=str(next(keys)), raw=raw, received_at=NOW))

    def settle_batch() -> None:
        with store.write() as tx:
            items = tx.inbox.claim(worker="bench", now=NOW, lease=timedelta(minutes=5), limit=batch)
        for item in items:
            with store.write() as tx:
                tx.inbox.settle(item, Outcome(ending=Ending.IGNORED, reason="bench"), NOW)

    def page() -> None:
        with store.read() as tx:
            assert len(tx.tickets.queue(QueueFilter(states=OPEN), SYSTEM, limit=PAGE).rows) == PAGE

    taken: dict[str, list[float]] = {name: [] for name in ("commit", "receive", "settle", "bare page", "page")}
    for _ in range(ROUNDS):
        taken["commit"].append(seconds(lambda: floor.commit(raw), messages))
        taken["receive"].append(seconds(receive, messages))
        taken["settle"].append(seconds(settle_batch, messages // batch) / batch)
        taken["bare page"].append(seconds(floor.page, 50))
        taken["page"].append(seconds(page, 50))
    median = {name: statistics.median(rounds) for name, rounds in taken.items()}
    commit = "a bare commit"
    return [
        Line(work="receive a message", floor=commit, with_store=median["receive"], bare=median["commit"]),
        Line(work="claim and settle it", floor=commit, with_store=median["settle"], bare=median["commit"]),
        Line(work="a page of the queue", floor="its bare SQL", with_store=median["page"], bare=median["bare page"]),
    ]


def show(engine: str, lines: list[Line]) -> None:
    for line in lines:
        print(
            f"{engine:<11} {line.work:<20} {line.with_store * 1e3:>8.2f} {1 / line.with_store:>8,.0f}"
            f"   {line.bare * 1e3:>8.2f} {line.with_store / line.bare:>7.1f} x {line.floor}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="What the store costs over its bare engine.")
    parser.add_argument("--messages", type=int, default=300, help="messages a round (default 300)")
    parser.add_argument("--size", type=int, default=4096, help="bytes of a message (default 4096)")
    parser.add_argument("--batch", type=int, default=10, help="messages claimed at once (default 10)")
    parser.add_argument("--tickets", type=int, default=10_000, help="tickets in the queue (default 10,000)")
    given = parser.parse_args()
    work = {"messages": given.messages, "size": given.size, "batch": given.batch}
    print(f"{'engine':<11} {'work':<20} {'ms':>8} {'per s':>8}   {'floor ms':>8} {'ratio':>7}")
    with tempfile.TemporaryDirectory(prefix="qm-bench-") as folder:
        path = Path(folder) / "intake.db"
        store = Store(f"sqlite:///{path}")
        store.migrate()
        fill(store, given.tickets)
        with sqlite_floor(path) as floor:
            show("SQLite", measure(store, floor, **work))
        store.close()
    try:
        with postgres(durable=True) as url:
            store = Store(url, KeyText(new_keys(NOW).text(), "the bench"))
            store.migrate()
            fill(store, given.tickets)
            with postgres_floor(url) as floor:
                show("PostgreSQL", measure(store, floor, **work))
            store.close()
    except PostgresMissing as missing:
        print(f"PostgreSQL  not measured: {missing}")


if __name__ == "__main__":
    main()

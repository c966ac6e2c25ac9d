"""What one message costs from the inbox to its ticket, and its answer: `python -m bench.filing`.

Each figure stands beside a bare commit of the same engine, measured turn by turn in the same run. The classifier is a
constant: the store is what is measured. The last lines say what a message takes of the disk, all of it included.
"""

import argparse
import hashlib
import statistics
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from bench.store import NOW, Floor, postgres_floor, seconds, sqlite_floor
from intake.filing import file_one
from models.message import RawMessage
from models.work import InboxItem, OutboxItem
from storage.store import Store
from tests.intake.making import Office, content
from tests.keys import SOURCE
from tests.postgres import PostgresMissing, postgres

ROUNDS = 5
BATCH = 10
LEASE = timedelta(minutes=5)
WORDS = "There was no registrar on site for three nights, and nobody answered the bleep. "


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """Seconds for one message in each kind of work, the median of all rounds, and bytes of disk."""

    commit: float
    work: dict[str, float]
    stored: float
    mail: int


def measure(store: Store, floor: Floor, messages: int) -> Cost:
    """Take in, claim, file, claim the answers and settle them, `messages` in each round."""
    office, before = Office(store), disk(store)
    mails = [content(sender=f"l{n}@school-{n}.test", body=WORDS * 12) for n in range(messages * ROUNDS)]
    rounds = [one_round(store, floor, office, mails[n * messages : (n + 1) * messages]) for n in range(ROUNDS)]
    median = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    stored = (disk(store) - before) / len(mails)
    return Cost(commit=median.pop("commit"), work=median, stored=stored, mail=len(mails[0]))


def one_round(store: Store, floor: Floor, office: Office, mails: list[bytes]) -> dict[str, float]:
    """Seconds for one message in each kind of work."""
    waiting, items, answers = iter(mails), list[InboxItem](), list[OutboxItem]()
    times, batches = len(mails), len(mails) // BATCH
    found = {
        "commit": seconds(lambda: floor.commit(mails[0]), times),
        "take in": seconds(lambda: receive(store, next(waiting)), times),
        "claim": seconds(lambda: items.extend(claimed(store)), batches) / BATCH,
    }
    filing = iter(items)
    found["file"] = seconds(lambda: file_one(office.room, next(filing)), times)
    found["claim the answer"] = seconds(lambda: answers.extend(to_send(store)), batches) / BATCH
    sending = iter(answers)
    found["settle the answer"] = seconds(lambda: settle(store, next(sending)), times)
    return found


def receive(store: Store, raw: bytes) -> None:
    key = hashlib.sha256(raw).hexdigest()
    with store.write() as tx:
        tx.inbox.receive(RawMessage(channel="smtp", account="bench", key=key, raw=raw, received_at=NOW))


def claimed(store: Store) -> tuple[InboxItem, ...]:
    with store.write() as tx:
        return tx.inbox.claim(worker="bench", now=NOW + LEASE, lease=LEASE, limit=BATCH)


def to_send(store: Store) -> tuple[OutboxItem, ...]:
    with store.write() as tx:
        return tx.outbox.claim(worker="bench", now=NOW + 24 * LEASE, lease=LEASE, limit=BATCH)


def settle(store: Store, item: OutboxItem) -> None:
    with store.write() as tx:
        tx.outbox.sent(item, NOW)


def disk(store: Store) -> int:
    """Bytes of all tables and indexes."""
    with store._engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            size = text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        else:
            size = text("SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r'")
        return int(connection.execute(size).scalar_one())


def show(engine: str, cost: Cost) -> None:
    for work, one in cost.work.items():
        print(f"{engine:<11} {work:<18} {one * 1e3:>8.2f} {1 / one:>8,.0f} {one / cost.commit:>8.1f}")
    whole = sum(cost.work.values())
    print(f"{engine:<11} {'all of it':<18} {whole * 1e3:>8.2f} {1 / whole:>8,.0f} {whole / cost.commit:>8.1f}")
    print(
        f"{engine:<11} a bare commit {cost.commit * 1e3:.2f} ms; {cost.stored:,.0f} bytes for a mail of {cost.mail:,}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="What a message costs from the inbox to its ticket and its answer.")
    parser.add_argument("--messages", type=int, default=200, help="messages a round (default 200)")
    messages = parser.parse_args().messages
    print(f"{'engine':<11} {'work':<18} {'ms':>8} {'per s':>8} {'commits':>8}")
    with tempfile.TemporaryDirectory(prefix="qm-bench-") as folder:
        path = Path(folder) / "intake.db"
        with closing(Store(f"sqlite:///{path}")) as store:
            store.migrate()
            with sqlite_floor(path) as floor:
                show("SQLite", measure(store, floor, messages))
    try:
        with postgres(durable=True) as url, closing(Store(url, SOURCE)) as store:
            store.migrate()
            with postgres_floor(url) as floor:
                show("PostgreSQL", measure(store, floor, messages))
    except PostgresMissing as missing:
        print(f"PostgreSQL  not measured: {missing}")


if __name__ == "__main__":
    main()

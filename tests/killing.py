"""Workers and senders killed and started again at random while messages are worked on: what must hold afterwards.

`python -m tests.killing --messages 10000` does it at length on PostgreSQL, `--engine sqlite` on SQLite with one worker,
a second connection that holds the lock, and a disk that is full at times. The tests do the same with fewer messages.
"""

import argparse
import json
import os
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import text

from models.message import RawMessage
from models.work import Balance, Delivery
from storage.key_sources import KEY_FILE, KeyFile
from storage.store import Store, StoreError
from tests.crew import FILER, SENDER, Crew
from tests.keys import KEYS, SOURCE
from tests.postgres import postgres
from tests.sink import Sink

OURS = "quality.me@intake.test"
SETTINGS = """\
data_dir = {folder}

[identity]
address = "{ours}"

[store]
url = {url}

[submission]
host = "127.0.0.1"
port = {sink}
security = "none"

[filing]
lease_seconds = {lease}

[acknowledgement]
per_address_a_day = 1000
per_domain_an_hour = 100000
"""
TEXTS = (
    "There was no registrar on site for {n} nights at Lincoln County Hospital.",
    "Our teaching was cancelled {n} times this term, and nobody told us why.",
    "The rota has {n} gaps. I covered two bleeps alone on the ward last night.",
    "My supervisor shouted at me in front of {n} patients.",
)
REPLY_EVERY, REPLY_BACK = 5, 4
"""Each fifth message is an answer to the one four before it, by the same learner."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What was found afterwards."""

    messages: int
    seconds: float
    balance: Balance
    faults: tuple[str, ...]
    sent: int
    unsent: int
    lost: int
    """Acknowledgements that the store calls sent and nobody got."""
    unknown: int
    """Mails that somebody got and the store does not call sent."""
    duplicates: int
    kills: dict[str, int]
    injected: dict[str, int]
    logged: dict[str, int]

    @property
    def broken(self) -> list[str]:
        """What does not hold, in words."""
        filed = self.balance.tickets + self.balance.follow_ups
        senders = self.kills.get(SENDER, 0)
        # A full disk or a held lock can keep a sender from noting what it has just sent: the same as its death.
        struck = senders + sum(self.injected.values())
        rules = {
            f"{filed} of {self.messages} messages are a ticket or a follow-up": filed == self.messages,
            "it does not balance": self.balance.holds and self.balance.received == self.messages,
            f"{self.sent} mails sent for {self.balance.tickets} tickets": self.sent == self.balance.tickets,
            f"{self.unsent} mails not sent": not self.unsent,
            f"{self.lost} acknowledgements lost": not self.lost,
            f"{self.unknown} mails that the store knows nothing of": not self.unknown,
            f"{self.duplicates} sent twice by {struck} strokes against senders": self.duplicates <= struck,
        }
        return [*self.faults, *(words for words, holds in rules.items() if not holds)]


def content(number: int) -> bytes:
    """The mail with that number."""
    is_reply = number % REPLY_EVERY == REPLY_EVERY - 1
    writer = number - REPLY_BACK if is_reply else number
    lines = [
        f"From: Learner {writer} <learner-{writer}@school-{writer % 97}.test>",
        f"To: {OURS}",
        f"Subject: Nights {number}",
        f"Message-ID: <{number}@school.test>",
        *([f"In-Reply-To: <{writer}@school.test>"] if is_reply else []),
        "",
        TEXTS[number % len(TEXTS)].format(n=number),
        "",
    ]
    return "\r\n".join(lines).encode()


def feed(store: Store, messages: int, ahead: int, stop: Event) -> None:
    """Put messages into the inbox, never more than `ahead` that wait, and some of them twice, as channels do."""
    for number in range(messages):
        while not stop.is_set():
            try:
                if number % 50 == 0 and _waiting(store) > ahead:
                    time.sleep(0.1)
                    continue
                _receive(store, number)
                if number % 100 == 99:
                    _receive(store, number - 50)
                break
            except StoreError as fault:
                if not fault.retry:
                    raise
                time.sleep(0.05)


def _receive(store: Store, number: int) -> None:
    at = datetime.now(UTC)
    with store.write() as tx:
        tx.inbox.receive(RawMessage(channel="smtp", account=OURS, key=str(number), raw=content(number), received_at=at))


def _waiting(store: Store) -> int:
    with store._engine.connect() as connection:
        waiting = connection.execute(text("SELECT count(*) FROM inbox WHERE ending IS NULL"))
        return int(waiting.scalar_one())


def finished(store: Store, messages: int) -> bool:
    """Whether everything is filed and everything is sent."""
    with suppress(StoreError), store.read() as tx:
        balance, counts = tx.inbox.balance(), tx.outbox.counts()
        return balance.received == messages and not balance.waiting and not counts[Delivery.WAITING]
    return False


def left(store: Store, messages: int) -> int:
    """How many messages are not filed yet."""
    with suppress(StoreError), store.read() as tx:
        balance = tx.inbox.balance()
        return messages - balance.received + balance.waiting
    return messages


class Trouble:
    """Kills a member of the crew now and then, and starts another in its place."""

    def __init__(self, crew: Crew, chance: random.Random) -> None:
        self.injected: Counter[str] = Counter()
        self._crew = crew
        self._chance = chance

    def strike(self) -> None:
        """One stroke, after a pause."""
        time.sleep(self._chance.uniform(0.2, 1.2))
        victim = self._chance.choice(self._crew.members)
        self._crew.kill(victim)
        self._crew.start(victim.part)


class FileTrouble(Trouble):
    """The same on a SQLite file, whose lock is held and whose disk is full at times."""

    def __init__(self, crew: Crew, chance: random.Random, path: Path) -> None:
        super().__init__(crew, chance)
        self._path = path
        self._bag: list[Callable[[], None]] = []

    def strike(self) -> None:
        """One stroke of one of three kinds; of three in a row each is one, so that a short run has seen all."""
        if not self._bag:
            self._bag = [super().strike, self._lock, self._fill_disk]
            self._chance.shuffle(self._bag)
        self._bag.pop()()

    def _lock(self) -> None:
        self.injected["lock held"] += 1
        with closing(sqlite3.connect(self._path, isolation_level=None, timeout=5)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(self._chance.uniform(0.4, 1.2))
            other.execute("ROLLBACK")

    def _fill_disk(self) -> None:
        # No byte can be written to any file beyond its first: to a process that is what a full disk looks like.
        self.injected["disk full"] += 1
        full, free = (1, resource.RLIM_INFINITY), (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        for member in self._crew.members:
            with suppress(ProcessLookupError):
                resource.prlimit(member.number, resource.RLIMIT_FSIZE, full)
        time.sleep(self._chance.uniform(0.2, 0.8))
        for member in self._crew.members:
            with suppress(ProcessLookupError):
                resource.prlimit(member.number, resource.RLIMIT_FSIZE, free)


def run(url: str, *, messages: int, filers: int, senders: int, lease: float, seed: int, most_seconds: float) -> Outcome:
    """Work on so many messages under strokes, until all is done or the time is up."""
    chance = random.Random(seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qm-killing-")))
        sink = stack.enter_context(Sink())
        settings = folder / "intake.toml"
        facts = {"folder": json.dumps(str(folder)), "url": json.dumps(url), "sink": sink.port}
        settings.write_text(SETTINGS.format(ours=OURS, lease=lease, **facts))
        KeyFile(folder / KEY_FILE).make(KEYS)
        store = stack.enter_context(closing(Store(url, SOURCE)))
        store.migrate()
        crew = stack.enter_context(Crew(settings))
        for part in [FILER] * filers + [SENDER] * senders:
            crew.start(part)
        path = Path(url.removeprefix("sqlite:///"))
        trouble = FileTrouble(crew, chance, path) if url.startswith("sqlite") else Trouble(crew, chance)
        begun = time.monotonic()
        stop = stack.enter_context(_fed(store, messages))
        while not finished(store, messages) and time.monotonic() - begun < most_seconds:
            if left(store, messages) > messages // 20:
                trouble.strike()
            else:
                time.sleep(0.2)  # the last ones may end in peace, or claims would have to run out again and again
        seconds = time.monotonic() - begun
        stop.set()
        return _found(store, sink, crew, trouble, messages, seconds)


@contextmanager
def _fed(store: Store, messages: int) -> Iterator[Event]:
    stop = Event()
    feeder = Thread(target=feed, args=(store, messages, max(100, messages // 10), stop))
    feeder.start()
    try:
        yield stop
    finally:
        stop.set()
        feeder.join()


def _found(store: Store, sink: Sink, crew: Crew, trouble: Trouble, messages: int, seconds: float) -> Outcome:
    got = sink.counted()
    with store.read() as tx:
        balance, counts = tx.inbox.balance(), tx.outbox.counts()
        sent = tx.outbox._connection.execute(text("SELECT message_id FROM outbox WHERE state = 'sent'"))
        called_sent = set(sent.scalars())
    faults = tuple(f"{result.name}: {fault}" for result in store.examine() for fault in result.faults)
    return Outcome(
        messages=messages,
        seconds=seconds,
        balance=balance,
        faults=faults,
        sent=counts[Delivery.SENT],
        unsent=sum(number for state, number in counts.items() if state is not Delivery.SENT),
        lost=len(called_sent - got.keys()),
        unknown=len(got.keys() - called_sent),
        duplicates=sum(got.values()) - len(got),
        kills=dict(crew.kills),
        injected=dict(trouble.injected),
        logged=dict(crew.logged),
    )


def on_sqlite(folder: Path, *, messages: int, lease: float = 5, seed: int = 1, most_seconds: float) -> Outcome:
    """One worker and one sender on a SQLite file."""
    url = f"sqlite:///{folder / 'intake.db'}"
    return run(url, messages=messages, filers=1, senders=1, lease=lease, seed=seed, most_seconds=most_seconds)


def on_postgres(url: str, *, messages: int, lease: float = 5, seed: int = 1, most_seconds: float) -> Outcome:
    """Four workers and two senders on PostgreSQL."""
    return run(url, messages=messages, filers=4, senders=2, lease=lease, seed=seed, most_seconds=most_seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill workers and senders at random, and see what holds.")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--engine", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most-minutes", type=float, default=60)
    given = parser.parse_args()
    facts = {"messages": given.messages, "seed": given.seed, "most_seconds": 60 * given.most_minutes}
    if given.engine == "sqlite":
        with tempfile.TemporaryDirectory(prefix="qm-killing-") as folder:
            outcome = on_sqlite(Path(folder), **facts)
    else:
        with postgres() as url:
            outcome = on_postgres(url, **facts)
    show(outcome)
    sys.exit(1 if outcome.broken else 0)


def show(outcome: Outcome) -> None:
    found, pace = outcome.balance, outcome.messages / outcome.seconds
    lines = [
        f"{outcome.messages:,} messages in {outcome.seconds:.0f} s, {pace:.0f} a second",
        f"killed: {outcome.kills or 'nobody'}; injected: {outcome.injected or 'nothing'}; logged: {outcome.logged}",
        f"tickets {found.tickets:,}, follow-ups {found.follow_ups:,}, balances: {found.holds}",
        f"acknowledgements sent {outcome.sent:,}, lost {outcome.lost}, twice {outcome.duplicates}",
        *(f"BROKEN: {words}" for words in outcome.broken),
        "It does not hold." if outcome.broken else "All of it holds.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()

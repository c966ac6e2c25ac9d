"""Whether the desk is quick with very many tickets: `python -m bench.desk`.

Twenty officers click at once, each after a pause of some seconds, on the queue, the filtered queue, the search and a
ticket. What is measured is the time in the server, from the request to the end of the answer; beside it stands the bare
SQL of the same question, asked by a bare driver in the same run under the same load.
"""

import argparse
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import psycopg

from bench.desk_filling import RARE, fill
from bench.store import NOW
from intake.desk.app import create_desk
from intake.desk.settings import DeskSettings
from intake.desk.shared import hashed
from intake.serving import WebServer
from models.reference import load_reference
from models.sign_in import Opening
from storage.store import Store
from tests.keys import SOURCE
from tests.postgres import PostgresMissing, postgres

LIMITS = {"queue": 100, "filtered": 100, "search": 200, "ticket": 100}
"""page -> milliseconds at the 95th percentile."""
FILTERS = (
    "provider=RWE",
    "theme=bullying",
    "theme=supervision",
    "clock=late",
    "officer=nobody",
    "isf=3",
    "kind=enquiry",
)
HEAD = f"{'engine':<11}{'page':<10}{'asked':>7}{'p50 ms':>9}{'p95 ms':>9}{'limit':>7}  {'':<9}{'bare p50':>9}{'p95':>9}"
STATES = ("new", "being_read", "waiting", "with_provider", "closed")
ORDER = "ORDER BY rank, due, received_at, id LIMIT 51"


class Timed:
    """Notes how long each answer takes, by the kind of page."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.taken: dict[str, list[float]] = defaultdict(list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        begin = time.perf_counter()
        await self._app(scope, receive, send)
        if scope["type"] == "http":
            self.taken[page_of(scope["path"], scope["query_string"].decode())].append(time.perf_counter() - begin)


def page_of(path: str, query: str) -> str:
    """Which of the four it is."""
    if path.startswith("/tickets/"):
        return "ticket"
    if path == "/search":
        return "search"
    return "filtered" if "&" in query else "queue"


def paths(number: int, chance: random.Random) -> Iterator[str]:
    """What an officer opens, one after the other, without end."""
    while True:
        yield f"/?state={chance.choice(STATES[:4])}"
        yield f"/?state={chance.choice(STATES)}&{chance.choice(FILTERS)}"
        yield f"/search?q={chance.choice(('registrar rota', 'supervision', f'rareword{chance.randrange(RARE)}'))}"
        yield f"/tickets/QM-{chance.randint(1, number)}"


def click(url: str, number: int, seed: int, *, seconds: float, think: float) -> None:
    """One officer, in a process of their own with the others."""
    chance, end = random.Random(seed), time.monotonic() + seconds
    with httpx.Client(base_url=url, cookies={"intake": f"token-{seed}"}, timeout=60) as client:
        for path in paths(number, chance):
            time.sleep(chance.uniform(0, 2 * think))
            if time.monotonic() > end:
                return
            answer = client.get(path)
            if answer.status_code != 200:
                raise SystemExit(f"{path} answered {answer.status_code}")


def officers(url: str, number: int, seconds: float, think: float, many: int) -> None:
    """All officers, as threads of this process."""
    threads = [
        Thread(target=click, args=(url, number, one), kwargs={"seconds": seconds, "think": think})
        for one in range(many)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextmanager
def bare(url: str) -> Iterator[Callable[[str], float]]:
    """Asks a question of a bare driver: milliseconds."""
    connection: Any = (
        sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
        if url.startswith("sqlite")
        else psycopg.connect(url, autocommit=True)
    )

    def ask(statement: str) -> float:
        begin = time.perf_counter()
        connection.execute(statement).fetchall()
        return time.perf_counter() - begin

    yield ask
    connection.close()


def questions(dialect: str, number: int, chance: random.Random) -> dict[str, str]:
    """The bare SQL of each page's main question."""
    word = f"rareword{chance.randrange(RARE)}"
    found = (
        f"SELECT t.* FROM search_documents s JOIN tickets t ON t.id = s.ticket_id WHERE words @@ '{word}'::tsquery"
        " ORDER BY s.ticket_id DESC LIMIT 51"
        if dialect == "postgresql"
        else f"SELECT t.* FROM search_words s JOIN tickets t ON t.id = +s.rowid WHERE search_words MATCH '{word}'"
        " ORDER BY s.rowid DESC LIMIT 51"
    )
    return {
        "queue": f"SELECT * FROM tickets WHERE state = '{chance.choice(STATES)}' {ORDER}",
        "filtered": f"SELECT * FROM tickets WHERE state = '{chance.choice(STATES)}' AND provider = 'RWE' {ORDER}",
        "search": found,
        "ticket": f"SELECT * FROM tickets WHERE reference = 'QM-{chance.randint(1, number)}'",
    }


def sign_in(store: Store, many: int) -> None:
    """Add so many officers who are signed in, before there is any ticket to be searched for their names."""
    for one in range(many):
        with store.write() as tx:
            officer = tx.officers.add(email=f"officer-{one}@nhs.test", name=f"Officer {one}")
            tx.officers.open_session(
                officer_id=officer.id,
                token_hash=hashed(f"token-{one}"),
                csrf="c",
                expires_at=NOW + timedelta(hours=9),
                opening=Opening(at=NOW, proved_at=NOW),
            )


def measure(store: Store, url: str, *, number: int, many: int, seconds: float, think: float) -> list[str]:
    """Serve, click, and ask the bare questions meanwhile; gives the lines of the table."""
    settings = DeskSettings(secure_cookies=False)
    timed = Timed(create_desk(store=store, reference=load_reference(None), settings=settings, clock=lambda: NOW))
    server = WebServer(timed, host="127.0.0.1", port=0)
    server.start()
    floors: dict[str, list[float]] = defaultdict(list)
    over, chance = Event(), random.Random(1)
    with bare(url) as ask:

        def ask_on() -> None:
            while not over.wait(0.2):
                for page, statement in questions(store.engine, number, chance).items():
                    floors[page].append(ask(statement))

        asking = Thread(target=ask_on)
        # Each officer has opened each page before it counts: the first ones make templates, statements and connections.
        for warm in (10 * think, seconds):
            timed.taken.clear()
            if warm == seconds:
                asking.start()
            given = ["--click", server.url, str(number), str(warm), str(think), str(many)]
            subprocess.run([sys.executable, "-m", "bench.desk", *given], check=True, env=os.environ)
        over.set()
        asking.join()
    server.stop()
    return [_line(store.engine, page, timed.taken[page], floors[page]) for page in LIMITS]


def _line(engine: str, page: str, taken: list[float], floor: list[float]) -> str:
    half, most = statistics.median(taken) * 1e3, statistics.quantiles(taken, n=20)[18] * 1e3
    bare_half, bare_most = statistics.median(floor) * 1e3, statistics.quantiles(floor, n=20)[18] * 1e3
    kept = "ok" if most <= LIMITS[page] else "TOO SLOW"
    return (
        f"{engine:<11}{page:<10}{len(taken):>7}{half:>9.1f}{most:>9.1f}{LIMITS[page]:>7}  {kept:<9}"
        f"{bare_half:>9.1f}{bare_most:>9.1f}"
    )


def run(store: Store, url: str, number: int, given: argparse.Namespace) -> None:
    """Fill, measure, print."""
    sign_in(store, given.officers)
    begin = time.perf_counter()
    fill(store, number, load_reference(None))
    print(f"{store.engine}: {number:,} tickets filled in {time.perf_counter() - begin:.0f} s", flush=True)
    lines = measure(store, url, number=number, many=given.officers, seconds=given.seconds, think=given.think)
    print("\n".join(lines), flush=True)


def main() -> None:
    if sys.argv[1:2] == ["--click"]:
        url, number, seconds, think, many = sys.argv[2:7]
        officers(url, int(number), float(seconds), float(think), int(many))
        return
    parser = argparse.ArgumentParser(description="Whether the desk is quick with very many tickets.")
    parser.add_argument("--postgresql", type=int, default=1_000_000, help="tickets there (default 1,000,000; 0: none)")
    parser.add_argument("--sqlite", type=int, default=100_000, help="tickets there (default 100,000; 0: none)")
    parser.add_argument("--officers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=3.0, help="seconds between two clicks, on average")
    given = parser.parse_args()
    print(HEAD)
    if given.sqlite:
        with tempfile.TemporaryDirectory(prefix="qm-bench-") as folder:
            url = f"sqlite:///{Path(folder) / 'intake.db'}"
            store = Store(url, SOURCE)
            store.migrate()
            run(store, url, given.sqlite, given)
            store.close()
    if given.postgresql:
        try:
            with postgres(durable=True) as url:
                store = Store(url, SOURCE)
                store.migrate()
                run(store, url, given.postgresql, given)
                store.close()
        except PostgresMissing as missing:
            print(missing)


if __name__ == "__main__":
    main()

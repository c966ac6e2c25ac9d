"""How long the dashboard takes to count: `python -m bench.figures`.

Beside it stands the bare pass over the same rows (one COUNT of the period), measured turn by turn in the same run.
"""

import argparse
import statistics
import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, text

from bench.store import NOW, seconds
from intake.figures.counting import count
from intake.figures.tables import tables
from models.reference import load_reference
from models.rights import SYSTEM
from models.statistics import Asked, Period, Span
from storage.figuring import day_of
from storage.store import Store
from storage.tables import TicketTable
from tests.keys import SOURCE
from tests.postgres import PostgresMissing, postgres

ROUNDS = 5
YEARS = 3


def fill(store: Store, number: int) -> None:
    """So many tickets over three years, as rows of their tables: nothing but what the dashboard reads."""
    first = day_of(NOW - timedelta(days=365 * YEARS))
    with store._engine.begin() as connection:
        for start in range(0, number, 20_000):
            ids = range(start + 1, min(start + 20_000, number) + 1)
            days = {one: first + one * 365 * YEARS // number for one in ids}
            connection.execute(insert(TicketTable), [_ticket(one) for one in ids])
            connection.execute(text(FIGURE), [_figure(one, days[one]) for one in ids])
            themes = [{"id": one, "label": label} for one in ids for label in _themes(one)]
            connection.execute(text(LABEL), themes)
    with store._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


FIGURE = """INSERT INTO figures (ticket_id, day, month, kind, state, provider, isf, flagged, machine, machine_flagged,
    officer, acknowledged, closed_day) VALUES (:id, :day, :month, 'concern', :state, :provider, :isf, FALSE, :isf,
    FALSE, :officer, :wait, :closed)"""
LABEL = "INSERT INTO ticket_labels (ticket_id, label) VALUES (:id, :label)"


def _ticket(one: int) -> dict[str, object]:
    flags = dict.fromkeys(("decided", "needs_person", "graded", "flagged"), False)
    return {
        **flags,
        "id": one,
        "reference": f"QM-{one}",
        "version": 1,
        "state": "closed" if one % 20 else "new",
        "channel": "imap",
        "received_at": NOW,
        "subject": "x",
        "kind": "concern",
        "provider": None,
        "site": None,
        "isf": 1,
        "red_flags": [],
        "rank": 0,
    }


def _figure(one: int, day: int) -> dict[str, object]:
    return {
        "id": one,
        "day": day,
        "month": 12 * 1970 + day * 12 // 365,
        "state": "closed" if one % 20 else "new",
        "provider": f"R{one % 40}",
        "isf": one % 4,
        "officer": one % 5 if one % 3 else None,
        "wait": one % 5_000,
        "closed": day + one % 40 if one % 20 else None,
    }


def _themes(one: int) -> tuple[str, ...]:
    return f"theme:{one % 17}", f"theme:{17 + one % 7}"


def measure(engine: str, store: Store) -> None:
    words = load_reference(None)
    for span in Span:
        asked = Asked(period=Period(span=span, today=NOW.date()))
        bare = f"SELECT count(*) FROM figures WHERE day >= {asked.period.first_day} AND provider >= ''"

        def ask(asked: Asked = asked) -> None:
            with store.read() as tx:
                assert tables(count(tx, asked, SYSTEM, words, NOW), words)

        def pass_over(statement: str = bare) -> None:
            with store._engine.connect() as connection:
                connection.execute(text(statement)).scalar_one()

        rounds = [(seconds(ask, 1), seconds(pass_over, 1)) for _ in range(ROUNDS)]
        whole, floor = (statistics.median(column) * 1e3 for column in zip(*rounds, strict=True))
        print(
            f"{engine:<11} {span.value:<5} {whole:>9.0f} ms   {floor:>8.1f} ms   {whole / floor:>6.1f} x one bare pass"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="How long the dashboard takes to count.")
    parser.add_argument("--tickets", type=int, default=100_000, help="tickets on PostgreSQL (default 100,000)")
    parser.add_argument("--on-sqlite", type=int, default=20_000, help="tickets on SQLite (default 20,000)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qm-bench-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'intake.db'}", SOURCE)
        store.migrate()
        fill(store, given.on_sqlite)
        measure("SQLite", store)
        store.close()
    try:
        with postgres() as url:
            store = Store(url, SOURCE)
            store.migrate()
            fill(store, given.tickets)
            measure("PostgreSQL", store)
            store.close()
    except PostgresMissing as missing:
        print(f"PostgreSQL  not measured: {missing}")


if __name__ == "__main__":
    main()

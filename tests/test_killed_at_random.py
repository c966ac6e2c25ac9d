"""Workers and senders killed at random: nothing lost, nothing filed twice, at most one mail twice for each one killed.

At length: `python -m tests.killing --messages 10000`, and the same with `--engine sqlite`.
"""

from pathlib import Path

import pytest

from tests.crew import FILER, SENDER
from tests.databases import Databases
from tests.killing import on_postgres, on_sqlite

MESSAGES = 300
MOST_SECONDS = 240.0


@pytest.mark.timeout(600)
def test_four_workers_and_two_senders_killed_at_random_on_postgresql(postgres_databases: Databases) -> None:
    with postgres_databases.migrated() as url:
        outcome = on_postgres(url, messages=MESSAGES, lease=3, most_seconds=MOST_SECONDS)
    assert outcome.broken == []
    assert outcome.kills[FILER] > 0
    assert outcome.kills[SENDER] > 0


@pytest.mark.timeout(600)
def test_one_worker_on_sqlite_killed_at_random_with_a_full_disk_and_a_held_lock(tmp_path: Path) -> None:
    outcome = on_sqlite(tmp_path, messages=MESSAGES // 2, lease=2, most_seconds=MOST_SECONDS)
    assert outcome.broken == []
    assert outcome.injected.keys() == {"lock held", "disk full"}
    assert outcome.logged.get("task.failed StoreError", 0) > 0

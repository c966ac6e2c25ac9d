"""Changing keys loses nothing, can be broken off at any moment, and goes on while others work."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from storage.key_sources import KeyFile
from storage.keys import KeyClass, KeyState
from storage.sealed_rows import SEALED_TABLES
from storage.store import KeyFault, Store
from tests.storage.making import MINUTE, NOW, claimed, filed, message, outgoing, received

ROOT = Path(__file__).parents[2]
ALL = tuple(KeyClass)
FILED = 4


@pytest.fixture
def keyed(store: Store, tmp_path: Path) -> Any:
    """The store with its keys in a file, and some tickets in it."""
    path = tmp_path / "rotating.keys"
    keys = store._seals.source.load()
    assert keys is not None
    KeyFile(path).make(keys)
    opened = Store(store._url, KeyFile(path))
    for number in range(FILED):
        filed(opened)
        with opened.write() as tx:
            tx.inbox.first_with(f"mail {number}", number + 1)
            tx.inbox.receive(message(f"waiting {number}", raw=bytes([number]) * 99))
    with opened.write() as tx:
        (item,) = claimed(tx)
        tx.inbox.postpone(item, until=NOW, error="")
    yield opened
    opened.close()


def digest(store: Store) -> str:
    """A digest of all that is sealed, opened."""
    whole = hashlib.sha256()
    with store._engine.connect() as connection:
        for sealed in SEALED_TABLES:
            opened = []
            for row in sealed.all(connection, batch=50):
                facts = {
                    name: store._seals.open(sealed.place(row, name), row[name], person=sealed.person(row))
                    for name in sealed.columns
                }
                opened.append(json.dumps([str(sealed.bound(row)), facts], default=repr, sort_keys=True))
            whole.update("\n".join(sorted(opened)).encode())
    return whole.hexdigest()


def quiet(_table: str, _rows: int) -> None:
    """Tell nobody."""


def test_a_change_of_all_keys_keeps_everything_and_leaves_nothing_under_the_old_ones(keyed: Store) -> None:
    before, first = digest(keyed), keyed.keys_at_hand
    assert keyed.rotation.begin(ALL, NOW, coming=False)
    assert sum(keyed.rotation.waiting().values()) > 0
    keyed.rotation.go_on(quiet)
    assert set(keyed.rotation.waiting().values()) == {0}
    assert digest(keyed) == before
    old = {key.id for key in first.keys}
    assert {fact.rows for fact in keyed.rotation.facts() if fact.id in old} == {0}

    kept: list[Any] = []
    assert set(keyed.rotation.retire(NOW, kept.append)) == old
    assert {key.id for key in kept[0].keys} == old
    assert digest(keyed) == before
    keyed.check_keys()
    assert [result.faults for result in keyed.examine() if "seal" in result.name] == [(), ()]


def test_look_ups_find_the_same_before_during_and_after_a_change_of_the_index_key(keyed: Store) -> None:
    def found() -> tuple[object, ...]:
        with keyed.write() as tx:
            return (
                tx.outbox.written_to("Learner@example.test", NOW - MINUTE),
                tx.outbox.written_to_domain("example.test", NOW - MINUTE),
                tx.inbox.first_with("mail 0", 3),
                tx.inbox.receive(message("waiting 1")).new,
            )

    before = found()
    assert before == (FILED, FILED, 1, False)
    keyed.rotation.begin((KeyClass.INDEX,), NOW, coming=False)
    assert found() == before
    keyed.rotation.go_on(quiet)
    assert found() == before
    keyed.rotation.retire(NOW, lambda _old: None)
    assert found() == before


def test_old_keys_are_not_taken_away_while_a_row_needs_them(keyed: Store) -> None:
    keyed.rotation.begin(ALL, NOW, coming=False)
    with pytest.raises(KeyFault, match="rows still need the old keys"):
        keyed.rotation.retire(NOW, lambda _old: None)
    assert not keyed.rotation.begin(ALL, NOW, coming=False)
    keyed.check_keys()


def test_keys_that_are_coming_open_and_do_not_seal_until_it_is_their_turn(keyed: Store) -> None:
    keyed.rotation.begin(ALL, NOW, coming=True)
    assert set(keyed.rotation.waiting().values()) == {0}
    coming = {key.id for key in keyed.keys_at_hand.keys if key.state is KeyState.COMING}
    keyed.rotation.begin(ALL, NOW, coming=False)
    assert {key.id for key in keyed.keys_at_hand.keys if key.state is KeyState.CURRENT} == coming


def test_a_change_that_is_killed_goes_on_where_it_was_and_loses_nothing(keyed: Store, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; import storage.rotating as rotating; rotating.BATCH = 1;"
        " from storage.key_sources import KeyFile; from storage.keys import KeyClass;"
        " from storage.store import Store; from datetime import datetime, UTC;"
        " store = Store(sys.argv[1], KeyFile(Path(sys.argv[2])));"
        " store.rotation.begin(tuple(KeyClass), datetime.now(UTC), coming=False);"
        " store.rotation.go_on(lambda table, rows: print(table, rows, flush=True))"
    )
    before = digest(keyed)
    words = [sys.executable, "-c", program, keyed._url, str(tmp_path / "rotating.keys")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        for _ in range(3):
            process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
    left = sum(keyed.rotation.waiting().values())
    with keyed.read():
        pass  # takes up the new keys
    assert digest(keyed) == before
    keyed.rotation.go_on(quiet)
    assert left > 0
    assert set(keyed.rotation.waiting().values()) == {0}
    assert digest(keyed) == before


def test_messages_are_received_filed_and_sent_while_the_keys_change(keyed: Store) -> None:
    other = Store(keyed._url, keyed._seals.source)
    faults: list[Exception] = []

    def work() -> None:
        try:
            for number in range(12):
                with other.write() as tx:
                    ticket = received(tx, raw=b"during")
                    assert ticket
                with other.write() as tx:
                    for item in claimed(tx, limit=2):
                        tx.inbox.postpone(item, until=NOW, error="")
                    for mail in tx.outbox.claim(worker="w", now=NOW, lease=MINUTE):
                        tx.outbox.sent(mail, NOW)
                    tx.outbox.add(1, outgoing(f"during-{number}@x.test"), purpose="x", now=NOW)
        except Exception as fault:  # noqa: BLE001 - told by the test
            faults.append(fault)

    worker = Thread(target=work)
    worker.start()
    keyed.rotation.begin(ALL, NOW, coming=False)
    keyed.rotation.go_on(quiet)
    worker.join()
    keyed.rotation.go_on(quiet)
    assert faults == []
    assert set(keyed.rotation.waiting().values()) == {0}
    with keyed.read() as tx:
        assert tx.inbox.balance().received == 2 * FILED + 12
    other.close()

"""A fault of the store says whether it may pass, and nothing of what was to be stored."""

import sqlite3
import stat
import traceback
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, text

from models.work import Ending, Outcome
from storage.store import Store, StoreError
from tests.keys import SOURCE
from tests.storage.making import NOW, claimed, message, received
from tests.storage.threads import at_once

SECRET = "learner.name@example.test"


def receive(store: Store, size: int = 1) -> None:
    with store.write() as tx:
        tx.inbox.receive(message(SECRET, raw=b"x" * size, account=SECRET))


def fault_of(store: Store, size: int = 1) -> StoreError:
    with pytest.raises(StoreError) as caught:
        receive(store, size)
    return caught.value


@pytest.fixture
def impatient(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store in a SQLite file that does not wait for ten seconds when the file is locked."""
    monkeypatch.setattr("storage.engine.BUSY_SECONDS", 0.05)
    store = Store(sqlite_url)
    store.migrate()
    yield store
    store.close()


def test_a_locked_sqlite_file_may_be_free_later(impatient: Store, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "intake.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert fault_of(impatient).retry
        with impatient.read() as tx:
            assert tx.inbox.balance().received == 0
    finally:
        other.close()
    receive(impatient)


def test_a_full_disk_may_have_room_later_and_takes_nothing_with_it(sqlite_store: Store) -> None:
    receive(sqlite_store)
    sqlite_store.close()

    def fill(connection: sqlite3.Connection, _record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages + 2}")

    event.listen(sqlite_store._engine, "connect", fill)
    fault = fault_of_another(sqlite_store)
    event.remove(sqlite_store._engine, "connect", fill)
    sqlite_store.close()

    assert fault.retry
    with sqlite_store.write() as tx:
        assert tx.inbox.balance().received == 1
        assert tx.inbox.receive(message("another", raw=b"x" * 1_000_000)).new


def fault_of_another(store: Store) -> StoreError:
    with pytest.raises(StoreError) as caught, store.write() as tx:
        tx.inbox.receive(message("another", raw=b"x" * 1_000_000))
    return caught.value


@pytest.mark.parametrize("name", ["missing/intake.db", ""], ids=["no such folder", "a folder"])
def test_a_sqlite_file_that_cannot_be_opened_may_be_there_later(tmp_path: Path, name: str) -> None:
    store = Store(f"sqlite:///{tmp_path / name}")
    assert fault_of(store).retry
    store.close()


def test_a_file_that_is_no_database_will_not_become_one(tmp_path: Path) -> None:
    (tmp_path / "intake.db").write_bytes(b"no database at all, but long enough to be read as one" * 99)
    store = Store(f"sqlite:///{tmp_path / 'intake.db'}")
    assert not fault_of(store).retry
    store.close()


def test_tables_that_are_not_there_are_no_passing_fault(sqlite_url: str) -> None:
    store = Store(sqlite_url, SOURCE)
    assert not store.is_current()
    assert not fault_of(store).retry
    store.close()


def test_a_sqlite_file_is_born_for_its_owner_alone(sqlite_store: Store, tmp_path: Path) -> None:
    receive(sqlite_store)
    files = sorted(tmp_path.glob("intake.db*"))

    assert [path.name for path in files][:2] == ["intake.db", "intake.db-shm"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_commit_on_sqlite_waits_for_the_disk(sqlite_store: Store) -> None:
    with sqlite_store._engine.connect() as connection:
        settings = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_a_server_that_does_not_answer_may_answer_later(tmp_path: Path) -> None:
    store = Store(f"postgresql://{SECRET.replace('@', '%40')}@/intake?host={tmp_path}")
    fault = fault_of(store)
    store.close()

    assert fault.retry
    assert SECRET not in told(fault)
    assert str(tmp_path) not in told(fault)


def test_a_lost_connection_may_come_back_and_does_by_itself(postgres_store: Store) -> None:
    def cut() -> None:
        with psycopg.connect(postgres_store._url, autocommit=True) as other:
            mine = "datname = current_database() AND pid <> pg_backend_pid()"
            other.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}".encode())

    def is_cut_off() -> None:
        with postgres_store.write() as tx:
            received(tx)
            cut()
            received(tx)

    with pytest.raises(StoreError) as caught:
        is_cut_off()
    assert caught.value.retry
    with postgres_store.write() as tx:
        assert tx.inbox.balance().received == 0
    cut()
    receive(postgres_store)


def told(fault: StoreError) -> str:
    return "".join(traceback.format_exception(fault))


def test_a_constraint_fault_does_not_pass_and_tells_nothing(store: Store) -> None:
    with store.write() as tx:
        received(tx)
        (item,) = claimed(tx)

    with pytest.raises(StoreError) as caught, store.write() as tx:
        tx.inbox.settle(item, Outcome(ending=Ending.TICKET, reason=SECRET), NOW)

    assert not caught.value.retry
    assert SECRET not in told(caught.value)


@pytest.mark.parametrize("url", [f"nonsense {SECRET}", f"mysql://{SECRET}/x", ""])
def test_a_url_of_no_engine_of_ours_is_a_clear_fault_that_does_not_tell_it(url: str) -> None:
    store = Store(url)
    for use in (store.is_current, store.migrate, lambda: receive(store), lambda: store.read().__enter__()):
        with pytest.raises(StoreError, match="must begin with sqlite:/// or postgresql://") as caught:
            use()
        assert not caught.value.retry
        assert SECRET not in told(caught.value)
    store.close()


def test_a_fault_of_the_caller_leaves_as_it_is(store: Store) -> None:
    def fails() -> None:
        with store.write() as tx:
            received(tx)
            raise FileNotFoundError("a file of the caller's")

    with pytest.raises(FileNotFoundError):
        fails()
    with store.read() as tx:
        assert tx.inbox.balance().received == 0


def test_one_store_serves_many_threads(store: Store) -> None:
    def work(which: int) -> int:
        for number in range(10):
            with store.write() as tx:
                tx.inbox.receive(message(f"{which}-{number}"))
            with store.read() as tx:
                assert tx.inbox.balance().received > number
        return which

    assert at_once(12, work) == list(range(12))
    with store.read() as tx:
        assert tx.inbox.balance().received == 120

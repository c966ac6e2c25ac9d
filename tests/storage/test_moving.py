"""Moving a store to another database: nothing lost, nothing twice, and nobody files into the old one by mistake."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.store import State, Store, StoreBusy, StoreClosed, StoreError, StoreNotEmpty
from tests.databases import Databases
from tests.keys import SOURCE
from tests.storage.copies import quiet
from tests.storage.full import fill
from tests.storage.making import MINUTE, NOW, claimed, received


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Where to move: a second database without any table, on each engine in turn."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'second.db'}"
        if request.param == "postgresql":
            databases = request.getfixturevalue("postgres_databases")
            assert isinstance(databases, Databases)
            url = stack.enter_context(databases.bare())
        store = Store(url, SOURCE)
        stack.callback(store.close)
        yield store


@pytest.fixture
def full(store: Store) -> Store:
    fill(store)
    return store


def move(source: Store, target: Store, *, force: bool = False) -> str:
    return source.move_to(target, now=NOW + 60 * MINUTE, force=force, told=quiet).digest


def faults(store: Store) -> list[str]:
    return [fault for result in store.examine() for fault in result.faults]


def test_a_move_loses_nothing_by_count_and_digest_and_goes_on_counting(full: Store, other: Store) -> None:
    with full.write() as tx:
        last = received(tx)
    before = full.content()
    assert move(full, other) == before.digest
    assert other.content() == before
    assert faults(other) == []
    assert other.standing().state is State.OPEN
    with other.write() as tx:
        assert received(tx) == last + 1


def test_nobody_can_write_into_a_store_that_was_moved_and_is_told_why(full: Store, other: Store) -> None:
    move(full, other)
    with pytest.raises(StoreClosed, match="it was moved"), full.write() as tx:
        received(tx)
    with pytest.raises(StoreClosed, match="it was moved"), full.write() as tx:
        claimed(tx, now=NOW + 60 * MINUTE)
    with pytest.raises(StoreClosed, match=r"set store\.url to that one") as told:
        full.insist_on_open()
    assert other.place in str(told.value)
    assert full.content() == other.content()


def test_a_store_that_was_moved_can_be_opened_again(full: Store, other: Store) -> None:
    move(full, other)
    full.reopen(NOW)
    full.insist_on_open()
    with full.write() as tx:
        received(tx)


def test_a_store_that_is_worked_with_is_not_moved_unless_forced(full: Store, other: Store) -> None:
    later = NOW + 60 * MINUTE
    with full.write() as tx:
        claimed(tx, "alive", later)
        tx.leases.take("imap:other", "alive", now=later, ttl=MINUTE)
    with pytest.raises(StoreBusy, match=r"1 message\(s\) are being filed; somebody holds imap:other") as refused:
        move(full, other)
    assert refused.value.retry
    assert other.revision() is None
    assert full.standing().state is State.OPEN
    before = full.content().digest
    assert move(full, other, force=True) == before


def test_a_database_that_holds_something_is_left_alone(full: Store, other: Store) -> None:
    other.migrate()
    with other.write() as tx:
        received(tx)
    before = other.content()
    with pytest.raises(StoreNotEmpty):
        move(full, other)
    assert other.content() == before
    assert full.standing().state is State.OPEN


class BrokenOffError(Exception):
    """A test breaks the move off."""


def test_a_move_that_was_broken_off_says_so_and_can_be_run_again(full: Store, other: Store) -> None:
    before = full.content()

    def break_off(table: str, _done: int) -> None:
        if table == "entries":
            raise BrokenOffError

    with pytest.raises(BrokenOffError):
        full.move_to(other, now=NOW + 60 * MINUTE, force=False, told=break_off)
    assert other.standing().state is State.ARRIVING
    with pytest.raises(StoreClosed, match="only half of a move"):
        other.insist_on_open()
    assert full.standing().state is State.OPEN
    assert move(full, other) == before.digest
    assert other.content() == before
    other.insist_on_open()


def test_a_move_that_died_just_before_its_end_is_ended_by_the_next(
    full: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise BrokenOffError

    with monkeypatch.context() as patched:
        patched.setattr("storage.moving._open", dies)
        with pytest.raises(BrokenOffError):
            move(full, other)
    assert (full.standing().state, other.standing().state) == (State.MOVED, State.ARRIVING)
    move(full, other)
    assert other.standing().state is State.OPEN
    with pytest.raises(StoreClosed, match="already"):
        move(full, other)


def test_a_store_with_older_tables_is_not_moved(store: Store, other: Store) -> None:
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    with pytest.raises(StoreError, match="intake migrate"):
        move(store, other)


def test_a_store_names_its_place_without_user_and_password() -> None:
    store = Store("postgresql://user:secret@db.example.test/intake?sslmode=require")
    assert store.place == "postgresql://db.example.test/intake"

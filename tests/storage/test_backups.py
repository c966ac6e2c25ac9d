"""Backups: whole or not at all, the same on both engines, and back into either after the original is gone."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from models.message import RawMessage
from storage.content import shapes
from storage.sign_in_tables import SessionFactsTable
from storage.store import DamagedFile, Store, StoreError, StoreNotEmpty, look_through
from storage.tables import Base, OneTimeTable, SessionTable
from tests.databases import Databases
from tests.keys import SOURCE
from tests.storage.copies import AT, KEY, backed_up, key_of, restored
from tests.storage.full import LEFT_EMPTY, fill
from tests.storage.making import NOW, message, received
from tests.storage.threads import at_once

SIGN_INS = {SessionTable.__tablename__, SessionFactsTable.__tablename__, OneTimeTable.__tablename__}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A second database without any table, on each engine in turn."""
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


def rows(store: Store) -> dict[str, int]:
    with store._engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }


def destroy(store: Store) -> None:
    """Everything is gone: the file, or all tables."""
    if store.engine == "sqlite":
        store.close()
        path = Path(store._url.removeprefix("sqlite:///"))
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink()
        return
    with store._engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


def faults(store: Store) -> list[str]:
    return [fault for result in store.examine() for fault in result.faults]


def test_the_full_store_has_something_in_every_table(full: Store) -> None:
    assert {name for name, number in rows(full).items() if not number} == LEFT_EMPTY


def test_everything_comes_back_on_either_engine_after_the_original_was_destroyed(
    full: Store, empty: Store, tmp_path: Path
) -> None:
    before, counted = full.content(), rows(full)
    backup, manifest = backed_up(full)
    destroy(full)
    assert manifest.content == before
    assert restored(empty, backup, tmp_path / "models") == manifest
    after = empty.content()
    changed = {name for name, tally in after.tables.items() if tally != before.tables[name]}
    assert changed == SIGN_INS
    assert {name: number for name, number in rows(empty).items() if name not in SIGN_INS} == {
        name: number for name, number in counted.items() if name not in SIGN_INS
    }
    assert faults(empty) == []


def test_a_restored_store_goes_on_counting_where_the_other_stopped(full: Store, empty: Store, tmp_path: Path) -> None:
    with full.write() as tx:
        last = received(tx)
    backup, _ = backed_up(full)
    restored(empty, backup, tmp_path / "models")
    with empty.write() as tx:
        assert received(tx) == last + 1
        balance = tx.inbox.balance()
        assert balance.received - balance.gone == last + 1


def test_a_backup_is_one_moment_while_others_write(full: Store) -> None:
    def work(which: int) -> list[int]:
        if which == 0:
            found = []
            for _ in range(5):
                backup, _manifest = backed_up(full)
                held = look_through(BytesIO(backup), key_of).content.tables
                found.append(held["inbox"].count - held["fingerprints"].count)
            return found
        for number in range(60):
            with full.write() as tx:  # both or none
                inbox_id = tx.inbox.receive(message(f"{which}-{number}")).inbox_id
                tx.inbox.first_with(f"{which}-{number}", inbox_id)
        return []

    counted = rows(full)
    apart = counted["inbox"] - counted["fingerprints"]
    assert at_once(3, work)[0] == [apart] * 5


def test_equal_content_has_an_equal_digest_and_one_letter_changes_it(full: Store) -> None:
    first, again = full.content(), full.content()
    with full._engine.begin() as connection:
        connection.execute(text("UPDATE tickets SET channel = 'imaq' WHERE id = 1"))
    assert first.digest == again.digest != full.content().digest


def test_a_backup_shows_nothing_of_what_is_in_it(full: Store) -> None:
    backup, _ = backed_up(full)
    for word in (b"learner", b"example.test", b"No rota", b"QM-", KEY):
        assert word not in backup


@pytest.mark.parametrize("place", [0, 40, 120, 500, -1])
def test_a_backup_with_one_altered_bit_is_damaged(sqlite_store: Store, place: int) -> None:
    fill(sqlite_store)
    backup = bytearray(backed_up(sqlite_store)[0])
    backup[place] ^= 1
    with pytest.raises((DamagedFile, AssertionError)):  # the latter from key_of: the key's id is another one
        look_through(BytesIO(bytes(backup)), key_of)


def test_a_backup_that_is_cut_off_anywhere_is_damaged_and_restores_nothing(
    full: Store, empty: Store, tmp_path: Path
) -> None:
    with full.write() as tx:
        for _ in range(4):  # more than one part
            received(tx, raw=os.urandom(200_000))
    backup, _ = backed_up(full)
    for length in (0, 10, 200, len(backup) // 2, len(backup) - 1):
        with pytest.raises(DamagedFile):
            look_through(BytesIO(backup[:length]), key_of)
        with pytest.raises(DamagedFile):
            restored(empty, backup[:length], tmp_path / "models")
        assert empty.revision() is None
    restored(empty, backup, tmp_path / "models")


def test_parts_that_change_places_are_noticed(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        for _ in range(5):
            received(tx, raw=os.urandom(300_000))
    backup, _ = backed_up(sqlite_store)
    begin = backup.index(b"\n") + 1
    part = 256 * 1024 + 16
    first, second = backup[begin : begin + part], backup[begin + part : begin + 2 * part]
    with pytest.raises(DamagedFile):
        look_through(BytesIO(backup[:begin] + second + first + backup[begin + 2 * part :]), key_of)


def test_another_key_opens_nothing(sqlite_store: Store) -> None:
    backup, _ = backed_up(sqlite_store)
    with pytest.raises(DamagedFile):
        look_through(BytesIO(backup), lambda _: bytes(32))


def test_a_restore_throws_nothing_away_unless_told(full: Store, tmp_path: Path) -> None:
    backup, manifest = backed_up(full)
    with full.write() as tx:
        received(tx)
    before = full.content()
    with pytest.raises(StoreNotEmpty):
        restored(full, backup, tmp_path / "models")
    assert full.content() == before
    restored(full, backup, tmp_path / "models", replace=True)
    assert full.content().tables["inbox"] == manifest.content.tables["inbox"]
    assert faults(full) == []


def test_a_migrated_but_empty_store_is_empty(full: Store, tmp_path: Path, postgres_url: str) -> None:
    backup, _ = backed_up(full)
    for url in (f"sqlite:///{tmp_path / 'fresh.db'}", postgres_url):
        fresh = Store(url, SOURCE)
        if url != full._url:
            fresh.migrate()
            restored(fresh, backup, tmp_path / "models")
        fresh.close()


def test_trained_models_come_back_byte_for_byte(sqlite_store: Store, empty: Store, tmp_path: Path) -> None:
    folder = tmp_path / "old" / "models"
    (folder / "v1").mkdir(parents=True)
    (folder / "v1" / "weights").write_bytes(os.urandom(1_500_000))
    (folder / "current").write_text("v1\n")
    files = {"v1/weights": folder / "v1" / "weights", "current": folder / "current"}
    backup, manifest = backed_up(sqlite_store, files)
    there = tmp_path / "new" / "models"
    restored(empty, backup, there)
    assert manifest.files["v1/weights"].count == 1_500_000
    for name, path in files.items():
        assert (there / name).read_bytes() == path.read_bytes()
    assert [path.name for path in there.parent.iterdir()] == ["models"]


def test_a_backup_of_a_newer_version_is_refused_with_words(sqlite_store: Store, empty: Store, tmp_path: Path) -> None:
    with sqlite_store._engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    backup, _ = backed_up(sqlite_store)
    with pytest.raises(StoreError, match="install that version or a newer one"):
        restored(empty, backup, tmp_path / "models")


def test_a_copy_carries_every_table_but_where_the_store_stands_and_what_is_made_again() -> None:
    assert {shape.name for shape in shapes()} == set(Base.metadata.tables) - {"standing", "search_documents", "figures"}


def test_a_message_of_some_megabytes_comes_back(store: Store, empty: Store, tmp_path: Path) -> None:
    raw = os.urandom(3_000_000)
    with store.write() as tx:
        kept = tx.inbox.receive(RawMessage(channel="smtp", account="a", key="k", raw=raw, received_at=NOW)).inbox_id
    backup, _ = backed_up(store)
    restored(empty, backup, tmp_path / "models")
    with empty.read() as tx:
        found = tx.inbox.message(kept)
    assert found is not None
    assert found.raw == raw
    assert AT > NOW

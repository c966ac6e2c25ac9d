"""Each check of the store finds what it is there for, and a sound store passes all of them."""

import pytest
from sqlalchemy import text

from storage.checks import CHECKS
from storage.checks.sealing import seal_checks
from storage.store import Store
from tests.storage.full import fill
from tests.storage.making import NOW, received

RECONCILIATION = "received = filed + ignored + quarantined + waiting, and each is acknowledged"
REFERENCES = "every reference leads to a row"
RULES = "every rule of the tables holds, and what is unique is"
RAW = "every seal opens in its place"
STATES = "states, versions and claims agree"
DOCUMENTS = "every verdict, decision and event can be read"
NUMBERS = "no number is given twice"
SEARCH = "the search knows every word that may be found"
CHAIN = "the audit chain is whole"
REVISION = "the tables are those of this version"
OPEN = "the store is open"
BROKEN: tuple[tuple[str, str, str], ...] = (
    (RECONCILIATION, "DELETE FROM outbox WHERE ticket_id = 3", "tickets with no acknowledgement"),
    (RECONCILIATION, "DELETE FROM entries WHERE id = 2", "without being part of their ticket"),
    (REFERENCES, "UPDATE events SET ticket_id = 99 WHERE id = 1", "1 row(s) of events name a ticket_id"),
    (REFERENCES, "UPDATE fingerprints SET inbox_id = 99", "1 row(s) of fingerprints name a inbox_id"),
    (RAW, "UPDATE inbox SET size = size + 1 WHERE id = 2", "message 2 is not as long"),
    (RAW, "UPDATE inbox SET raw = key WHERE id = 3", "inbox row 3: the seal of raw does not open"),
    (STATES, "DELETE FROM decisions", "tickets marked as decided without a decision"),
    (STATES, "UPDATE tickets SET isf = 1 WHERE decided", "whose category is not that of the newest decision"),
    (STATES, "UPDATE tickets SET version = 1 WHERE decided", "whose version is lower"),
    (STATES, "UPDATE outbox SET settled_at = NULL WHERE state = 'sent'", "mails settled without the moment"),
    (STATES, "UPDATE inbox SET claim = 'x' WHERE ending = 'ticket'", "that somebody still claims"),
    (DOCUMENTS, "UPDATE verdicts SET verdict = '{}' WHERE id = 1", "row 1 of verdicts cannot be read"),
    (DOCUMENTS, "UPDATE events SET kind = 'nonsense' WHERE id = 1", "row 1 of events cannot be read"),
    (RAW, "UPDATE outbox SET outgoing = recipient WHERE state = 'waiting'", "the seal of outgoing does not open"),
    (SEARCH, "DELETE FROM search_entries WHERE inbox_id = 1", "message 1 is not known to the search"),
    (SEARCH, "DELETE FROM search_documents WHERE ticket_id = 2", "the search does not know all words"),
    (CHAIN, "UPDATE audit_head SET seq = 9", "act "),
    (REVISION, "UPDATE alembic_version SET version_num = '0002'", "run 'intake migrate'"),
    (OPEN, "INSERT INTO standing VALUES (1, 'arriving', {now}, 'elsewhere')", "the store is not open"),
)


@pytest.fixture
def full(store: Store) -> Store:
    fill(store)
    return store


def told(store: Store) -> dict[str, str]:
    """The checks that found faults, with what they say."""
    return {result.name: " ".join(result.faults) for result in store.examine() if result.faults}


def break_it(store: Store, statement: str) -> None:
    """Do what only a fault of the engine, or somebody with its own tools, could do."""
    with store._engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        connection.commit()
        off = "PRAGMA foreign_keys=OFF" if sqlite else "SET session_replication_role = replica"
        connection.connection.cursor().execute(off)
        connection.commit()
        with connection.begin():
            connection.execute(text(statement.replace("{now}", "0" if sqlite else "now()")))
        on = "PRAGMA foreign_keys=ON" if sqlite else "RESET session_replication_role"
        connection.connection.cursor().execute(on)


def test_a_sound_store_passes_every_check(full: Store) -> None:
    sealing = seal_checks(full._seals)
    assert [result.name for result in full.examine()] == [check.name for check in (*CHECKS, *sealing)]
    assert told(full) == {}


@pytest.mark.parametrize(("check", "statement", "words"), BROKEN, ids=[statement for _, statement, _ in BROKEN])
def test_a_broken_row_is_found_by_its_check(full: Store, check: str, statement: str, words: str) -> None:
    break_it(full, statement)
    assert words in told(full)[check]


def test_a_row_that_breaks_a_rule_is_found(sqlite_store: Store) -> None:
    fill(sqlite_store)
    with sqlite_store._engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        connection.exec_driver_sql("UPDATE tickets SET state = 'lost' WHERE id = 1")
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=OFF")
    found = told(sqlite_store)
    assert "1 row(s) of tickets break the rule ck_tickets_state_known" in found[RULES]


def test_a_sequence_that_fell_behind_is_found(postgres_store: Store) -> None:
    fill(postgres_store)
    with postgres_store._engine.begin() as connection:
        connection.exec_driver_sql("SELECT setval('tickets_id_seq', 1)")
    assert "the numbers of tickets would be given twice" in told(postgres_store)[NUMBERS]


def test_a_damaged_file_is_found(sqlite_store: Store) -> None:
    fill(sqlite_store)
    with sqlite_store._engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA writable_schema=ON")
        connection.exec_driver_sql("DELETE FROM sqlite_master WHERE name = 'ix_inbox_ending'")
    sqlite_store.close()
    assert "SQLite's own check says" in told(sqlite_store)["the database is whole"]


def test_a_check_names_at_most_twenty_faults(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        for _ in range(30):
            received(tx, received_at=NOW)
    with sqlite_store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE inbox SET size = size + 1")
    [raw] = [result for result in sqlite_store.examine() if result.name == RAW]
    assert (len(raw.faults), raw.faults[-1]) == (21, "… and more")

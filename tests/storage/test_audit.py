"""The audit chain: added to by many at once, changed by nobody."""

import pytest
from sqlalchemy import text

from models.audit import GENESIS, Act, ActFilter, Action, Head, Row
from models.chain import Proof
from storage.store import Store, StoreError
from tests.storage.making import MINUTE, NOW, opened, received, verdict
from tests.storage.threads import at_once

REFUSED = (
    "UPDATE audit SET actor = 'somebody.else@example.test' WHERE seq = 2",
    "DELETE FROM audit WHERE seq = 2",
    "DELETE FROM audit",
    "UPDATE audit_head SET seq = 1",
    "DELETE FROM audit_head",
)


def act(number: int = 1, **facts: object) -> Act:
    usual = {"at": NOW, "actor": "officer@example.test", "action": Action.TICKET_READ, "subject": f"QM-{number}"}
    return Act(**{**usual, **facts})  # type: ignore[arg-type]


def chain(store: Store) -> list[Row]:
    with store.read() as tx:
        return [*tx.audit.rows()]


def head(store: Store) -> Head:
    with store.read() as tx:
        return tx.audit.head()


def test_an_empty_chain_has_its_head_before_the_first_act(store: Store) -> None:
    assert head(store) == Head(seq=0, hash=GENESIS)
    assert chain(store) == []


def test_each_act_is_bound_to_the_one_before_it(store: Store) -> None:
    with store.write() as tx:
        tx.audit.append(act(1, detail={"isf": 2, "roles": ["lead", "officer"]}))
        tx.audit.append(act(2))
    with store.write() as tx:
        tx.audit.append(act(3))

    rows = chain(store)

    assert [(row.seq, row.subject) for row in rows] == [(1, "QM-1"), (2, "QM-2"), (3, "QM-3")]
    assert [row.previous for row in rows] == [GENESIS, rows[0].hash, rows[1].hash]
    assert all(row.hash == row.digest for row in rows)
    assert rows[0].detail == '{"isf":2,"roles":["lead","officer"]}'
    assert rows[0].at == "2026-11-24T09:30:00.123456Z"
    assert head(store) == Head(seq=3, hash=rows[2].hash)


def test_an_act_is_not_kept_when_its_transaction_is_not(store: Store) -> None:
    def undone() -> None:
        with store.write() as tx:
            tx.audit.append(act(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    with store.write() as tx:
        tx.audit.append(act(2))

    assert [(row.seq, row.subject) for row in chain(store)] == [(1, "QM-2")]


def test_a_transaction_that_only_reads_refuses_an_act(store: Store) -> None:
    with store.read() as tx, pytest.raises(StoreError, match="transaction that writes"):
        tx.audit.append(act())


def test_eight_writers_at_once_make_one_chain_without_gaps(store: Store) -> None:
    def work(which: int) -> int:
        for number in range(25):
            with store.write() as tx:
                if number % 3 == 0:
                    # Whatever else a transaction locks, it locks before the head of the chain.
                    received(tx)
                tx.audit.append(act(number, actor=f"writer-{which}"))
                tx.audit.append(act(number, actor=f"writer-{which}", action=Action.TICKET_DECIDED))
        return which

    at_once(8, work)

    rows = chain(store)
    assert [row.seq for row in rows] == list(range(1, 401))
    assert [row.previous for row in rows] == [GENESIS, *(row.hash for row in rows[:-1])]
    assert all(row.hash == row.digest for row in rows)
    assert head(store) == Head(seq=400, hash=rows[-1].hash)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_itself_refuses_to_change_the_chain(store: Store, statement: str) -> None:
    with store.write() as tx:
        for number in (1, 2, 3):
            tx.audit.append(act(number))
    before = chain(store)

    with pytest.raises(Exception, match="audit"), store._engine.begin() as connection:
        connection.execute(text(statement))

    assert chain(store) == before
    assert head(store).seq == 3


def test_postgresql_refuses_to_empty_the_chain_in_one_stroke(postgres_store: Store) -> None:
    with postgres_store.write() as tx:
        tx.audit.append(act())

    with pytest.raises(Exception, match="audit"), postgres_store._engine.begin() as connection:
        connection.execute(text("TRUNCATE audit"))

    assert len(chain(postgres_store)) == 1


def test_sqlite_refuses_to_replace_an_act(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        tx.audit.append(act())
    before = chain(sqlite_store)

    with pytest.raises(Exception, match="audit"), sqlite_store._engine.begin() as connection:
        connection.execute(
            text("INSERT OR REPLACE INTO audit SELECT seq, at, 'x', action, subject, detail, previous, hash FROM audit")
        )

    assert chain(sqlite_store) == before


def test_strange_text_is_hashed_as_it_is_kept(store: Store) -> None:
    with store.write() as tx:
        tx.audit.append(act(subject="QM\0-\ud800", actor="é" * 900, detail={"cause": "\0\ud83d"}))

    (row,) = chain(store)
    assert row.hash == row.digest


@pytest.mark.parametrize(
    "facts",
    [
        {"detail": {"text": "x" * 201}},
        {"detail": {"rate": 0.5}},
        {"detail": {"at": NOW}},
        {"at": NOW.replace(tzinfo=None)},
    ],
)
def test_an_act_holds_plain_short_values_only(facts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="act"):
        act(**facts)  # type: ignore[arg-type]


def proof(store: Store) -> Proof:
    with store.read() as tx:
        return tx.audit.proof()


def filled(store: Store, number: int = 6) -> None:
    for one in range(1, number + 1):
        with store.write() as tx:
            tx.audit.append(act(one, at=NOW + one * MINUTE))


TAMPERED = {
    "altered": ("UPDATE audit SET actor = 'x' WHERE seq = 3", 3),
    "detail": ("UPDATE audit SET detail = '{\"a\": 1}' WHERE seq = 3", 3),
    "removed": ("DELETE FROM audit WHERE seq = 3", 3),
    "cut off": ("DELETE FROM audit WHERE seq > 4", 5),
    "reordered": ("UPDATE audit SET seq = CASE seq WHEN 2 THEN -2 WHEN 3 THEN 2 ELSE seq END", -2),
    "head": ("UPDATE audit_head SET hash = 'x'", 6),
    "added": (
        "INSERT INTO audit SELECT 7, at, actor, action, subject, detail, hash, hash FROM audit WHERE seq = 6",
        7,
    ),
    "checkpoint": ("INSERT INTO audit_checkpoints SELECT seq, hash, at FROM audit WHERE seq = 2", 1),
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_what_was_done_behind_the_triggers_is_found_and_where(store: Store, kind: str) -> None:
    filled(store)
    assert proof(store).holds
    statement, seq = TAMPERED[kind]

    without_triggers(store, statement)

    found = proof(store)
    assert not found.holds
    assert seq in {fault.seq for fault in found.faults}


def without_triggers(store: Store, statement: str) -> None:
    with store._engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
            for name in triggers.all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))


def test_an_old_segment_is_removed_whole_and_the_rest_can_still_be_proven(store: Store) -> None:
    filled(store)
    with store.write() as tx:
        assert tx.audit.last_before(NOW + 4 * MINUTE) == 3
        assert tx.audit.retire(3, at=NOW, actor="retention") == 3

    rows = chain(store)
    assert [row.seq for row in rows] == [4, 5, 6, 7]
    assert rows[-1].action == Action.AUDIT_CHECKPOINT
    assert proof(store).holds
    assert proof(store).first == 4
    with store.write() as tx:
        assert tx.audit.retire(5, at=NOW, actor="retention") == 2
    assert proof(store).holds


def test_a_segment_that_is_not_whole_is_not_removed(store: Store) -> None:
    filled(store)
    without_triggers(store, "UPDATE audit SET actor = 'x' WHERE seq = 2")

    with store.write() as tx, pytest.raises(StoreError, match="not whole at act 2"):
        tx.audit.retire(3, at=NOW, actor="retention")

    assert len(chain(store)) == 6


@pytest.mark.parametrize("upto", [0, 6, 7])
def test_neither_nothing_nor_all_of_the_chain_can_be_removed(store: Store, upto: int) -> None:
    filled(store)
    with store.write() as tx, pytest.raises(StoreError, match="no such segment"):
        tx.audit.retire(upto, at=NOW, actor="retention")


def test_acts_are_found_by_who_what_whom_and_when(store: Store) -> None:
    filled(store)
    with store.write() as tx:
        tx.audit.append(act(3, actor="lead@example.test", action=Action.TICKET_DECIDED, at=NOW + 9 * MINUTE))
    with store.read() as tx:

        def found(**facts: object) -> list[int]:
            return [row.seq for row in tx.audit.find(ActFilter(**facts))]  # type: ignore[arg-type]

        assert found() == [7, 6, 5, 4, 3, 2, 1]
        assert found(actor="lead@example.test") == [7]
        assert found(action=Action.TICKET_DECIDED) == [7]
        assert found(subject="QM-3") == [7, 3]
        assert found(since=NOW + 5 * MINUTE, until=NOW + 6 * MINUTE) == [5]
        assert [row.seq for row in tx.audit.find(ActFilter(), limit=2, before=6)] == [5, 4]


def faults(store: Store) -> dict[str, str]:
    return {result.name: " ".join(result.faults) for result in store.examine() if result.faults}


def test_the_deep_check_proves_the_chain_and_looks_whether_its_triggers_are_there(store: Store) -> None:
    filled(store)
    assert faults(store) == {}
    with store._engine.begin() as connection:
        name = "audit_no_update" if connection.dialect.name == "sqlite" else "audit_refuses"
        table = "" if connection.dialect.name == "sqlite" else " ON audit"
        connection.execute(text(f"DROP TRIGGER {name}{table}"))
    assert f"the trigger {name} is not there" in faults(store)["the database refuses to change the audit chain"]
    without_triggers(store, "UPDATE audit SET actor = 'x' WHERE seq = 3")
    assert "act 3" in faults(store)["the audit chain is whole"]


def test_the_deep_check_finds_officers_without_roles_and_conflicts_that_were_missed(store: Store) -> None:
    with store.write() as tx:
        officer = tx.officers.add(email="a@example.test", name="Ann Example")
        tx.officers.attach(officer.id, "RWE", ["RWE"], at=NOW)
        opened(tx, reference="QM-A", seen=verdict(provider="RWE"))
    with store._engine.begin() as connection:
        connection.execute(text("DELETE FROM conflicts"))
    told = faults(store)["no officer sees a ticket about a place of theirs"]
    assert told == "QM-A is about a place of a@example.test, and nobody has noticed"
    with store._engine.begin() as connection:
        connection.execute(text("DELETE FROM officer_profiles"))
    assert faults(store)["every officer has roles"] == "a@example.test has no roles at all"

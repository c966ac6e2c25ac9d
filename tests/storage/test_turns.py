"""Whose turn it is in the chat: found at once, however much waits, and never forgotten."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import event

from models.work import Ending, Outcome
from storage.store import Store, Transaction
from tests.storage.making import MINUTE, NOW, message

DONE = Outcome(ending=Ending.IGNORED, reason="a test")
LATER = NOW + timedelta(minutes=5)


def said(tx: Transaction, chat: str, key: str) -> int:
    receipt = tx.inbox.receive(message(key, channel="telegram"))
    tx.conversations.register(
        receipt.inbox_id, channel="telegram", account="bot", address=chat, at=NOW, message=key, album=""
    )
    return receipt.inbox_id


def taken(tx: Transaction, now: datetime = NOW) -> list[int]:
    return [item.id for item in tx.inbox.claim(worker="w", now=now, lease=MINUTE, limit=9, chats=True)]


def test_of_each_conversation_only_the_first_message_is_taken_and_then_the_next(store: Store) -> None:
    with store.write() as tx:
        one, two, other = said(tx, "a", "1"), said(tx, "a", "2"), said(tx, "b", "3")
    with store.write() as tx:
        [first, _] = tx.inbox.claim(worker="w", now=NOW, lease=MINUTE, limit=9, chats=True)
        assert (first.id, taken(tx)) == (one, [])
        assert tx.inbox.claim(worker="w", now=NOW, lease=MINUTE, limit=9) == ()
    with store.write() as tx:
        tx.inbox.settle(first, DONE, NOW)
        tx.turns.after(first.id)
        assert taken(tx) == [two]
        assert sorted(taken(tx, now=LATER)) == [two, other]  # whoever had them has gone


def test_what_waits_for_more_is_taken_when_its_time_has_come(store: Store) -> None:
    with store.write() as tx:
        one = said(tx, "a", "1")
        [item] = tx.inbox.claim(worker="w", now=NOW, lease=MINUTE, limit=1, chats=True)
        tx.reports.hand_back(item, NOW + timedelta(seconds=5))
        tx.turns.after(item.id)
        said(tx, "a", "2")
        assert taken(tx) == []
        assert taken(tx, now=NOW + timedelta(seconds=5)) == [one]


def test_what_an_officer_files_again_gets_its_turn_again(store: Store) -> None:
    with store.write() as tx:
        one = said(tx, "a", "1")
        [item] = tx.inbox.claim(worker="w", now=NOW, lease=MINUTE, limit=1, chats=True)
        tx.inbox.settle(item, DONE, NOW)
        tx.turns.after(one)
        assert taken(tx, now=LATER) == []
        assert tx.inbox.reopen(one, NOW)
        assert taken(tx) == [one]


def test_a_turn_that_was_forgotten_is_found_by_itself(store: Store) -> None:
    with store.write() as tx:
        one, two = said(tx, "a", "1"), said(tx, "a", "2")
        [item] = tx.inbox.claim(worker="w", now=NOW, lease=MINUTE, limit=1, chats=True)
        tx.inbox.settle(item, DONE, NOW)  # and nobody says that the turn goes on
    with store.write() as tx:
        assert (item.id, taken(tx, now=LATER)) == (one, [two])


def plans_of(store: Store, act: Callable[[Transaction], object]) -> list[str]:
    """How the database goes about every statement of an act, one plan each."""
    explain = "EXPLAIN QUERY PLAN " if store.engine == "sqlite" else "EXPLAIN "
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    with store.write() as tx:
        event.listen(store._engine, "before_cursor_execute", note)
        act(tx)
        event.remove(store._engine, "before_cursor_execute", note)
    plans = []
    with store._engine.connect() as connection:
        if store.engine == "postgresql":  # a small table is read whole, however good its indexes are
            connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, parameters in asked:
            rows = connection.exec_driver_sql(explain + statement, parameters)  # type: ignore[arg-type]
            plans.append(" / ".join(str(row[-1]) for row in rows))
    return plans


def test_no_claim_looks_through_all_that_waits(store: Store) -> None:
    with store.write() as tx:
        for number in range(60):
            said(tx, f"chat {number % 3}", str(number))
    plans = plans_of(store, taken) + plans_of(store, lambda tx: tx.inbox.claim(worker="w", now=NOW, lease=MINUTE))
    wide = [plan for plan in plans if "Seq Scan" in plan or "SCAN inbox" in plan or "SCAN chat" in plan]
    assert (len(plans) > 4, wide) == (True, [])
    assert any("ix_chat_turns_due" in plan for plan in plans)
    assert any("ix_inbox_waiting" in plan for plan in plans)

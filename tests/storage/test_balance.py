import pytest

from models.work import Ending
from storage.store import Store
from tests.storage.making import NOW, ended, filed, followed, received
from tests.storage.raw import break_it

TICKET = "messages filed without being part of their ticket"
BREAKS = [
    ("UPDATE inbox SET ticket_id = NULL WHERE ending = 'ticket'", TICKET),
    ("UPDATE inbox SET ticket_id = NULL WHERE ending = 'follow_up'", TICKET),
    ("DELETE FROM entries WHERE inbox_id IN (SELECT id FROM inbox WHERE ending = 'ticket')", TICKET),
    ("DELETE FROM entries WHERE inbox_id IN (SELECT id FROM inbox WHERE ending = 'follow_up')", TICKET),
    ("DELETE FROM tickets", "messages filed without being part of their ticket"),
    ("UPDATE inbox SET reason = '' WHERE ending = 'ignored'", "messages ignored or quarantined without a reason"),
    ("UPDATE inbox SET reason = '' WHERE ending = 'quarantined'", "messages ignored or quarantined without a reason"),
    ("UPDATE inbox SET ending = NULL WHERE ending = 'follow_up'", "messages of tickets that did not end so"),
    (
        "UPDATE inbox SET ending = 'ignored', reason = 'x' WHERE ending = 'follow_up'",
        "messages of tickets that did not end so",
    ),
    ("DELETE FROM inbox WHERE ending = 'follow_up'", "messages of tickets that did not end so"),
    ("DELETE FROM inbox WHERE ending = 'ticket'", "tickets that no message opened"),
    ("UPDATE inbox SET ending = 'follow_up' WHERE ending = 'ticket'", "tickets that no message opened"),
    ("UPDATE inbox SET ending = 'ticket' WHERE ending = 'follow_up'", "tickets that more than one message opened"),
    ("DELETE FROM verdicts", "tickets without a pre-grade"),
    ("DELETE FROM reporters", "tickets without their reporter's row"),
    ("DELETE FROM outbox", "tickets with no acknowledgement, not even a withheld one"),
    ("UPDATE outbox SET purpose = 'other'", "tickets with no acknowledgement, not even a withheld one"),
    ("UPDATE outbox SET state = 'withheld', error = ''", "mails withheld or failed without a reason"),
    ("UPDATE outbox SET state = 'failed', error = ''", "mails withheld or failed without a reason"),
]


@pytest.fixture
def busy(store: Store) -> Store:
    """A store with one message of each fate."""
    followed(store, filed(store))
    ended(store, Ending.IGNORED, "an out-of-office reply")
    ended(store, Ending.QUARANTINED, "no mail at all")
    with store.write() as tx:
        received(tx)
    return store


def test_all_that_was_received_is_accounted_for(busy: Store) -> None:
    with busy.read() as tx:
        balance = tx.inbox.balance()

    assert balance.holds
    assert balance.faults == ()
    assert (balance.received, balance.tickets, balance.follow_ups) == (5, 1, 1)
    assert (balance.ignored, balance.quarantined, balance.waiting) == (1, 1, 1)


def test_an_empty_store_balances(store: Store) -> None:
    with store.read() as tx:
        assert tx.inbox.balance().holds


@pytest.mark.parametrize(("statement", "fault"), BREAKS)
def test_a_broken_invariant_is_named(busy: Store, statement: str, fault: str) -> None:
    break_it(busy, statement)
    with busy.read() as tx:
        balance = tx.inbox.balance()

    assert not balance.holds
    assert fault in {one.partition(":")[0] for one in balance.faults}


def test_an_ending_that_does_not_exist_does_not_balance(busy: Store) -> None:
    break_it(busy, "UPDATE inbox SET ending = 'lost' WHERE ending = 'ignored'")
    with busy.read() as tx:
        assert not tx.inbox.balance().holds


def test_a_withheld_acknowledgement_with_its_reason_balances(store: Store) -> None:
    ticket = filed(store)
    break_it(store, "DELETE FROM outbox")
    with store.write() as tx:
        tx.outbox.withhold(ticket, purpose="acknowledgement", reason="no address", now=NOW)
        assert tx.inbox.balance().holds


def test_many_faults_of_one_kind_are_told_in_one_line(store: Store) -> None:
    for _ in range(25):
        ended(store, Ending.IGNORED, "noise")
    break_it(store, "UPDATE inbox SET reason = ''")
    with store.read() as tx:
        (fault,) = tx.inbox.balance().faults

    assert fault.count(",") == 20
    assert fault.endswith("…")

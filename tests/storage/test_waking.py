"""On PostgreSQL a transaction that adds work wakes whoever listens, in any process; a lost connection comes back."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from models.work import Ending
from storage.store import Store, StoreError, Wakes
from tests.storage.making import NOW, ended, filed, message, received
from tests.waiting import until

LONG = 30.0
"""Seconds; nothing here waits so long unless a word is not heard."""


class Heard:
    """Who was woken since one last asked."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def bell(self, name: str) -> Callable[[], None]:
        return lambda: self.words.append(name)

    def take(self) -> list[str]:
        words, self.words = self.words, []
        return words


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def wakes(postgres_store: Store, postgres_url: str, heard: Heard) -> Iterator[Wakes]:
    listener = Store(postgres_url)
    made = listener.wakes(inbox=heard.bell("inbox"), outbox=heard.bell("outbox"))
    assert made is not None
    made.listen(0)
    heard.take()
    yield made
    made.close()
    listener.close()


def next_word(wakes: Wakes, heard: Heard) -> list[str]:
    def comes() -> bool:
        wakes.listen(0.1)
        return bool(heard.words)

    until(comes, seconds=LONG)
    return heard.take()


def silent(wakes: Wakes, heard: Heard) -> bool:
    wakes.listen(0.2)
    return heard.take() == []


def test_a_message_that_is_kept_wakes_the_workers_when_it_is_durable(
    postgres_store: Store, wakes: Wakes, heard: Heard
) -> None:
    with postgres_store.write() as tx:
        received(tx)
        assert silent(wakes, heard)
    assert next_word(wakes, heard) == ["inbox"]


def test_a_ticket_wakes_the_senders(postgres_store: Store, wakes: Wakes, heard: Heard) -> None:
    filed(postgres_store)
    words: set[str] = set()
    while words != {"inbox", "outbox"}:
        words |= {*next_word(wakes, heard)}


def test_what_needs_nobody_wakes_nobody(postgres_store: Store, wakes: Wakes, heard: Heard) -> None:
    with postgres_store.write() as tx:
        tx.inbox.receive(message("held", held="It is too large."))
    with postgres_store.write() as tx:
        tx.inbox.receive(message("held", held="It is too large."))
    assert silent(wakes, heard)


def test_a_message_that_is_to_be_filed_again_wakes_the_workers(
    postgres_store: Store, wakes: Wakes, heard: Heard
) -> None:
    inbox_id = ended(postgres_store, Ending.QUARANTINED, "It failed.")
    next_word(wakes, heard)
    assert silent(wakes, heard)
    with postgres_store.write() as tx:
        assert tx.inbox.reopen(inbox_id, NOW)
    assert next_word(wakes, heard) == ["inbox"]


def test_after_a_lost_connection_everybody_is_woken_once_it_is_back(
    postgres_store: Store, postgres_url: str, wakes: Wakes, heard: Heard
) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as other:
        mine = "datname = current_database() AND pid <> pg_backend_pid()"
        other.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}".encode())

    def listen() -> None:
        for _ in range(100):
            wakes.listen(0.1)

    with pytest.raises(StoreError) as lost:
        listen()
    assert (lost.value.retry, wakes.listening) == (True, False)
    wakes.listen(0)
    assert heard.take() == ["inbox", "outbox"]
    with postgres_store.write() as tx:
        received(tx)
    assert next_word(wakes, heard) == ["inbox"]


def test_sqlite_cannot_tell(sqlite_store: Store) -> None:
    assert sqlite_store.wakes(inbox=lambda: None, outbox=lambda: None) is None

"""A worker that is killed at any step: every message is in the store once, and every reporter has one receipt."""

import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest

from models.chat import ChatMessage
from models.rights import SYSTEM
from models.ticket import QueueFilter
from storage.store import Store
from tests.chat_worker import STEPS, ChatWorkers, chat_workers
from tests.intake.conversing.making import NIGHT, Chats
from tests.keys import SOURCE

PEOPLE = 7
TOLD = (
    "The registrar left us alone on the ward again last night.",
    "It was ward {}.",
    "And nobody came for two hours.",
)


@pytest.fixture(scope="module")
def workers() -> Iterator[ChatWorkers]:
    with chat_workers() as made:
        yield made


def words_of(person: int) -> list[str]:
    return [text.format(person) for text in TOLD]


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_no_message_is_lost_or_doubled_whenever_a_worker_dies(
    engine: str, request: pytest.FixtureRequest, workers: ChatWorkers
) -> None:
    url: str = request.getfixturevalue(f"{engine}_url")
    store = Store(url, SOURCE)
    store.migrate()
    chats = Chats(store)
    for text in range(len(TOLD)):
        for person in range(PEOPLE):
            message = ChatMessage(address=f"person {person}", at=NIGHT, text=words_of(person)[text])
            chats.take(message, channel="terminal")

    for hours, step in enumerate(STEPS, start=1):
        assert workers.run(url, step, hours) == signal.SIGKILL
    assert workers.run(url, "", len(STEPS) + 1) == 0

    chats.now = NIGHT + timedelta(days=1)
    assert chats.balances()
    with store.read() as tx:
        assert tx.inbox.balance().quarantined == 0
        rows = tx.tickets.queue(QueueFilter(), SYSTEM, limit=50).rows
        tickets = [tx.tickets.get(row.reference, SYSTEM) for row in rows]
    told = sorted([entry.text for entry in ticket.entries] for ticket in tickets if ticket is not None)
    assert told == sorted(words_of(person) for person in range(PEOPLE))
    for person in range(PEOPLE):
        replies = chats.hear(f"person {person}", channel="terminal")
        assert sum("Your reference is" in reply.text for reply in replies) == 1
    store.close()

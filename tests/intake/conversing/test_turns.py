"""Facts about turns over the store: serial, merged, sealed off when cut, and safe when something fails."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from intake.conversing.officers import NotReachable
from models.chat import ChatKind, ChatMessage
from models.rights import SYSTEM
from models.ticket import QueueFilter, Ticket
from models.verdict import Verdict
from models.work import Ending
from storage.store import Store
from tests.intake.conversing.making import NIGHT, Chats, quiet
from tests.storage.dumps import dump

STORY = "The registrar left us alone on the ward again last night and nobody came."
SECRET = "chat-4711-of-the-learner"


def tickets(store: Store) -> list[Ticket]:
    with store.read() as tx:
        rows = tx.tickets.queue(QueueFilter(), SYSTEM, limit=50).rows
        found = [tx.tickets.get(row.reference, SYSTEM) for row in sorted(rows, key=lambda row: row.id)]
    return [ticket for ticket in found if ticket is not None]


def cut(chats: Chats) -> None:
    chats.say(STORY, SECRET)
    for words in ("carry on", "no", "skip", "skip", "anonymous", "cut the link", "I have saved it", "yes"):
        chats.say(words, SECRET)


def test_after_the_link_was_cut_neither_address_nor_code_is_anywhere(store: Store) -> None:
    chats = Chats(store)
    chats.say(STORY, SECRET)
    assert SECRET in dump(store)
    for words in ("carry on", "no", "skip", "skip", "anonymous", "cut the link"):
        replies = chats.say(words, SECRET)
    code = replies[-1].text.splitlines()[-1]
    for words in ("I have saved it", "yes"):
        chats.say(words, SECRET)

    kept = dump(store)
    assert SECRET not in kept
    assert code not in kept
    assert code.replace(" ", "") not in kept
    assert STORY.lower() in kept
    assert chats.balances()


def test_a_report_whose_link_was_cut_can_be_asked_nothing(store: Store) -> None:
    chats = Chats(store)
    cut(chats)
    with pytest.raises(NotReachable):
        chats.ask(tickets(store)[0].row.reference, "Which ward was it?")


def test_a_message_that_was_taken_twice_is_answered_once(store: Store) -> None:
    chats = Chats(store)
    message = ChatMessage(address="learner", at=NIGHT, text=STORY)
    assert chats.take(message, key="7") == chats.take(message, key="7")
    chats.settle()
    assert len(chats.hear("learner")) == 1
    assert len(tickets(store)) == 1


def test_a_story_in_pieces_waits_for_its_end_and_gets_one_receipt(store: Store) -> None:
    chats = Chats(store)
    for part in range(3):
        chats.take(ChatMessage(address="learner", at=chats.now, text=f"{STORY} Part {part}."))
        chats.run()
        chats.now += timedelta(seconds=4)
    assert chats.hear("learner") == ()
    chats.now += timedelta(seconds=2)
    chats.run()
    assert len(chats.hear("learner")) == 1
    assert [len(ticket.entries) for ticket in tickets(store)] == [3]


def test_a_message_that_breaks_the_classifier_becomes_a_report_and_delays_nobody_else(store: Store) -> None:
    def breaks(subject: str, words: str, channel: str) -> Verdict:
        if "poison" in words:
            raise ValueError(words)
        return quiet(subject, words, channel)

    chats = Chats(store, fast=breaks)
    chats.take(ChatMessage(address="first", at=NIGHT, text="poison and a long enough story"), channel="terminal")
    chats.take(ChatMessage(address="second", at=NIGHT, text=STORY), channel="terminal")
    chats.run()
    assert len(chats.hear("second", "terminal")) == 1
    for _ in range(4):
        chats.now += timedelta(minutes=6)
        chats.run()
    assert "Your message is saved" in chats.hear("first", "terminal")[0].text
    assert [ticket.entries[0].text for ticket in tickets(store)] == [STORY, "poison and a long enough story"]
    assert chats.balances()


def test_who_blocks_us_is_gone_and_may_come_back(store: Store) -> None:
    chats = Chats(store)
    chats.say(STORY)
    row = chats.take(ChatMessage(address="learner", at=chats.now, kind=ChatKind.GONE))
    chats.settle()
    with store.read() as tx:
        inbox = tx.inbox.row(row)
    assert inbox is not None
    assert inbox.ending is Ending.IGNORED
    assert chats.say("carry on")


def test_bytes_that_are_no_chat_message_go_to_quarantine(store: Store) -> None:
    chats = Chats(store)
    row = chats.take(ChatMessage(address="learner", at=NIGHT, text=STORY))
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE inbox SET raw = :raw"), {"raw": b'{"format": 1}'})
    chats.settle()
    with store.read() as tx:
        inbox = tx.inbox.row(row)
    assert inbox is not None
    assert inbox.ending is Ending.QUARANTINED
    assert chats.balances()

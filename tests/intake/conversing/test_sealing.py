"""The database alone tells nothing of a chat: not who, not what was said, not where the talk stands."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from intake.conversing.replying import collect
from models.chat import ChatMessage
from models.rights import SYSTEM, Role, Viewer
from models.sealing import Anonymity
from models.ticket import QueueFilter, TicketRow
from models.work import Delivery
from storage.key_sources import KeyFile, KeyText
from storage.keys import KeyClass, KeySet
from storage.store import KeyFault, SealBroken, Store
from tests.intake.conversing.making import NIGHT, Chats
from tests.storage.dumps import closed, dump
from tests.storage.raw import break_it
from tests.storage.test_rotating import digest, quiet

STORY = "The registrar left us alone on the ward again last night and nobody came."
ADDRESS = "chat-4711-of-the-learner"
NAME = "Zebedee Quillfeather"
QUESTION = "Which wardrobe was it?"
COMMENT = "You were marvellously kind."
CUSTODIAN = Viewer(officer_id=1, email="custodian@example.test", roles=frozenset({Role.CUSTODIAN}))
REASON = "to warn them of a danger"
WHERE = {"channel": "telegram", "account": "bot"}
SECRETS = (ADDRESS, NAME, QUESTION, COMMENT, "thank you for telling us", "asking")


def rows(store: Store) -> tuple[TicketRow, ...]:
    with store.read() as tx:
        return tx.tickets.queue(QueueFilter(), SYSTEM).rows


def reference(store: Store) -> str:
    return rows(store)[0].reference


def keys_of(store: Store) -> KeySet:
    keys = store._seals.source.load()
    assert keys is not None
    return keys


def talked(store: Store, *, level: str = "use my name", address: str = ADDRESS) -> Chats:
    """A chat with a report of somebody who chose how much we may know, an officer's question, and a comment."""
    chats = Chats(store)
    for words in (STORY, "carry on", "no", "skip", "skip", level):
        chats.say(words, address)
    if level == "use my name":
        chats.say(NAME, address)
        chats.press("This chat only", address)
    chats.ask(reference(store), QUESTION)
    with store.write() as tx:
        tx.questions.felt(answer="yes", comment=COMMENT, now=NIGHT)
    return chats


def test_nothing_that_was_said_in_a_chat_lies_in_the_clear(store: Store) -> None:
    talked(store)
    opened, lies = dump(store), closed(store)
    assert [word for word in SECRETS if word.lower() not in opened] == []
    assert [word for word in SECRETS if word.lower() in lies] == []


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("conversations", "state"),
        ("conversations", "address"),
        ("replies", "body"),
        ("questions", "text"),
        ("feedback", "comment"),
    ],
)
def test_a_value_that_was_moved_to_another_row_is_found(store: Store, table: str, column: str) -> None:
    chats = talked(store)
    chats.say(STORY, "another")
    chats.ask(reference(store), QUESTION)
    with store.write() as tx:
        tx.questions.felt(answer="yes", comment=COMMENT, now=NIGHT)
    assert [fault for result in store.examine() for fault in result.faults] == []
    break_it(store, f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} WHERE id = 2) WHERE id = 1")
    faults = [fault for result in store.examine() for fault in result.faults]
    assert any(f"{table} row 1: the seal of {column}" in fault for fault in faults)


def test_a_reply_that_was_altered_fails_and_hinders_no_other(store: Store) -> None:
    chats = Chats(store)
    for address in ("one", "two"):
        chats.take(ChatMessage(address=address, at=NIGHT, text=STORY))
    chats.settle()
    break_it(store, "UPDATE replies SET body = (SELECT body FROM replies WHERE id = 2) WHERE id = 1")
    with store.write() as tx:
        items = tx.replies.claim(channel="telegram", worker="w", now=chats.now, lease=timedelta(minutes=1), limit=9)
        [failed] = tx.replies.deliveries(1)
    assert [item.reply.address for item in items] == ["two"]
    assert (failed.state, failed.error) == (Delivery.FAILED, "its seal does not open: the store was altered")


def test_words_get_their_place_though_the_state_of_their_talk_was_altered(store: Store) -> None:
    chats = Chats(store)
    chats.say(STORY, "one")
    chats.say(STORY, "two")
    break_it(store, "UPDATE conversations SET state = (SELECT state FROM conversations WHERE id = 2) WHERE id = 1")
    with store.read() as tx, pytest.raises(SealBroken):
        tx.conversations.look(1)
    chats.wait(timedelta(days=30))
    chats.take(ChatMessage(address="one", at=chats.now, text="And nobody came the night after that either."))
    for _ in range(4):
        chats.now += timedelta(minutes=6)
        chats.run()
    with store.read() as tx:
        found = [tx.tickets.get(row.reference, SYSTEM) for row in tx.tickets.queue(QueueFilter(), SYSTEM).rows]
    texts = [entry.text for ticket in found if ticket for entry in ticket.entries]
    assert "And nobody came the night after that either." in texts
    assert chats.balances()


def test_a_change_of_all_keys_keeps_the_talk_and_finds_it_again(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "rotating.keys"
    KeyFile(path).make(keys_of(store))
    with closing(Store(store._url, KeyFile(path))) as keyed:
        chats = talked(keyed)
        chats.say(STORY, "forgotten")
        with keyed.write() as tx:
            found = tx.conversations.find(**WHERE, address=ADDRESS)
            forgotten = tx.conversations.find(**WHERE, address="forgotten")
            assert forgotten is not None
            tx.conversations.forget_address(forgotten)
            assert tx.conversations.find(**WHERE, address="forgotten") == forgotten
        chats.hear(ADDRESS)
        before = digest(keyed)
        assert keyed.rotation.begin(tuple(KeyClass), NIGHT, coming=False)
        with keyed.read() as tx:
            assert tx.conversations.find(**WHERE, address=ADDRESS) == found
        keyed.rotation.go_on(quiet)
        assert set(keyed.rotation.waiting().values()) == {0}
        keyed.rotation.retire(NIGHT, lambda _old: None)
        assert digest(keyed) == before
        assert [result.faults for result in keyed.examine() if "seal" in result.name] == [(), ()]
        with keyed.write() as tx:
            assert tx.conversations.find(**WHERE, address=ADDRESS) == found
            assert tx.conversations.find(**WHERE, address="forgotten") is None
            tx.conversations.renew_address(forgotten, "forgotten")
            assert tx.conversations.find(**WHERE, address="forgotten") == forgotten
        assert any(QUESTION in reply.text for reply in chats.press("Read it", ADDRESS))


def test_without_the_private_half_a_talk_goes_on_and_only_the_sender_learns_where_to(store: Store) -> None:
    with closing(Store(store._url, KeyText(keys_of(store).public_only().text(), "a test"))) as half:
        chats = Chats(half)
        chats.take(ChatMessage(address=ADDRESS, at=NIGHT, text=STORY))
        chats.settle()
        with pytest.raises(KeyFault, match="private half"), half.write() as tx:
            tx.replies.claim(channel="telegram", now=chats.now, worker="w", lease=timedelta(minutes=1))
        with half.read() as tx:
            talk = tx.conversations.find(**WHERE, address=ADDRESS)
        assert talk is not None
        [reply] = collect(half, channel="telegram", now=chats.now, conversation_id=talk)
        assert (reply.address, "Thank you for telling us" in reply.text) == ("", True)
        chats.say("carry on", ADDRESS)
        chats.take(ChatMessage(address=ADDRESS, at=chats.now, text="no"))
        chats.settle()
    with store.write() as tx:
        [item] = tx.replies.claim(channel="telegram", now=chats.now, worker="w", lease=timedelta(minutes=1))
    assert item.reply.address == ADDRESS


def test_the_reporter_is_promised_what_they_chose(store: Store) -> None:
    talked(store)
    with store.write() as tx:
        ticket = tx.reports.id_of(reference(store))
        assert ticket is not None
        assert tx.tickets.reporters.sealed(ticket).anonymity is Anonymity.NAMED
        asked = tx.unsealings.ask(ticket, CUSTODIAN, REASON, NIGHT)
        opened = tx.unsealings.open(asked, CUSTODIAN, NIGHT)
    assert not asked.needs_approval
    assert (opened.reporter.name, opened.chats) == (NAME, (f"telegram {ADDRESS}",))


def test_an_anonymous_reporter_is_opened_by_two_and_after_the_cut_by_nobody(store: Store) -> None:
    chats = Chats(store)
    chats.say(STORY, ADDRESS)
    with store.write() as tx:
        ticket = tx.reports.id_of(reference(store))
        assert ticket is not None
        sealed = tx.tickets.reporters.sealed(ticket)
        asked = tx.unsealings.ask(ticket, CUSTODIAN, REASON, NIGHT)
        assert tx.tickets.reporters.chats(ticket) == (f"telegram {ADDRESS}",)
    assert (sealed.anonymity, sealed.is_cut, asked.needs_approval) == (Anonymity.ANONYMOUS, False, True)
    for words in ("carry on", "no", "skip", "skip", "anonymous", "cut the link", "I have saved it", "yes"):
        chats.say(words, ADDRESS)
    with store.read() as tx:
        sealed, reporter = tx.tickets.reporters.sealed(ticket), tx.tickets.reporters.opened(ticket)
        assert tx.tickets.reporters.chats(ticket) == ()
    assert (sealed.anonymity, sealed.is_cut) == (Anonymity.ANONYMOUS, True)
    assert (reporter.name, reporter.address) == ("", "")


def acts(store: Store) -> list[tuple[str, str, str, str]]:
    with store.read() as tx:
        return [(row.action, row.actor, row.subject, row.detail) for row in tx.audit.rows()]


def test_what_a_reporter_does_to_a_report_is_in_the_audit_chain_and_says_nothing_of_them(store: Store) -> None:
    chats = Chats(store)
    chats.say(STORY, ADDRESS)
    withdrawn = reference(store)
    chats.say("/cancel", ADDRESS)
    for label in ("Withdraw it", "Yes, withdraw it"):
        chats.press(label, ADDRESS)
    chats.say(STORY, "another")
    [deleted] = {row.reference for row in rows(store)} - {withdrawn}
    for words in ("/cancel", "/delete", "3"):
        chats.say(words, "another")
    chats.press("Yes, delete", "another")
    assert acts(store) == [
        ("report_withdrawn", "reporter", withdrawn, "{}"),
        ("erasure_asked", "reporter", deleted, "{}"),
        ("chat_link_cut", "reporter", deleted, "{}"),
    ]

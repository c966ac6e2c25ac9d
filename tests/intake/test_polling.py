"""Fetching into the store: one row a mail, one poller a mailbox, and back again when the server is."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from channels.base import Unavailable
from channels.email.graph import GraphSettings
from channels.email.imap import Mailbox, MailboxSettings
from channels.email.mime import read
from intake.demo.mailserver import EmbeddedMail
from intake.polling import SLICE_SECONDS, Polling
from models.work import Ending
from storage.store import LostClaim, Store
from tests.channels.graph_tried import FixedToken
from tests.channels.posts import PymapPost
from tests.intake.making import Clock, content


@pytest.fixture
def post() -> Iterator[PymapPost]:
    with PymapPost("quality.me@hospital.test") as made:
        yield made


def polling(post: PymapPost, store: Store, clock: Clock, *, worker: str = "a", **facts: Any) -> Polling:
    mailbox = Mailbox(post.settings(**facts), readable=lambda raw: read(raw).readable)
    return Polling(mailbox=mailbox, store=store, worker=worker, ttl=timedelta(seconds=0.4), clock=clock)


def stop_waiting() -> bool:
    return False


def received(store: Store) -> int:
    with store.read() as tx:
        return tx.inbox.balance().received


def test_a_mail_becomes_one_row_however_often_we_look(post: PymapPost, store: Store) -> None:
    poller = polling(post, store, Clock())
    sent = content()
    post.append(sent)
    for _ in range(3):
        assert poller.step(stop_waiting) == 0
    poller.close()
    with store.read() as tx:
        [row] = tx.inbox.rows(ending=None)
        message = tx.inbox.message(row.id)
    assert message is not None
    assert (message.raw, row.channel, row.account) == (sent, "imap", "main/INBOX")
    assert post.contents("Processed") == [sent]


def test_what_is_no_mail_or_too_big_is_quarantined_and_shown_at_once(post: PymapPost, store: Store) -> None:
    poller = polling(post, store, Clock(), max_bytes=2_000)
    post.append(b"\x01\xff no mail")
    post.append(content(body="x" * 3_000))
    poller.step(stop_waiting)
    poller.close()
    with store.read() as tx:
        rows = tx.inbox.rows(ending=Ending.QUARANTINED)
        balance = tx.inbox.balance()
    assert [row.reason[:24] for row in rows] == ["The mail is too big: 3,1", "These bytes are not a ma"]
    assert (balance.quarantined, balance.holds, len(post.contents("Held"))) == (2, True, 2)


def test_only_one_of_two_pollers_fetches_and_the_other_takes_over_when_it_dies(post: PymapPost, store: Store) -> None:
    clock = Clock()
    first, second = polling(post, store, clock), polling(post, store, clock, worker="b")
    first.step(stop_waiting)
    post.append(content())
    assert second.step(stop_waiting) > 0
    assert received(store) == 0
    clock.move(seconds=1)
    second.step(stop_waiting)
    assert received(store) == 1
    assert first.step(stop_waiting) > 0
    first.close()
    second.close()


def test_a_poller_that_ends_lets_the_next_one_begin_at_once(post: PymapPost, sqlite_store: Store) -> None:
    clock = Clock()
    first, second = polling(post, sqlite_store, clock), polling(post, sqlite_store, clock, worker="b")
    first.step(stop_waiting)
    first.close()
    assert second.step(stop_waiting) == 0
    second.close()


def test_a_poller_that_was_fenced_off_keeps_nothing(post: PymapPost, sqlite_store: Store) -> None:
    clock = Clock()
    late = polling(post, sqlite_store, clock)
    late.step(stop_waiting)
    lease = late._holder.lease
    assert lease is not None
    clock.move(seconds=1)
    with sqlite_store.write() as tx:
        assert tx.leases.take(lease.name, "another", now=clock(), ttl=timedelta(minutes=5)) is not None
    clock.now = lease.expires_at - timedelta(seconds=0.3)  # its clock is behind: it believes that it still may
    post.append(content())
    late._open = late._connection.enter_context(late._mailbox.open())
    with pytest.raises(LostClaim):
        late._open.take_in(late._sink, stop_waiting)
    assert (received(sqlite_store), len(post.contents())) == (0, 1)
    late.close()


def test_a_server_that_was_away_is_reached_again_and_nothing_is_lost(post: PymapPost, sqlite_store: Store) -> None:
    poller = polling(post, sqlite_store, Clock())
    poller.step(stop_waiting)
    server: EmbeddedMail = post.server
    server.cut_imap()
    post.leave()
    post.server.deliver(post.user, content())
    with pytest.raises(Unavailable):
        poller.step(stop_waiting)
    poller.step(stop_waiting)
    poller.close()
    assert (received(sqlite_store), post.server.folder(post.user, "Processed")) == (1, 1)


def test_the_store_knows_what_was_kept_from_a_mailbox_in_which_nothing_may_be_moved(
    post: PymapPost, store: Store
) -> None:
    def known(channel: str, account: str, keys: list[str]) -> frozenset[str]:
        with store.read() as tx:
            return tx.inbox.known(channel, account, keys)

    fetched: list[bytes] = []

    def readable(raw: bytes) -> bool:
        fetched.append(raw)
        return True

    for number in range(3):
        post.append(content(message_id=f"{number}@student.test"))
        box = Mailbox(post.settings(read_only=True), readable=readable, known=known)
        poller = Polling(mailbox=box, store=store, worker="a", ttl=timedelta(seconds=0.4), clock=Clock())
        for _ in range(2):
            poller.step(stop_waiting)
        poller.close()
    assert (received(store), len(fetched), len(post.contents())) == (3, 3, 3)
    with store.read() as tx:
        assert tx.inbox.known("graph", "main/INBOX", ["1.1"]) == frozenset()
        assert tx.inbox.known("imap", "main/INBOX", []) == frozenset()


def test_a_dead_server_is_noticed_within_a_minute() -> None:
    # Each wait ends with a question, whose answer must begin in time. See also test_mailbox_line.py for the silence.
    usual = MailboxSettings(name="main", host="h", port=1, security="tls", user="u")
    graph = GraphSettings(user="u", tokens=FixedToken())
    assert SLICE_SECONDS + usual.read_timeout <= 60
    assert SLICE_SECONDS + graph.timeout <= 60
    assert usual.connect_timeout <= 60

"""The line to a mailbox: waiting, breaking, silence, secrets. On the embedded server and on a real Dovecot."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from channels.base import Unavailable
from channels.email.imap import Mailbox, Taken
from models.message import RawMessage
from tests.channels.posts import DovecotPost, Post, PymapPost, fetch, mail, mailbox, never
from tests.dovecot import PASSWORD
from tests.relay import Relay

MINUTE = 60.0


def wait_until_it_is_cut(box: Mailbox, line: Relay) -> None:
    with box.open() as folder, ThreadPoolExecutor() as pool:
        waiting = pool.submit(folder.wait, MINUTE, never)
        assert line.hears(b"IDLE\r\n")
        line.cut()
        waiting.result(timeout=20)


def wait_in_silence(box: Mailbox, line: Relay) -> None:
    with box.open() as folder:
        line.fall_silent()
        folder.wait(0.1, never)


def wait_while_it_gets(number: int, post: DovecotPost) -> None:
    with mailbox(post, read_timeout=0.5).open() as folder, ThreadPoolExecutor() as pool:
        waiting = pool.submit(folder.wait, 1.0, never)
        serving = post.server.serving()
        for pid in serving:
            os.kill(pid, number)
        try:
            waiting.result(timeout=20)
        finally:
            for pid in serving if number == signal.SIGSTOP else []:
                os.kill(pid, signal.SIGCONT)


def test_idle_wakes_when_a_mail_comes_and_it_is_taken_in(post: Post) -> None:
    kept: list[RawMessage] = []
    with Relay(post.port) as line, mailbox(post, port=line.port).open() as folder, ThreadPoolExecutor() as pool:
        folder.take_in(kept.append, never)
        waiting = pool.submit(folder.wait, MINUTE, never)
        assert line.hears(b"IDLE\r\n")
        post.deliver(mail())
        assert waiting.result(timeout=20)
        assert folder.take_in(kept.append, never) == Taken(kept=1)


def test_a_mail_that_is_announced_in_the_same_packet_in_which_the_server_begins_to_listen_wakes_us(post: Post) -> None:
    with Relay(post.port) as line, mailbox(post, port=line.port).open() as folder, ThreadPoolExecutor() as pool:
        line.hold_until(b"EXISTS")
        ended = Event()
        waiting = pool.submit(folder.wait, MINUTE, ended.is_set)
        try:
            assert line.hears(b"IDLE\r\n")
            post.deliver(mail())
            assert waiting.result(timeout=10)
        finally:
            ended.set()


def test_waiting_ends_at_once_when_it_is_asked_to(post: Post) -> None:
    with mailbox(post).open() as folder:
        assert not folder.wait(MINUTE, lambda: True)


def test_a_server_that_breaks_off_while_we_wait_is_noticed_and_reached_again(post: Post) -> None:
    kept: list[RawMessage] = []
    with Relay(post.port) as line:
        box = mailbox(post, port=line.port)
        with pytest.raises(Unavailable, match=r"main at 127\.0\.0\.1: waiting failed"):
            wait_until_it_is_cut(box, line)
        post.deliver(mail())
        assert fetch(box, kept.append) == Taken(kept=1)


def test_a_server_that_falls_silent_while_we_wait_is_noticed_when_the_wait_ends(post: Post) -> None:
    kept: list[RawMessage] = []
    with Relay(post.port) as line:
        box = mailbox(post, port=line.port, read_timeout=0.5)
        with pytest.raises(Unavailable, match="TimeoutError"):
            wait_in_silence(box, line)
        line.recover()
        post.deliver(mail())
        assert fetch(box, kept.append) == Taken(kept=1)


def test_a_line_that_breaks_after_the_sink_returned_brings_the_same_mail_under_its_old_key(post: Post) -> None:
    keys: list[str] = []
    post.deliver(mail())
    with Relay(post.port) as line:
        line.cut_at(b"MOVE")
        box = mailbox(post, port=line.port)
        with pytest.raises(Unavailable, match="moving failed"):
            fetch(box, lambda message: keys.append(message.key))
        assert len(post.contents()) == 1
        fetch(box, lambda message: keys.append(message.key))
    assert (len(keys), len(set(keys)), len(post.contents("Processed"))) == (2, 1, 1)


def test_a_wrong_password_is_said_clearly_and_is_not_in_the_text(post: Post) -> None:
    with pytest.raises(Unavailable) as refused, mailbox(post, password="hunter2").open():
        pass
    assert str(refused.value) == "mailbox main at 127.0.0.1 refused the user name or password"
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_a_server_that_is_away_and_a_host_that_cannot_be_are_said_clearly(post: Post) -> None:
    for facts in ({"port": 1}, {"host": "imap..hospital.test", "security": "tls"}):
        with pytest.raises(Unavailable, match="cannot be reached"), mailbox(post, **facts).open():
            pass


def test_mail_never_crosses_a_network_without_tls(post: Post) -> None:
    with pytest.raises(ValueError, match="needs TLS"):
        mailbox(post, host="imap.hospital.test", security="none")


def test_a_server_without_starttls_is_not_given_the_password(pymap_post: PymapPost) -> None:
    with Relay(pymap_post.port) as line:
        box = mailbox(pymap_post, host="localhost", port=line.port, security="starttls")
        with pytest.raises(Unavailable, match="offers no STARTTLS"), box.open():
            pass
        assert not line.hears(PASSWORD.encode(), seconds=0)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_is_trusted_by_its_own_ca_file_only(dovecot_post: DovecotPost, security: str) -> None:
    server = dovecot_post.server
    kept: list[RawMessage] = []
    port = server.imaps if security == "tls" else server.imap
    facts = {"host": "localhost", "port": port, "security": security}
    with (
        pytest.raises(Unavailable, match=r"TLS failed.*CERTIFICATE_VERIFY_FAILED"),
        mailbox(dovecot_post, **facts).open(),
    ):
        pass
    dovecot_post.deliver(mail())
    trusted = mailbox(dovecot_post, **facts, ca_file=server.certificate.chain)
    assert fetch(trusted, kept.append) == Taken(kept=1)
    wrong_name = mailbox(dovecot_post, **{**facts, "host": "127.0.0.1"}, ca_file=server.certificate.chain)
    with pytest.raises(Unavailable, match="TLS failed"), wrong_name.open():
        pass


def test_idle_wakes_over_tls_too(dovecot_post: DovecotPost) -> None:
    server = dovecot_post.server
    box = mailbox(dovecot_post, host="localhost", port=server.imaps, security="tls", ca_file=server.certificate.chain)
    with box.open() as folder, ThreadPoolExecutor() as pool:
        ended = Event()
        waiting = pool.submit(folder.wait, MINUTE, ended.is_set)
        try:
            dovecot_post.deliver(mail())
            assert waiting.result(timeout=20)
        finally:
            ended.set()


def test_a_ca_file_that_is_none_is_said_clearly(dovecot_post: DovecotPost) -> None:
    box = mailbox(dovecot_post, security="tls", ca_file=dovecot_post.server.certificate.key)
    with pytest.raises(Unavailable, match="the CA file cannot be used"), box.open():
        pass


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL])
def test_a_dovecot_that_is_stopped_or_killed_while_we_wait_is_noticed(dovecot_post: DovecotPost, number: int) -> None:
    with pytest.raises(Unavailable):
        wait_while_it_gets(number, dovecot_post)

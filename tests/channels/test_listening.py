"""Taking mail in by SMTP and LMTP, over real sockets: "250" means that it is kept, and nothing else does."""

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any, Literal

import pytest

from channels.base import Unavailable
from channels.email.smtp_in import ListenSettings, MailListener
from models.message import RawMessage
from tests.certificates import certificate

OURS = "quality.me@intake.test"
OTHER = "quality@intake.test"
MAIL = b"From: learner@student.test\r\nSubject: Nights\r\n\r\nNo registrar on site.\r\n"
CLIENTS: dict[str, type[smtplib.SMTP]] = {"smtp": smtplib.SMTP, "lmtp": smtplib.LMTP}
Protocol = Literal["smtp", "lmtp"]


@pytest.fixture(params=["smtp", "lmtp"])
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@contextmanager
def listening(sink: Callable[[RawMessage], None], protocol: Any = "smtp", **facts: Any) -> Iterator[MailListener]:
    usual = {"protocol": protocol, "recipients": frozenset({OURS, OTHER})}
    listener = MailListener(ListenSettings(**{**usual, **facts}), sink)
    listener.start()
    try:
        yield listener
    finally:
        listener.stop()


def connect(listener: MailListener, protocol: str = "smtp") -> smtplib.SMTP:
    return CLIENTS[protocol]("127.0.0.1", listener.port, local_hostname="localhost", timeout=30)


def fails(_message: RawMessage) -> None:
    raise RuntimeError("the disk is full")


def lmtp_answers(client: smtplib.SMTP, content: bytes, recipients: int) -> list[bytes]:
    """What an LMTP server says to a mail, one answer a recipient."""
    assert client.docmd("DATA")[0] == 354
    client.send(content + b".\r\n")
    assert client.file is not None
    return [client.file.readline() for _ in range(recipients)]


def test_250_is_said_only_after_the_sink_has_returned(protocol: str) -> None:
    order: list[str] = []
    meeting = Barrier(2)

    def slow(message: RawMessage) -> None:
        meeting.wait(timeout=20)  # the client is about to read the answer
        order.append("kept")

    with listening(slow, protocol) as listener, connect(listener, protocol) as client:
        client.ehlo_or_helo_if_needed()
        client.mail("learner@student.test")
        client.rcpt(OURS)
        assert client.docmd("DATA")[0] == 354
        client.send(MAIL + b".\r\n")
        meeting.wait(timeout=20)
        assert client.getreply()[0] == 250
        order.append("answered")
    assert order == ["kept", "answered"]


def test_a_mail_is_kept_byte_for_byte_with_its_envelope(protocol: str) -> None:
    kept: list[RawMessage] = []
    odd = MAIL + b"..\r\n.dots and \xff\xfe bytes, bare \n and \r\r\n" + b"\r\n" * 3
    with listening(kept.append, protocol) as listener, connect(listener, protocol) as client:
        # smtplib changes line ends unless it gets the bytes past its sendmail.
        client.ehlo_or_helo_if_needed()
        client.mail("Learner@Student.test")
        client.rcpt("Quality.Me+nights@INTAKE.test")
        assert client.data(odd)[0] == 250
    [message] = kept
    assert (message.raw, message.channel, message.held) == (odd, protocol, None)
    assert (message.envelope_from, message.account) == ("Learner@Student.test", "quality.me+nights@intake.test")
    assert message.envelope_to == ("Quality.Me+nights@INTAKE.test",)


def test_a_mail_to_several_of_our_addresses_is_one_message() -> None:
    kept: list[RawMessage] = []
    with listening(kept.append) as listener, connect(listener) as client:
        client.sendmail("learner@student.test", [OTHER, OURS], MAIL)
    assert [message.envelope_to for message in kept] == [(OURS, OTHER) if OURS < OTHER else (OTHER, OURS)]


def test_a_bounce_has_an_empty_return_path() -> None:
    kept: list[RawMessage] = []
    with listening(kept.append) as listener, connect(listener) as client:
        client.sendmail("", [OURS], MAIL)
    assert kept[0].envelope_from == ""


def test_a_sink_that_raises_is_answered_451_and_the_mail_comes_again_under_its_old_key(protocol: str) -> None:
    keys: list[str] = []

    def keep_the_second(message: RawMessage) -> None:
        keys.append(message.key)
        if len(keys) == 1:
            raise RuntimeError("secret words")

    with listening(keep_the_second, protocol) as listener, connect(listener, protocol) as client:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            client.sendmail("learner@student.test", [OURS], MAIL)
        client.sendmail("learner@student.test", [OURS], MAIL)
        client.sendmail("learner@student.test", [OURS], MAIL + b"And again.\r\n")
    assert refused.value.smtp_code == 451
    assert "secret" not in str(refused.value)
    assert (keys[0] == keys[1], len(set(keys))) == (True, 2)


@pytest.mark.parametrize("hook", ["handle_RCPT", "handle_DATA"])
def test_an_error_anywhere_inside_is_answered_451(hook: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> str:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(f"channels.email.smtp_in._Handler.{hook}", broken)
    with listening(fails) as listener, connect(listener) as client:
        answers = [client.docmd("EHLO", "localhost"), client.docmd("MAIL", "FROM:<a@student.test>")]
        answers += [client.docmd("RCPT", f"TO:<{OURS}>")]
        if hook == "handle_DATA":
            client.docmd("DATA")
            client.send(MAIL + b".\r\n")
            answers.append(client.getreply())
    failed = [code for code, _ in answers if code >= 400]
    assert failed[0] == 451


@pytest.mark.parametrize("sink", [fails, lambda _: None], ids=["not kept", "kept"])
def test_lmtp_answers_once_for_each_recipient(sink: Callable[[RawMessage], None]) -> None:
    with listening(sink, "lmtp") as listener, connect(listener, "lmtp") as client:
        client.ehlo_or_helo_if_needed()
        client.mail("learner@student.test")
        codes = [client.rcpt(one)[0] for one in (OURS, "nobody@intake.test", OTHER)]
        answers = lmtp_answers(client, MAIL, 2)
        still_in_step = client.noop()[0]
    assert (codes, still_in_step) == ([250, 550, 250], 250)
    assert {answer[:3] for answer in answers} == ({b"451"} if sink is fails else {b"250"})


def test_lmtp_answers_once_for_each_recipient_when_the_mail_is_too_big() -> None:
    with listening(fails, "lmtp", max_bytes=1_000) as listener, connect(listener, "lmtp") as client:
        client.ehlo_or_helo_if_needed()
        client.docmd("MAIL", "FROM:<learner@student.test>")
        for one in (OURS, OTHER):
            client.rcpt(one)
        answers = lmtp_answers(client, MAIL + (b"x" * 70 + b"\r\n") * 30, 2)
        assert client.noop()[0] == 250
    assert [answer[:3] for answer in answers] == [b"552", b"552"]


@pytest.mark.parametrize("who", ["nobody@intake.test", "quality.me@elsewhere.test", "quality.me", "@intake.test"])
def test_an_unknown_recipient_is_refused_for_good(protocol: str, who: str) -> None:
    with listening(fails, protocol) as listener, connect(listener, protocol) as client:
        client.ehlo_or_helo_if_needed()
        client.mail("learner@student.test")
        code, _ = client.rcpt(who)
    assert 500 <= code < 600


def test_an_address_of_ours_may_itself_have_a_plus() -> None:
    with listening(fails, recipients=frozenset({"quality+me@intake.test"})) as listener, connect(listener) as client:
        client.ehlo_or_helo_if_needed()
        client.mail("learner@student.test")
        codes = [client.rcpt(one)[0] for one in ("Quality+Me@intake.test", "quality@intake.test")]
    assert codes == [250, 550]


def test_a_declared_size_above_the_limit_is_refused_before_the_mail_is_sent(protocol: str) -> None:
    with listening(fails, protocol, max_bytes=1_000) as listener, connect(listener, protocol) as client:
        client.ehlo_or_helo_if_needed()
        assert client.esmtp_features["size"] == "1000"
        assert client.mail("learner@student.test", ["SIZE=1001"])[0] == 552


def test_an_undeclared_size_above_the_limit_is_refused_and_the_next_mail_is_taken() -> None:
    kept: list[RawMessage] = []
    with listening(kept.append, max_bytes=1_000) as listener, connect(listener) as client:
        client.ehlo_or_helo_if_needed()
        client.docmd("MAIL", "FROM:<learner@student.test>")
        client.rcpt(OURS)
        assert client.data(MAIL + (b"x" * 70 + b"\r\n") * 30)[0] == 552
        client.sendmail("learner@student.test", [OURS], MAIL)
    assert [message.raw for message in kept] == [MAIL]


def test_a_line_of_half_a_megabyte_is_taken(protocol: str) -> None:
    kept: list[RawMessage] = []
    long = MAIL + b"x" * 500_000 + b"\r\n"
    with listening(kept.append, protocol) as listener, connect(listener, protocol) as client:
        client.sendmail("learner@student.test", [OURS], long)
    assert kept[0].raw == long


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\n\n.\r\r\n"])
def test_a_mail_is_not_split_at_what_only_looks_like_its_end(protocol: str, end: bytes) -> None:
    kept: list[RawMessage] = []
    smuggled = b"MAIL FROM:<dean@nhs.test>\r\nRCPT TO:<" + OURS.encode() + b">\r\nDATA\r\nSubject: smuggled\r\n\r\nx"
    with listening(kept.append, protocol) as listener, connect(listener, protocol) as client:
        client.ehlo_or_helo_if_needed()
        client.mail("learner@student.test")
        client.rcpt(OURS)
        client.docmd("DATA")
        client.send(MAIL + b"text" + end + smuggled + b"\r\n.\r\n")
        assert client.getreply()[0] == 250
        assert client.noop()[0] == 250
    assert [message.envelope_from for message in kept] == ["learner@student.test"]
    assert smuggled in kept[0].raw


def test_starttls_is_offered_with_our_certificate_and_nobody_can_sign_in(tmp_path: Path) -> None:
    kept: list[RawMessage] = []
    made = certificate(tmp_path, "localhost")
    trusting = ssl.create_default_context(cafile=made.chain)
    with (
        listening(kept.append, certificate=made.chain, key=made.key) as listener,
        smtplib.SMTP("localhost", listener.port, timeout=30) as client,
    ):
        client.starttls(context=trusting)
        client.ehlo()
        offered = set(client.esmtp_features)
        client.sendmail("learner@student.test", [OURS], MAIL)
    assert offered & {"auth", "starttls"} == set()
    assert [message.raw for message in kept] == [MAIL]


def test_what_was_said_before_starttls_counts_for_nothing_after_it(tmp_path: Path) -> None:
    made = certificate(tmp_path, "localhost")
    with listening(fails, certificate=made.chain, key=made.key) as listener:
        trusting = ssl.create_default_context(cafile=made.chain)
        with smtplib.SMTP("localhost", listener.port, timeout=30) as client:
            client.ehlo()
            client.send(b"STARTTLS\r\nMAIL FROM:<injected@student.test>\r\n")
            assert client.getreply()[0] == 220
            assert client.sock is not None
            client.sock = trusting.wrap_socket(client.sock, server_hostname="localhost")
            client.file = None
            client.ehlo()
            assert client.rcpt(OURS)[0] == 503


def test_an_address_beyond_ascii_is_taken() -> None:
    kept: list[RawMessage] = []
    with listening(kept.append) as listener, connect(listener) as client:
        client.sendmail("zoë@student.test", [OURS], MAIL, mail_options=["SMTPUTF8", "BODY=8BITMIME"])
    assert kept[0].envelope_from == "zoë@student.test"


def test_too_many_connections_are_asked_to_come_later() -> None:
    with listening(fails, max_connections=1) as listener, connect(listener) as client:
        client.noop()
        with socket.create_connection(("127.0.0.1", listener.port), timeout=20) as second:
            assert second.recv(100).startswith(b"421 ")


def test_a_sender_who_hangs_up_meanwhile_does_not_undo_it() -> None:
    begun, gone, kept = Event(), Event(), Event()

    def slow(_message: RawMessage) -> None:
        begun.set()
        gone.wait(timeout=20)
        kept.set()

    with listening(slow) as listener:
        client = connect(listener)
        client.ehlo()
        client.mail("learner@student.test")
        client.rcpt(OURS)
        client.docmd("DATA")
        client.send(MAIL + b".\r\n")
        assert begun.wait(timeout=20)
        client.close()
        gone.set()
        assert kept.wait(timeout=20)


def test_stopping_lets_a_mail_that_is_being_kept_be_kept_and_answered() -> None:
    begun, stopping, answers = Event(), Event(), list[int]()

    def slow(_message: RawMessage) -> None:
        begun.set()
        stopping.wait(timeout=20)

    with listening(slow) as listener, connect(listener) as client:

        def send() -> None:
            client.sendmail("learner@student.test", [OURS], MAIL)
            answers.append(250)

        sending = Thread(target=send)
        sending.start()
        assert begun.wait(timeout=20)
        ending = Thread(target=listener.stop)
        ending.start()
        stopping.set()
        sending.join(timeout=20)
        ending.join(timeout=20)
    assert answers == [250]


def test_a_port_that_is_taken_or_a_broken_certificate_is_an_error_at_the_start(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(Unavailable, match=f"smtp cannot listen on .* port {port}.*in use"),
            listening(fails, port=port),
        ):
            pass
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    with pytest.raises(Unavailable, match="certificate and key"), listening(fails, certificate=broken, key=broken):
        pass

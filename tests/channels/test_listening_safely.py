"""What a stranger or bad luck may do to a listener: smuggling, TLS, floods, hanging up, ports that are taken."""

import base64
import smtplib
import socket
import ssl
from pathlib import Path
from threading import Event, Thread

import pytest

from channels.base import Unavailable
from channels.email.smtp_auth import Credentials
from models.message import RawMessage
from tests.certificates import certificate
from tests.channels.listeners import MAIL, OURS, connect, fails, listening
from tests.waiting import until


@pytest.fixture(params=["smtp", "lmtp"])
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


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


def test_one_client_cannot_take_all_the_room() -> None:
    with listening(fails, per_client=1) as listener:
        with connect(listener) as client:
            client.noop()
            with socket.create_connection(("127.0.0.1", listener.port), timeout=20) as second:
                assert second.recv(100).startswith(b"421 ")
            with smtplib.SMTP(
                "127.0.0.1", listener.port, source_address=("127.0.0.2", 0), local_hostname="localhost", timeout=20
            ) as other:
                assert other.noop()[0] == 250
        until(lambda: answers_again(listener.port))


def answers_again(port: int) -> bool:
    """Whether there is room for this client."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as again:
        return again.recv(100).startswith(b"220 ")


def test_where_signing_in_is_wanted_only_who_can_brings_mail_and_only_over_tls(tmp_path: Path) -> None:
    kept: list[RawMessage] = []
    made = certificate(tmp_path, "localhost")
    trusting = ssl.create_default_context(cafile=made.chain)
    wanted = Credentials(user="postfix", password="pässword")
    assert "pässword" not in repr(wanted)
    with listening(kept.append, certificate=made.chain, key=made.key, credentials=wanted) as listener:
        with smtplib.SMTP("localhost", listener.port, timeout=30) as client:
            client.ehlo()
            assert not client.has_extn("auth")
            assert client.mail("learner@student.test")[0] == 530
            client.starttls(context=trusting)
            client.ehlo()
            assert client.mail("learner@student.test")[0] == 530
            assert client.docmd("AUTH", "PLAIN " + base64.b64encode("\0postfix\0pässword".encode()).decode())[0] == 235
            client.sendmail("learner@student.test", [OURS], MAIL)
        assert [message.raw for message in kept] == [MAIL]
        with smtplib.SMTP("localhost", listener.port, timeout=30) as client:
            client.starttls(context=trusting)
            client.ehlo()
            wrong = "PLAIN " + base64.b64encode(b"\0postfix\0wrong").decode()
            answers = [client.docmd("AUTH", wrong)[0] for _ in range(2)]
            assert answers == [535, 535]
            with pytest.raises(smtplib.SMTPServerDisconnected):
                _ = [client.docmd("AUTH", wrong) for _ in range(2)]

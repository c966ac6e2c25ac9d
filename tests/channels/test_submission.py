"""Sending by SMTP, over real sockets: what each answer means, and never a mail or password without TLS."""

import base64
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from channels.base import Gone, Refused, Retry, SendError, Unavailable
from channels.email.smtp_out import SmtpSender, SubmissionSettings
from models.message import Outgoing
from tests.certificates import certificate
from tests.channels.scripted import BREAK, ScriptedServer


def outgoing(**facts: Any) -> Outgoing:
    usual: dict[str, Any] = {
        "message_id": "1.qm-7k3f-2r@intake.test",
        "recipient": "learner@student.test",
        "sender": "Quality.me <quality.me@intake.test>",
        "subject": "We have your message (QM-7K3F-2R)",
        "text": "Thank you – it is safe.\n.\nA line with one dot stands above.\n",
        "html": "<p>Thank you – it is safe.</p>",
        "headers": (("Auto-Submitted", "auto-replied"),),
    }
    return Outgoing(**{**usual, **facts})


_senders: list[SmtpSender] = []


@pytest.fixture(autouse=True)
def _closing() -> Iterator[None]:
    yield
    while _senders:
        _senders.pop().close()


def sender(server: ScriptedServer, **facts: Any) -> SmtpSender:
    usual = {"host": "127.0.0.1", "port": server.port, "security": "none", "timeout": 5.0}
    _senders.append(SmtpSender(SubmissionSettings(**{**usual, **facts})))
    return _senders[-1]


def failure(server: ScriptedServer, mail: Outgoing | None = None, **facts: Any) -> SendError:
    with pytest.raises(SendError) as failed:
        sender(server, **facts).send(mail or outgoing())
    return failed.value


def test_a_mail_arrives_whole_and_without_a_return_path() -> None:
    with ScriptedServer() as server:
        sender(server).send(outgoing())
    assert [line for line in server.heard if line.startswith(("mail", "rcpt"))] == [
        "mail FROM:<>",
        "rcpt TO:<learner@student.test>",
    ]
    sent = message_from_bytes(server.mails[0], policy=default)
    assert (sent["message-id"], sent["auto-submitted"]) == ("<1.qm-7k3f-2r@intake.test>", "auto-replied")
    text = sent.get_body(("plain",))
    assert text is not None
    # On the line a dot at the beginning is doubled.
    assert text.get_content().replace("\r\n", "\n").replace("\n..\n", "\n.\n") == outgoing().text


def test_a_connection_is_used_for_many_mails_and_made_anew_when_it_has_gone_stale() -> None:
    with ScriptedServer() as server:
        post = sender(server)
        post.send(outgoing())
        post.send(outgoing())
        assert server.connections == 1
        server.hang_up()
        post.send(outgoing())
        post.close()
    assert (server.connections, len(server.mails), server.commands()[-1]) == (2, 3, "QUIT")


@pytest.mark.parametrize(
    ("command", "answer", "meaning"),
    [
        ("MAIL", "451 4.3.0 later", Retry),
        ("MAIL", "550 5.7.1 not you", Refused),
        ("RCPT", "450 4.2.0 greylisted, try learner@student.test later", Retry),
        ("RCPT", "452 4.2.2 mailbox full", Retry),
        ("RCPT", "550 5.1.1 no such user learner@student.test", Gone),
        ("RCPT", "551 5.1.6 moved", Gone),
        ("RCPT", "553 5.1.3 bad address", Gone),
        ("RCPT", "550 no", Gone),
        ("RCPT", "550 5.7.1 policy", Refused),
        ("RCPT", "552 5.2.2 full for good", Refused),
        ("RCPT", "554 5.7.0 blocked", Refused),
        ("DATA", "421 4.3.2 going down", Retry),
        ("DATA", "554 5.5.1 no valid recipients", Refused),
        (".", "451 4.7.1 later", Retry),
        (".", "550 5.7.1 spam", Refused),
        (".", "552 5.3.4 too big", Refused),
    ],
)
def test_each_answer_has_one_meaning_and_the_connection_can_be_used_again(
    command: str, answer: str, meaning: type[SendError]
) -> None:
    with ScriptedServer(answers={command: answer}) as server:
        post = sender(server)
        with pytest.raises(SendError) as failed:
            post.send(outgoing())
        server.answers[command] = {"DATA": "354 go on"}.get(command, "250 ok")
        post.send(outgoing())
    assert type(failed.value) is meaning
    assert answer.split(maxsplit=1)[0] in str(failed.value)
    assert "learner" not in str(failed.value)
    assert server.connections == 1


def test_a_line_that_breaks_after_the_last_byte_may_have_delivered_it() -> None:
    with ScriptedServer(answers={".": BREAK}) as server:
        failed = failure(server)
    assert isinstance(failed, Retry)
    assert failed.maybe_delivered
    assert len(server.mails) == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_line_that_breaks_before_the_mail_went_has_delivered_nothing(command: str) -> None:
    with ScriptedServer(answers={command: BREAK}) as server:
        failed = failure(server)
    assert isinstance(failed, Retry)
    assert not failed.maybe_delivered


def test_a_server_that_is_away_or_does_not_want_us_now_is_tried_again() -> None:
    with ScriptedServer() as gone:
        pass
    assert isinstance(failure(gone), Retry)
    with ScriptedServer(greeting="554 go away") as unkind:
        assert isinstance(failure(unkind), Retry)
    assert isinstance(failure(gone, host="smtp..trust.test", security="tls"), Retry)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_is_trusted_by_its_own_ca_file_and_name_only(security: str, tmp_path: Path) -> None:
    made = certificate(tmp_path, "localhost")
    with ScriptedServer(offers=("STARTTLS",), certificate=made, tls_at_once=security == "tls") as server:
        for facts in ({"host": "localhost"}, {"host": "127.0.0.1", "ca_file": made.chain}):
            failed = failure(server, security=security, user="quality", password="hunter2", **facts)
            assert isinstance(failed, Retry)
            assert "TLS failed" in str(failed)
        sender(server, host="localhost", security=security, ca_file=made.chain).send(outgoing())
    assert len(server.mails) == 1


def test_a_server_without_starttls_gets_neither_mail_nor_password() -> None:
    with ScriptedServer(offers=("AUTH PLAIN LOGIN",)) as server:
        failed = failure(server, host="localhost", security="starttls", user="quality", password="hunter2")
    assert isinstance(failed, Retry)
    assert "offers no STARTTLS" in str(failed)
    assert set(server.commands()) <= {"EHLO", "QUIT"}


def test_mail_never_leaves_this_machine_without_tls() -> None:
    with ScriptedServer() as server, pytest.raises(ValueError, match="needs TLS"):
        sender(server, host="smtp.trust.test")


def test_a_refused_password_is_said_clearly_is_not_in_the_text_and_is_tried_again() -> None:
    with ScriptedServer(offers=("AUTH PLAIN",), answers={"AUTH": "535 5.7.8 wrong"}) as server:
        failed = failure(server, user="quality", password="hunter2")
        with pytest.raises(Unavailable, match="refused the user name or password"):
            sender(server, user="quality", password="hunter2").check()
    assert isinstance(failed, Retry)
    assert str(failed) == "the mail server 127.0.0.1 refused the user name or password (535)"
    assert "hunter2" not in str(failed)
    assert (failed.__cause__, failed.__suppress_context__) == (None, True)


def test_a_password_beyond_ascii_is_said_clearly_and_is_not_in_the_text() -> None:
    with ScriptedServer(offers=("AUTH PLAIN",)) as server:
        failed = failure(server, user="quality", password="grüße")
    assert "must be ASCII" in str(failed)


def test_the_check_signs_in_and_sends_nothing() -> None:
    with ScriptedServer(offers=("AUTH PLAIN",), answers={"AUTH": "235 in"}) as server:
        sender(server, user="quality", password="hunter2").check()
    assert base64.b64encode(b"\0quality\0hunter2").decode() in server.heard[-1]
    assert "MAIL" not in server.commands()


@pytest.mark.parametrize(
    "facts",
    [
        {"recipient": "learner@student.test\r\nBcc: all@student.test"},
        {"recipient": "a@student.test, b@student.test"},
        {"recipient": "nobody"},
        {"subject": "We have\r\nBcc: all@student.test"},
        {"text": "half a \ud800 sign"},
    ],
)
def test_what_cannot_be_composed_is_refused_and_never_sent(facts: dict[str, str]) -> None:
    with ScriptedServer() as server:
        failed = failure(server, outgoing(**facts))
    assert isinstance(failed, Refused)
    assert server.connections == 0
    assert "student.test" not in str(failed)


def test_an_address_beyond_ascii_needs_a_server_that_takes_it() -> None:
    mail = outgoing(recipient="zoë@student.test")
    with ScriptedServer() as server:
        assert isinstance(failure(server, mail), Refused)
    with ScriptedServer(offers=("SMTPUTF8",)) as server:
        sender(server).send(mail)
    assert "rcpt TO:<zoë@student.test>" in server.heard

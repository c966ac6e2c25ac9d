"""Taking mail in by SMTP and LMTP, over real sockets: "250" means that it is kept, and nothing else does."""

import smtplib
from collections.abc import Callable
from threading import Barrier

import pytest

from models.message import RawMessage
from tests.channels.listeners import MAIL, OTHER, OURS, connect, fails, listening, lmtp_answers


@pytest.fixture(params=["smtp", "lmtp"])
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


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

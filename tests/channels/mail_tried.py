"""E-mail under the contract of all channels: fetched by IMAP, sent by SMTP."""

import base64
from email import message_from_bytes
from email.policy import default
from itertools import count

from channels.email.mime import read
from channels.email.smtp_out import SmtpSender, SubmissionSettings
from models.message import Outgoing, RawMessage
from tests.channels.contract import Keep, Tried, Trouble
from tests.channels.posts import PymapPost, fetch, mailbox
from tests.channels.scripted import BREAK, ScriptedServer
from tests.dovecot import PASSWORD

LEARNER = "ada.learner@student.test"
_numbers = count(1)
ANSWERS = {
    Trouble.BUSY: {"RCPT": "451 come again"},
    Trouble.UNKNOWN: {".": BREAK},
    Trouble.GONE: {"RCPT": "550 5.1.1 no such mailbox"},
    Trouble.REFUSED: {"DATA": "554 5.7.1 we will not have this"},
}


class MailTried(Tried):
    secrets = (PASSWORD, LEARNER)

    def __init__(self) -> None:
        self._post = PymapPost("quality.me@hospital.test").__enter__()
        self._mailbox = mailbox(self._post)
        self._servers = [ScriptedServer().__enter__()]
        self._sender = self._sending(self._servers[0].port)

    def arrives(self, text: str) -> None:
        self._post.append(written_mail(text))

    def arrives_hostile(self) -> int:
        mails = hostile_mails()
        for one in mails:
            self._post.append(one)
        return len(mails)

    def take_in(self, keep: Keep) -> None:
        fetch(self._mailbox, keep)

    def waits(self) -> int:
        return len(self._post.contents())

    def text_of(self, message: RawMessage) -> str:
        return read(message.raw).text

    def send(self, text: str, options: tuple[str, ...] = ()) -> None:
        self._sender.send(written_reply(text, options))

    def shown(self) -> list[str]:
        found = [message_from_bytes(one, policy=default) for one in self._servers[0].mails]
        return [str(one.get_body(("plain",)).get_content()) for one in found]  # type: ignore[union-attr]

    def trouble(self, trouble: Trouble) -> None:
        self._sender.close()
        if trouble is Trouble.NEVER_SENT:
            self._sender = self._sending(9)
            return
        self._servers.append(ScriptedServer(answers=ANSWERS[trouble]).__enter__())
        self._sender = self._sending(self._servers[-1].port)

    def close(self) -> None:
        self._sender.close()
        for server in self._servers:
            server.__exit__()
        self._post.__exit__()

    def _sending(self, port: int) -> SmtpSender:
        return SmtpSender(SubmissionSettings(host="127.0.0.1", port=port, security="none", timeout=5.0))


def written_mail(text: str) -> bytes:
    """A mail of a learner."""
    head = f"From: {LEARNER}\r\nSubject: Nights\r\nMessage-ID: <{next(_numbers)}@student.test>\r\n"
    head += "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + base64.encodebytes(text.encode())


def hostile_mails() -> list[bytes]:
    """Bytes that are no mail, and a mail that is hardly one."""
    return [b"\x01\xfe\xff these bytes are no mail", b"From: =?x?Q?=FF?=\r\nContent-Type: ;;;\r\n\r\n\xff\xfe"]


def written_reply(text: str, options: tuple[str, ...]) -> Outgoing:
    """A mail of ours. It has no buttons: its options are lines of the text, as the dialogue numbers them."""
    lines = [f"{number}. {label}" for number, label in enumerate(options, start=1)]
    return Outgoing(
        message_id="1@intake.test",
        recipient=LEARNER,
        sender="quality.me@intake.test",
        subject="We have your message",
        text="\n".join([text, *lines]),
    )

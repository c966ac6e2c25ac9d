"""Listeners for SMTP and LMTP, and clients that talk to them."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from channels.email.smtp_in import ListenSettings, MailListener
from models.message import RawMessage

OURS = "quality.me@intake.test"
OTHER = "quality@intake.test"
MAIL = b"From: learner@student.test\r\nSubject: Nights\r\n\r\nNo registrar on site.\r\n"
CLIENTS: dict[str, type[smtplib.SMTP]] = {"smtp": smtplib.SMTP, "lmtp": smtplib.LMTP}


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

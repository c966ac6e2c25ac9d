"""A mailbox on a real server, seen as its owner and its postman see it."""

import os
import signal
import smtplib
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any, Self

from imapclient import IMAPClient

from channels.email.imap import Mailbox, MailboxSettings, Taken
from channels.email.mime import read
from intake.demo.mailserver import EmbeddedMail
from models.message import RawMessage
from tests.dovecot import PASSWORD, Dovecot

_numbers = count(1)


class Post:
    """What tests do with a mailbox, by plain IMAP. `port` is for IMAP without TLS."""

    def __init__(self, port: int, user: str) -> None:
        self.port = port
        self.user = user
        self._client: IMAPClient | None = None

    def settings(self, **facts: Any) -> MailboxSettings:
        """How we get in, with only what a test needs to say."""
        usual = {"name": "main", "host": "127.0.0.1", "port": self.port, "security": "none"}
        usual |= {"user": self.user, "password": PASSWORD, "read_timeout": 5.0, "connect_timeout": 5.0}
        return MailboxSettings(**{**usual, **facts})

    def deliver(self, content: bytes) -> None:
        """Bring a mail, as a mail server would."""
        raise NotImplementedError

    def kill(self) -> None:
        """End every process or task of the server that serves a connection, at once. The server itself lives on."""
        raise NotImplementedError

    def owner(self) -> IMAPClient:
        """A mail program of somebody else who uses the mailbox: one connection, with whatever folder selected."""
        if self._client is None:
            self._client = IMAPClient("127.0.0.1", port=self.port, ssl=False, timeout=10)
            self._client.login(self.user, PASSWORD)
        return self._client

    def leave(self) -> None:
        """End the owner's connection."""
        if self._client is not None:
            with suppress(OSError):
                self._client.shutdown()
            self._client = None

    def append(self, content: bytes, folder: str = "INBOX", flags: tuple[bytes, ...] = ()) -> None:
        """Put bytes into a folder as they are."""
        self.owner().append(folder, content, flags)

    def contents(self, folder: str = "INBOX") -> list[bytes]:
        """The mails of a folder, oldest first; none when there is no such folder."""
        client = self.owner()
        if not client.folder_exists(folder):
            return []
        client.select_folder(folder, readonly=True)
        found = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
        return [found[uid][b"BODY[]"] for uid in sorted(found)]

    def remove(self, folder: str) -> None:
        """Delete a folder, whatever it holds."""
        self.owner().select_folder("INBOX")
        self.owner().delete_folder(folder)

    def remake(self, folder: str) -> None:
        """Delete a folder and make it anew with the mails it held: its UIDVALIDITY changes."""
        mails = self.contents(folder)
        self.remove(folder)
        self.owner().create_folder(folder)
        for mail in mails:
            self.append(mail, folder)


class DovecotPost(Post):
    """A mailbox of its own on the shared Dovecot."""

    def __init__(self, server: Dovecot, user: str) -> None:
        super().__init__(server.imap, user)
        self.server = server

    def kill(self) -> None:
        self.leave()
        for pid in self.server.serving():
            os.kill(pid, signal.SIGKILL)

    def deliver(self, content: bytes) -> None:
        with smtplib.LMTP("127.0.0.1", self.server.lmtp, timeout=10) as client:
            client.sendmail("learner@student.test", [self.user], content)


class PymapPost(Post):
    """The only mailbox of an embedded server of its own."""

    def __init__(self, user: str) -> None:
        super().__init__(0, user)
        self.server = EmbeddedMail({user: PASSWORD})

    def __enter__(self) -> Self:
        self.server.start()
        self.port = self.server.imap_port
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()
        self.server.stop()

    def kill(self) -> None:
        self.leave()
        self.server.cut_imap()

    def deliver(self, content: bytes) -> None:
        with smtplib.SMTP("127.0.0.1", self.server.delivery_port, timeout=10) as client:
            client.sendmail("learner@student.test", [self.user], content)


def mail(subject: str = "Nights", body: str = "No registrar on site.") -> bytes:
    lines = ("From: learner@student.test", "To: quality.me@hospital.test", f"Subject: {subject}")
    return "\r\n".join((*lines, f"Message-ID: <{next(_numbers)}@student.test>", "", body, "")).encode()


def never() -> bool:
    return False


def mailbox(post: Post, **facts: Any) -> Mailbox:
    return Mailbox(post.settings(**facts), readable=lambda raw: read(raw).readable)


def fetch(box: Mailbox, sink: Callable[[RawMessage], None]) -> Taken:
    with box.open() as folder:
        return folder.take_in(sink, never)


def subjects(messages: list[RawMessage]) -> list[str]:
    return [read(message.raw).subject for message in messages]

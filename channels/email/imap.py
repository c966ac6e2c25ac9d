"""Fetching from a mailbox by IMAP. A mail is moved only after the sink has returned, and never deleted.

Where a mail lies is our state, not its flags: others read the mailbox, too. What waits in the folder is taken in; what
was kept lies in `processed`; what could not be taken whole, or is no mail, lies in `held`.
"""

import imaplib
import select
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import structlog
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from channels.base import Sink, Unavailable
from channels.email.tls import client_context, insist_on_loopback
from models.message import RawMessage

BROKEN = (OSError, IMAPClientAbortError, imaplib.IMAP4.abort, EOFError)
LOOK_EVERY = 0.25
"""Seconds between looks at `stop` while waiting."""
Stopping = Callable[[], bool]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class MailboxSettings:
    """A mailbox and how to get in. Sizes are in bytes, times in seconds."""

    name: str
    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str
    password: str
    ca_file: Path | None = None
    folder: str = "INBOX"
    processed: str = "Processed"
    held: str = "Held"
    max_bytes: int = 64 * 1024 * 1024
    batch: int = 50
    idle_seconds: float = 300.0
    poll_seconds: float = 60.0
    connect_timeout: float = 10.0
    read_timeout: float = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """How many mails were kept, and how many of them only held for a person."""

    kept: int = 0
    held: int = 0


class Mailbox:
    """A mailbox to fetch from. `readable` tells whether bytes are a mail at all."""

    def __init__(self, settings: MailboxSettings, *, readable: Callable[[bytes], bool] = lambda _raw: True) -> None:
        """Raises ValueError when mail would cross a network unencrypted."""
        insist_on_loopback(settings.security, settings.host)
        self.settings = settings
        self._readable = readable

    @contextmanager
    def open(self) -> Iterator["OpenMailbox"]:
        """Connect, sign in, and select the folder; raises Unavailable."""
        client = self._connect()
        try:
            yield OpenMailbox(client, self.settings, self._readable)
        finally:
            with suppress(*BROKEN, IMAPClientError):
                client.logout()

    def _connect(self) -> IMAPClient:
        settings, where = self.settings, f"mailbox {self.settings.name} at {self.settings.host}"
        try:
            context = None if settings.security == "none" else client_context(settings.ca_file)
            client = IMAPClient(
                settings.host,
                port=settings.port,
                ssl=settings.security == "tls",
                ssl_context=context if settings.security == "tls" else None,
                timeout=SocketTimeout(connect=settings.connect_timeout, read=settings.read_timeout),
            )
        except ssl.SSLError as error:
            raise Unavailable(f"{where}: TLS failed ({error.reason or 'not trusted'})") from None
        except (*BROKEN, IMAPClientError) as error:
            raise Unavailable(f"{where} cannot be reached ({type(error).__name__})") from None
        try:
            if settings.security == "starttls":
                client.starttls(context)
            client.login(settings.user, settings.password)
        except LoginError:
            _hang_up(client)
            raise Unavailable(f"{where} refused the user name or password") from None
        except (*BROKEN, IMAPClientError) as error:
            _hang_up(client)
            raise Unavailable(f"{where} did not let us in ({type(error).__name__})") from None
        return client


class OpenMailbox:
    """A mailbox that is connected, with its folder selected."""

    def __init__(self, client: IMAPClient, settings: MailboxSettings, readable: Callable[[bytes], bool]) -> None:
        self._client = client
        self._settings = settings
        self._readable = readable
        self._account = f"{settings.name}/{settings.folder}"
        with self._as_unavailable("folders cannot be made ready"):
            for folder in (settings.processed, settings.held):
                if not client.folder_exists(folder):
                    client.create_folder(folder)
            selected = client.select_folder(settings.folder)
            self._validity = int(selected[b"UIDVALIDITY"])
            self._capabilities = frozenset(client.capabilities())

    def take_in(self, sink: Sink, stop: Stopping) -> Taken:
        """Keep every mail that waits in the folder, then move it. What the sink raises is raised on.

        Raises Unavailable when the connection breaks; what was kept and not yet moved is met again, with its old key.
        """
        kept = held = 0
        with self._as_unavailable("fetching failed"):
            self._client.noop()
            waiting = sorted(self._client.search("UNDELETED"))
            for start in range(0, len(waiting), self._settings.batch):
                for uid, message in self._batch(waiting[start : start + self._settings.batch]):
                    if stop():
                        return Taken(kept=kept, held=held)
                    sink(message)
                    kept += 1
                    held += message.held is not None
                    self._move(uid, self._settings.held if message.held else self._settings.processed)
        return Taken(kept=kept, held=held)

    def wait(self, seconds: float, stop: Stopping) -> bool:
        """Wait for something new, at most so many seconds; True when there may be. Raises Unavailable."""
        if b"IDLE" not in self._capabilities:
            return _sleep(min(seconds, self._settings.poll_seconds), stop)
        with self._as_unavailable("waiting failed"):
            self._client.idle()
            try:
                spoke = self._listen(min(seconds, self._settings.idle_seconds), stop)
            finally:
                # idle_done() reads up to the tagged answer; idle_check() would trip over a line in two packets.
                _, responses = self._client.idle_done()
        return spoke or any(isinstance(one, tuple) and b"EXISTS" in one for one in responses)

    def _listen(self, seconds: float, stop: Stopping) -> bool:
        sock = self._client.socket()
        watched = select.poll()
        watched.register(sock, select.POLLIN | select.POLLHUP)
        until = time.monotonic() + seconds
        while not stop() and (left := until - time.monotonic()) > 0:
            pending = getattr(sock, "pending", None)
            if (pending is not None and pending()) or watched.poll(min(left, LOOK_EVERY) * 1000):
                return True
        return False

    def _batch(self, uids: list[int]) -> Iterator[tuple[int, RawMessage]]:
        sizes = self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        for uid in uids:
            facts = sizes.get(uid)
            if facts is None:
                continue  # somebody else has moved it meanwhile
            size = int(facts.get(b"RFC822.SIZE", 0))
            if size > self._settings.max_bytes:
                yield uid, self._too_big(uid, size)
            else:
                message = self._whole(uid)
                if message is not None:
                    yield uid, message

    def _whole(self, uid: int) -> RawMessage | None:
        try:
            raw = self._body(uid, "BODY.PEEK[]")
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            return self._message(uid, b"", "The mail server could not give us this mail.")
        if raw is None:
            return None
        held = None if self._readable(raw) else "These bytes are not a mail that we can read."
        return self._message(uid, raw, held)

    def _too_big(self, uid: int, size: int) -> RawMessage:
        limit = self._settings.max_bytes
        held = f"The mail is too big: {size:,} bytes, and we take {limit:,}. Its header is here, the rest is in Held."
        return self._message(uid, self._body(uid, "BODY.PEEK[HEADER]") or b"", held)

    def _body(self, uid: int, what: str) -> bytes | None:
        fetched = self._client.fetch([uid], [what]).get(uid)
        if fetched is None:
            return None
        wanted = what.replace(".PEEK", "").encode()
        body: Any = fetched.get(wanted)
        return body if isinstance(body, bytes) else b""

    def _message(self, uid: int, raw: bytes, held: str | None) -> RawMessage:
        return RawMessage(
            channel="imap",
            account=self._account,
            key=f"{self._validity}.{uid}",
            raw=raw,
            received_at=datetime.now(UTC),
            held=held,
        )

    def _move(self, uid: int, folder: str) -> None:
        if b"MOVE" in self._capabilities:
            self._client.move([uid], folder)
            return
        self._client.copy([uid], folder)
        self._client.delete_messages([uid], silent=True)
        if b"UIDPLUS" in self._capabilities:
            self._client.uid_expunge([uid])
        # Without UIDPLUS an expunge would take what others have marked, too: the mark alone must do.

    @contextmanager
    def _as_unavailable(self, what: str) -> Iterator[None]:
        try:
            yield
        except (*BROKEN, IMAPClientError) as error:
            name = self._settings.name
            raise Unavailable(f"mailbox {name}: {what} ({type(error).__name__})") from None


def _sleep(seconds: float, stop: Stopping) -> bool:
    until = time.monotonic() + seconds
    while not stop() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, LOOK_EVERY))
    return True


def _hang_up(client: IMAPClient) -> None:
    with suppress(*BROKEN, IMAPClientError):
        client.shutdown()

"""Taking mail in by SMTP and LMTP. A 250 is said only after the sink has returned."""

import asyncio
import hashlib
import ssl
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any, Literal, NoReturn

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from channels.base import Sink, Unavailable
from channels.email.smtp_auth import Authenticator, Credentials
from channels.email.smtp_protocol import LmtpConnection, SmtpConnection
from channels.email.tls import server_context
from models.message import RawMessage
from models.thread_tokens import without_plus

TRY_AGAIN = "451 4.3.0 We could not keep your mail just now. Please try again later"
NO_SUCH_USER = "550 5.1.1 There is no such mailbox here"
NULL_RETURN_PATH = "<>"
"""How aiosmtpd writes what a bounce has for its sender."""
COMMANDS_AT_MOST = 1_000
FINISH_SECONDS = 20.0

Protocol = Literal["smtp", "lmtp"]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class ListenSettings:
    """Where to listen, for whom, and how much. `timeout` is in seconds; port 0 is any free one."""

    protocol: Protocol
    host: str = "127.0.0.1"
    port: int = 0
    recipients: frozenset[str] = frozenset()
    """Addresses in lower case that we take mail for; empty takes all."""
    max_bytes: int = 64 * 1024 * 1024
    timeout: float = 300.0
    hostname: str = "intake.local"
    certificate: Path | None = None
    key: Path | None = None
    max_connections: int = 200
    per_client: int = 100
    """Connections from one address at the same time."""
    credentials: Credentials | None = None
    """Who must sign in before any mail is taken; nobody, when there are none."""


class MailListener:
    """Listens on a thread of its own, and calls the sink from a pool of threads."""

    def __init__(self, settings: ListenSettings, sink: Sink) -> None:
        self._settings = settings
        self._handler = _Handler(settings, sink)
        self._port = settings.port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._thread: Thread | None = None
        self._failure: BaseException | None = None

    @property
    def port(self) -> int:
        """The port that is listened on, once started."""
        return self._port

    def start(self) -> None:
        """Listen; returns when connections are taken. Raises Unavailable when port or certificate cannot be had."""
        listening = Event()
        self._thread = Thread(target=self._run, args=(listening,), name=self._settings.protocol, daemon=True)
        self._thread.start()
        listening.wait()
        if self._failure is not None:
            self._thread.join()
            self._refuse(self._failure)

    def stop(self) -> None:
        """Stop listening. A mail that is being kept is still kept and answered; all connections are then closed."""
        if self._loop is not None and self._stopping is not None and self._thread is not None:
            if self._thread.is_alive():
                self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(timeout=FINISH_SECONDS + 10)

    def _refuse(self, failure: BaseException) -> NoReturn:
        settings = self._settings
        where = f"{settings.protocol} cannot listen on {settings.host} port {settings.port}"
        match failure:
            case ssl.SSLError():
                raise Unavailable(f"{where}: certificate and key cannot be used ({failure.reason})") from None
            case OSError():
                raise Unavailable(f"{where}: {failure.strerror or type(failure).__name__}") from None
            case _:
                raise failure

    def _run(self, listening: Event) -> None:
        try:
            asyncio.run(self._serve(listening))
        except BaseException as failure:  # noqa: BLE001 - handed to the thread that called start()
            self._failure = failure
        finally:
            listening.set()

    async def _serve(self, listening: Event) -> None:
        loop = asyncio.get_running_loop()
        stopping = asyncio.Event()
        server = await loop.create_server(self._protocol(loop), self._settings.host, self._settings.port)
        self._loop, self._stopping = loop, stopping
        self._port = server.sockets[0].getsockname()[1]
        listening.set()
        await stopping.wait()
        server.close()
        await self._handler.finish()

    def _protocol(self, loop: asyncio.AbstractEventLoop) -> Callable[[], SMTP]:
        settings = self._settings
        tls = None
        if settings.certificate is not None and settings.key is not None:
            tls = server_context(settings.certificate, settings.key)
        return partial(
            LmtpConnection if settings.protocol == "lmtp" else SmtpConnection,
            self._handler,
            loop=loop,
            hostname=settings.hostname,
            ident="ready",
            data_size_limit=settings.max_bytes,
            enable_SMTPUTF8=True,
            decode_data=False,
            timeout=settings.timeout,
            command_call_limit=COMMANDS_AT_MOST,
            tls_context=tls,
            **_signing_in(settings.credentials, has_tls=tls is not None),
        )


def _signing_in(wanted: Credentials | None, *, has_tls: bool) -> dict[str, Any]:
    if wanted is None:
        return {"auth_exclude_mechanism": ("LOGIN", "PLAIN")}
    return {"auth_required": True, "auth_require_tls": has_tls, "authenticator": Authenticator(wanted)}


class _Handler:
    """aiosmtpd's hooks; their names are its own."""

    def __init__(self, settings: ListenSettings, sink: Sink) -> None:
        self._settings = settings
        self._sink = sink
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix=f"{settings.protocol}-keep")
        self._connections: dict[SmtpConnection, str] = {}
        self._clients: Counter[str] = Counter()
        self._unanswered: set[SmtpConnection] = set()
        self._keeping: set[asyncio.Future[None]] = set()
        self._changed = asyncio.Event()

    def admit(self, connection: SmtpConnection, client: str) -> bool:
        """Count a connection in, if there is room for it and for its client."""
        settings = self._settings
        if len(self._connections) >= settings.max_connections or self._clients[client] >= settings.per_client:
            _log.warning("listener.busy", protocol=settings.protocol, connections=len(self._connections))
            return False
        self._connections[connection] = client
        self._clients[client] += 1
        return True

    def leave(self, connection: SmtpConnection) -> None:
        """Count a connection out; a second time changes nothing."""
        client = self._connections.pop(connection, None)
        if client is not None:
            self._clients[client] -= 1
            self._clients += Counter()  # drops those that are at zero
        self.answered(connection)

    def answered(self, connection: SmtpConnection) -> None:
        """The final answer to a mail has been written, or nobody waits for it any more."""
        self._unanswered.discard(connection)
        self._changed.set()

    async def finish(self) -> None:
        """Let what is being kept be kept and answered, then close all connections."""
        await self._until(lambda: not self._keeping and not self._unanswered, seconds=FINISH_SECONDS)
        for connection in tuple(self._connections):
            if connection.transport is not None:
                connection.transport.close()
        await self._until(lambda: not self._connections, seconds=2)
        self._pool.shutdown(wait=False)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        """Offer AUTH only where it is wanted: mail comes here from servers, not from users."""
        session.host_name = hostname
        if self._settings.credentials is not None:
            return answers
        return [answer for answer in answers if not answer.startswith("250-AUTH")]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take our own recipients only. A plus-address counts as its plain one."""
        whole = address.lower()
        if self._settings.recipients and not self._settings.recipients & {whole, without_plus(whole)}:
            return NO_SUCH_USER
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SmtpConnection, session: Session, envelope: Envelope) -> str:
        """Keep the mail, then say so. A sender who hangs up meanwhile does not undo it."""
        keeping = asyncio.get_running_loop().run_in_executor(self._pool, self._sink, self._message(envelope))
        self._keeping.add(keeping)
        self._unanswered.add(server)
        keeping.add_done_callback(self._kept)
        try:
            await asyncio.shield(keeping)
        except Exception:  # noqa: BLE001 - whatever it was, the mail is not kept and its sender must know
            return TRY_AGAIN
        return "250 2.6.0 We have your mail"

    async def handle_VRFY(self, server: SMTP, session: Session, envelope: Envelope, address: str) -> str:
        """Tell nobody who is here."""
        return "252 2.5.0 Send a mail and see"

    async def handle_exception(self, error: Exception) -> str:
        """An error of ours is never a permanent no: without this hook it would be."""
        _log.error("listener.failed", protocol=self._settings.protocol, fault=type(error).__name__)
        return TRY_AGAIN

    def _kept(self, keeping: asyncio.Future[None]) -> None:
        self._keeping.discard(keeping)
        self._changed.set()
        if not keeping.cancelled() and (fault := keeping.exception()) is not None:
            _log.error("mail.not_kept", protocol=self._settings.protocol, fault=type(fault).__name__)

    async def _until(self, reached: Callable[[], bool], *, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not reached():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            _log.warning("listener.hurried", protocol=self._settings.protocol)

    def _message(self, envelope: Envelope) -> RawMessage:
        raw = envelope.content
        content = raw if isinstance(raw, bytes) else (raw or "").encode("utf-8", "surrogateescape")
        sender = "" if envelope.mail_from in (None, NULL_RETURN_PATH) else _text(str(envelope.mail_from))
        recipients = tuple(sorted(_text(address) for address in envelope.rcpt_tos))
        return RawMessage(
            channel=self._settings.protocol,
            account=",".join(recipients).lower()[:200],
            key=_key(sender, recipients, content),
            raw=content,
            received_at=datetime.now(UTC),
            envelope_from=sender,
            envelope_to=recipients,
        )


def _text(address: str) -> str:
    """An address that any store can hold: bytes that are no UTF-8, and NUL, become replacement characters."""
    return address.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")


def _key(sender: str, recipients: tuple[str, ...], content: bytes) -> str:
    """The same for the same mail when its sender repeats it because our answer got lost."""
    digest = hashlib.sha256()
    for part in (sender.lower(), *(one.lower() for one in recipients)):
        digest.update(part.encode() + b"\0")
    digest.update(content)
    return digest.hexdigest()

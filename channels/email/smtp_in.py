"""Taking mail in by SMTP and LMTP. A 250 is said only after the sink has returned."""

import asyncio
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Literal

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from channels.base import Sink
from channels.email.tls import server_context
from models.message import RawMessage

TRY_AGAIN = "451 4.3.0 We could not keep your mail just now. Please try again later"
BUSY = b"421 4.3.2 Too many connections. Please try again later\r\n"
NO_SUCH_USER = "550 5.1.1 There is no such mailbox here"
LINE_LIMIT = 2**20
"""Octets. RFC 5321 says 1,000; real senders send longer lines, and a concern is worth more than the rule."""
COMMANDS_AT_MOST = 1_000
CONNECTIONS_AT_MOST = 200

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


class MailListener:
    """Listens on a thread of its own, and calls the sink from a pool of threads."""

    def __init__(self, settings: ListenSettings, sink: Sink) -> None:
        self._settings = settings
        self._handler = _Handler(settings, sink)
        self._port = settings.port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._failure: BaseException | None = None

    @property
    def port(self) -> int:
        """The port that is listened on, once started."""
        return self._port

    def start(self) -> None:
        """Listen; returns when connections are taken. Raises OSError when the port cannot be had."""
        listening = Event()
        self._thread = Thread(target=self._run, args=(listening,), name=self._settings.protocol, daemon=True)
        self._thread.start()
        listening.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Stop listening. A mail that is being kept is still kept and answered."""
        if self._loop is not None and self._thread is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._handler.stopping.set)
            self._thread.join(timeout=30)

    def _run(self, listening: Event) -> None:
        try:
            asyncio.run(self._serve(listening))
        except BaseException as failure:  # noqa: BLE001 - handed to the thread that called start()
            self._failure = failure
        finally:
            listening.set()

    async def _serve(self, listening: Event) -> None:
        loop = asyncio.get_running_loop()
        self._loop = loop
        self._handler.stopping = asyncio.Event()
        server = await loop.create_server(self._protocol(loop), self._settings.host, self._settings.port)
        self._port = server.sockets[0].getsockname()[1]
        listening.set()
        await self._handler.stopping.wait()
        server.close()
        await self._handler.finish()

    def _protocol(self, loop: asyncio.AbstractEventLoop) -> Callable[[], SMTP]:
        settings = self._settings
        tls = None
        if settings.certificate is not None and settings.key is not None:
            tls = server_context(settings.certificate, settings.key)
        kind = _Lmtp if settings.protocol == "lmtp" else _Smtp
        return partial(
            kind,
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
        )


class _Limits(SMTP):
    """Long lines are taken; too many connections at once are asked to come back."""

    line_length_limit = LINE_LIMIT
    _admitted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Admit the connection, or say 421. STARTTLS calls this a second time for the same one."""
        if not self._admitted and not self.event_handler.admit():
            if isinstance(transport, asyncio.WriteTransport):
                transport.write(BUSY)
            transport.close()
            return
        self._admitted = True
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Make room for the next one."""
        if self._admitted:
            self.event_handler.leave()
            super().connection_lost(error)


class _Smtp(_Limits):
    pass


class _Lmtp(_Limits, LMTP):
    pass


class _Handler:
    """aiosmtpd's hooks; their names are its own."""

    def __init__(self, settings: ListenSettings, sink: Sink) -> None:
        self._settings = settings
        self._sink = sink
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix=f"{settings.protocol}-keep")
        self._keeping: set[asyncio.Future[None]] = set()
        self._connections = 0
        self.stopping = asyncio.Event()

    def admit(self) -> bool:
        """Count a connection in, if there is room."""
        if self._connections >= CONNECTIONS_AT_MOST:
            return False
        self._connections += 1
        return True

    def leave(self) -> None:
        """Count a connection out."""
        self._connections -= 1

    async def finish(self) -> None:
        """Wait for what is being kept."""
        if self._keeping:
            await asyncio.wait(self._keeping, timeout=20)
        await asyncio.sleep(0.05)  # the answers to those go out
        self._pool.shutdown(wait=False)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take our own recipients only. A plus-address counts as its plain one."""
        local, _, domain = address.lower().rpartition("@")
        plain = f"{local.partition('+')[0]}@{domain}"
        if self._settings.recipients and plain not in self._settings.recipients:
            return NO_SUCH_USER
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail, then say so: once for SMTP, once a recipient for LMTP."""
        loop = asyncio.get_running_loop()
        keeping = loop.run_in_executor(self._pool, self._sink, self._message(envelope))
        self._keeping.add(keeping)
        try:
            await keeping
            answer = "250 2.6.0 We have your mail"
        except Exception as fault:  # noqa: BLE001 - whatever it was, the mail is not kept and its sender must know
            _log.error("mail.not_kept", protocol=self._settings.protocol, fault=type(fault).__name__)
            answer = TRY_AGAIN
        finally:
            self._keeping.discard(keeping)
        copies = max(len(envelope.rcpt_tos), 1) if self._settings.protocol == "lmtp" else 1
        return "\r\n".join([answer] * copies)

    async def handle_VRFY(self, server: SMTP, session: Session, envelope: Envelope, address: str) -> str:
        """Tell nobody who is here."""
        return "252 2.5.0 Send a mail and see"

    async def handle_exception(self, error: Exception) -> str:
        """An error of ours is never a permanent no: without this hook it would be."""
        _log.error("listener.failed", protocol=self._settings.protocol, fault=type(error).__name__)
        return TRY_AGAIN

    def _message(self, envelope: Envelope) -> RawMessage:
        raw = envelope.content
        content = raw if isinstance(raw, bytes) else (raw or "").encode("utf-8", "surrogateescape")
        sender = envelope.mail_from or ""
        recipients = tuple(sorted(envelope.rcpt_tos))
        return RawMessage(
            channel=self._settings.protocol,
            account=",".join(recipients).lower()[:200],
            key=_key(sender, recipients, content),
            raw=content,
            received_at=datetime.now(UTC),
            envelope_from=sender,
            envelope_to=recipients,
        )


def _key(sender: str, recipients: tuple[str, ...], content: bytes) -> str:
    """The same for the same mail when its sender repeats it because our answer got lost."""
    digest = hashlib.sha256()
    for part in (sender.lower(), *(one.lower() for one in recipients)):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    digest.update(content)
    return digest.hexdigest()

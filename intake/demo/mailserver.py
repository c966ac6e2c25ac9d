"""A hospital's mail server in miniature, for the demo and for tests: IMAP mailboxes, a way in, and a sink for our mail.

Real sockets, real protocols, all on loopback and in memory, in one loop on one thread. It is no production code: pymap
comes with the `demo` extra only.
"""

import asyncio
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Condition, Event, Thread
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from proxyprotocol.noop import ProxyProtocolNoop
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend, Identity
from pymap.backend.dict.mailbox import MailboxSet
from pymap.config import BuiltinHash  # type: ignore[attr-defined]
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import Passwords, UserMetadata

HOST = "127.0.0.1"
BIGGEST = 128 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Captured:
    """A mail that reached the sink."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    at: datetime


class Sink:
    """Takes all mail that it is sent, or fails as it is told to."""

    def __init__(self) -> None:
        self._mails: list[Captured] = []
        self._changed = Condition()
        self._refusals: list[str] = []

    @property
    def mails(self) -> tuple[Captured, ...]:
        """What has come so far."""
        with self._changed:
            return tuple(self._mails)

    def wait_for(self, enough: Callable[[tuple[Captured, ...]], bool], *, seconds: float) -> bool:
        """Wait until there is enough; False when the time is up."""
        with self._changed:
            return self._changed.wait_for(lambda: enough(tuple(self._mails)), timeout=seconds)

    def refuse(self, answer: str, *, times: int = 1) -> None:
        """Answer the next mails so, for example `451 4.3.0 later`."""
        self._refusals += [answer] * times

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """aiosmtpd's hook."""
        if self._refusals:
            return self._refusals.pop(0)
        content = envelope.content
        mail = Captured(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            content=content if isinstance(content, bytes) else b"",
            at=datetime.now(UTC),
        )
        with self._changed:
            self._mails.append(mail)
            self._changed.notify_all()
        return "250 2.0.0 taken"


class _Delivery:
    """Puts mail into the mailboxes of its recipients."""

    def __init__(self, append: Callable[[str, bytes], Any]) -> None:
        self._append = append

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """aiosmtpd's hook."""
        content = envelope.content
        for recipient in envelope.rcpt_tos:
            await self._append(recipient, content if isinstance(content, bytes) else b"")
        return "250 2.0.0 delivered"


class EmbeddedMail:
    """The server. `accounts` maps addresses to passwords; ports are known once it has started."""

    def __init__(self, accounts: dict[str, str], *, imap_port: int = 0) -> None:
        self.sink = Sink()
        self.imap_port = imap_port
        self.delivery_port = 0
        self.sink_port = 0
        self._accounts = accounts
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._sets: dict[str, MailboxSet] = {}
        self._failure: BaseException | None = None
        self._thread: Thread | None = None
        self._connections: set[asyncio.StreamWriter] = set()

    def start(self) -> None:
        """Listen; returns when all parts take connections."""
        ready = Event()
        self._thread = Thread(target=self._run, args=(ready,), name="embedded-mail", daemon=True)
        self._thread.start()
        ready.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Stop; open connections are cut."""
        if self._loop is not None and self._stop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(timeout=10)

    def cut_imap(self) -> None:
        """Cut every IMAP connection, as a dying server would; new ones are still taken."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._cut)

    def deliver(self, address: str, content: bytes) -> None:
        """Put a mail into a mailbox, past SMTP: for bytes that no mail client would send."""
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(self._append(address, content), self._loop).result(timeout=30)

    def folder(self, address: str, name: str = "INBOX") -> int:
        """How many mails a folder holds; 0 when there is no such folder."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(self._count(address, name), self._loop).result(timeout=30)

    def _run(self, ready: Event) -> None:
        try:
            asyncio.run(self._serve(ready))
        except BaseException as failure:  # noqa: BLE001 - handed to the thread that called start()
            self._failure = failure
        finally:
            ready.set()

    async def _serve(self, ready: Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        imap = await self._imap()
        servers = [
            await asyncio.start_server(imap, HOST, self.imap_port),
            await self._smtp(_Delivery(self._append)),
            await self._smtp(self.sink),
        ]
        ports = [server.sockets[0].getsockname()[1] for server in servers]
        self.imap_port, self.delivery_port, self.sink_port = ports
        ready.set()
        await self._stop.wait()
        for server in servers:
            server.close()
        self._cut()
        await asyncio.sleep(0.05)

    async def _imap(self) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]:
        first, password = next(iter(self._accounts.items()))
        args = Namespace(host=HOST, port=0, tls=False, cert=None, key=None, proxy_protocol=None, debug=False)
        args.demo_data, args.demo_user, args.demo_password, args.passlib_cfg = False, first, password, None
        # Passwords that live in this process's memory only need no costly hash at each login.
        quick = {"secure_auth": False, "reject_dnsbl": False, "invalid_user_sleep": 0.0}
        backend, config = await DictBackend.init(args, **quick, hash_context=BuiltinHash(rounds=1))
        config.apply_context()
        for address, secret in list(self._accounts.items()):
            identity = Identity(address, backend.login, None, frozenset())
            if address != first:
                hashed = await Passwords(config).hash_password(secret)
                await identity.set(UserMetadata(config, address, password=hashed))
            async with identity.new_session() as session:
                self._sets[address.lower()] = session.mailbox_set
        handle = ProxyProtocolReader(ProxyProtocolNoop()).get_callback(IMAPServer(backend.login, config))

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # The handler returns at once and goes on in a task of its own, so that its end tells nothing.
            self._connections = {one for one in self._connections if not one.is_closing()} | {writer}
            await handle(reader, writer)

        return serve

    async def _smtp(self, handler: object) -> asyncio.Server:
        assert self._loop is not None
        make = partial(SMTP, handler, loop=self._loop, data_size_limit=BIGGEST, enable_SMTPUTF8=True, hostname=HOST)
        return await self._loop.create_server(make, HOST, 0)

    async def _append(self, address: str, content: bytes) -> None:
        inbox = await self._sets[address.lower()].get_mailbox("INBOX")
        await inbox.append(AppendMessage(content, datetime.now(UTC)))

    async def _count(self, address: str, name: str) -> int:
        try:
            folder = await self._sets[address.lower()].get_mailbox(name)
        except KeyError:
            return 0
        return len([message async for message in folder.messages()])

    def _cut(self) -> None:
        for writer in list(self._connections):
            writer.transport.abort()

"""A world of mail in small: services of ours and machines of others write to each other by SMTP, until all is quiet.

Every mail goes over a real connection: from a sender to the world's server, and from there to a service's listener.
"""

import asyncio
import re
import smtplib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.policy import default
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from aiosmtpd.smtp import SMTP, Envelope, Session

from intake.app import App, assemble, filing_room, filing_tasks, sending_task
from intake.commands.common import prepare_store
from intake.config import load_config
from intake.mailing import listeners
from intake.transports import mail_sender
from models.rights import SYSTEM
from models.ticket import QueueFilter, Ticket
from tests.channels.posts import never
from tests.worker import classify

MOST_ROUNDS = 30
"""A loop that has not ended by then never does."""
SETTINGS = """\
data_dir = "{folder}"
[identity]
address = "{address}"
[smtp]
enabled = true
port = 0
[submission]
host = "127.0.0.1"
port = {port}
security = "none"
"""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail on its way."""

    sender: str
    recipient: str
    raw: bytes

    def read(self) -> EmailMessage:
        """It, parsed."""
        return message_from_bytes(self.raw, policy=default)


Machine = Callable[[Letter], list[Letter]]
"""What answers for an address: the letters that it writes on getting one."""


class Service:
    """One service of ours, with its own store."""

    def __init__(self, address: str, folder: Path, port: int) -> None:
        path = folder / "intake.toml"
        path.write_text(SETTINGS.format(folder=folder, address=address, port=port))
        self.app: App = assemble(load_config(path, {}))
        prepare_store(self.app)
        [self.listener] = listeners(self.app)
        self.listener.start()
        assert self.app.config.submission is not None
        self._sender = mail_sender(self.app.config.submission, folder)
        [self._filing] = filing_tasks(self.app, filing_room(self.app, classify))
        self._sending = sending_task(self.app, self._sender)

    def take(self, letter: Letter) -> list[Letter]:
        """Get a letter, file it, and send what comes of it."""
        with smtplib.SMTP("127.0.0.1", self.listener.port, local_hostname="localhost") as client:
            client.sendmail(letter.sender, [letter.recipient], letter.raw)
        for task in (self._filing, self._sending):
            while task.step(never) == 0:
                pass
        return []

    def tickets(self) -> list[Ticket]:
        with self.app.store.read() as tx:
            rows = tx.tickets.queue(QueueFilter(), SYSTEM, limit=100).rows
            found = [tx.tickets.get(row.reference, SYSTEM) for row in rows]
        return [ticket for ticket in found if ticket is not None]

    def close(self) -> None:
        self.listener.stop()
        self._sender.close()
        self.app.store.close()


@dataclass
class World:
    """The server between all. `changed` is what a filter on the way does to each mail."""

    port: int = 0
    homes: dict[str, Machine] = field(default_factory=dict)
    carried: list[Letter] = field(default_factory=list)
    changed: Callable[[bytes], bytes] = bytes
    waiting: "SimpleQueue[Letter]" = field(default_factory=SimpleQueue)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        for recipient in envelope.rcpt_tos:
            raw = self.changed(content if isinstance(content, bytes) else b"")
            self.waiting.put(Letter(sender=envelope.mail_from or "", recipient=recipient, raw=raw))
        return "250 2.0.0 taken"

    def post(self, letter: Letter) -> None:
        """Send a letter into the world."""
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="localhost") as client:
            client.sendmail(letter.sender, [letter.recipient], letter.raw)

    def until_quiet(self) -> None:
        """Carry letters until nobody writes any more."""
        for _ in range(MOST_ROUNDS):
            try:
                letter = self.waiting.get_nowait()
            except Empty:
                return
            self.carried.append(letter)
            home = self.homes.get(
                letter.recipient.partition("+")[0].partition("@")[0] + "@" + letter.recipient.rpartition("@")[2]
            )
            for reply in home(letter) if home else []:
                self.post(reply)
        raise AssertionError("the loop does not end")

    def written(self, sender: str, recipient: str = "") -> list[EmailMessage]:
        """The mails that an address has written, by their From."""
        mails = [(one.read(), one.recipient) for one in self.carried]
        return [one for one, to in mails if sender in str(one["From"]) and recipient in to]


@contextmanager
def world() -> Iterator[World]:
    """A world in which nobody lives yet."""
    found = World()
    loop = asyncio.new_event_loop()
    started: SimpleQueue[asyncio.Server] = SimpleQueue()

    async def serve() -> None:
        started.put(await loop.create_server(lambda: SMTP(found, loop=loop), "127.0.0.1", 0))

    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(serve(), loop)
    server = started.get()
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def service(around: World, address: str, folder: Path) -> Iterator[Service]:
    """A service of ours that lives in a world."""
    folder.mkdir()
    with ExitStack() as stack:
        made = Service(address, folder, around.port)
        stack.callback(made.close)
        around.homes[address] = made.take
        yield made


def letter(
    sender: str, recipient: str, subject: str, text: str, *, envelope: str | None = None, **headers: str
) -> Letter:
    """A letter; `In_Reply_To` in `headers` becomes In-Reply-To."""
    mail = EmailMessage(policy=LINES)
    mail["From"], mail["To"], mail["Subject"] = sender, recipient, subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return Letter(sender=sender if envelope is None else envelope, recipient=recipient, raw=mail.as_bytes())


def without(*names: str) -> Callable[[bytes], bytes]:
    """A filter on the way that takes headers out, as some gateways do."""
    pattern = re.compile(rb"^(?:%s):.*\r?\n(?:[ \t].*\r?\n)*" % b"|".join(one.encode() for one in names), re.I | re.M)

    def changed(raw: bytes) -> bytes:
        head, gap, body = raw.partition(b"\r\n\r\n")
        return pattern.sub(b"", head + b"\r\n").rstrip(b"\r\n") + gap + body

    return changed

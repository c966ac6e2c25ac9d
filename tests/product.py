"""All parts of the product but the desk, running in this process on an embedded mail server."""

import json
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from intake.app import App, assemble, filing_room, filing_tasks, sending_task
from intake.classifying import Classify
from intake.commands.common import prepare_store
from intake.config import load_config
from intake.daemon import Daemon
from intake.demo.mailserver import EmbeddedMail
from intake.mailing import listeners, polling_tasks
from intake.transports import mail_sender
from models.rights import SYSTEM
from models.ticket import QueueFilter, Ticket
from models.work import Balance, Ending, InboxRow

OURS = "quality.me@intake.test"
PASSWORD = "secret"
SETTINGS = """\
data_dir = {folder}

[identity]
address = "{ours}"

[[mailboxes]]
name = "main"
host = "127.0.0.1"
port = {imap}
security = "none"
user = "{ours}"
password = "{password}"

[smtp]
enabled = true
port = 0

[lmtp]
enabled = true
port = 0

[submission]
host = "127.0.0.1"
port = {sink}
security = "none"

[filing]
lease_seconds = {lease}
"""


def write_settings(folder: Path, hospital: EmbeddedMail, *, lease: float = 120) -> Path:
    """A settings file for a store in `folder`, and the store."""
    path = folder / "intake.toml"
    facts = {"folder": json.dumps(str(folder)), "ours": OURS, "password": PASSWORD, "lease": lease}
    path.write_text(SETTINGS.format(**facts, imap=hospital.imap_port, sink=hospital.sink_port))
    app = assemble(load_config(path, {}))
    prepare_store(app)
    app.store.close()
    return path


@dataclass(frozen=True, kw_only=True)
class Running:
    """The product while it runs."""

    app: App
    smtp: int
    lmtp: int

    def by_smtp(self, sender: str, content: bytes) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp, local_hostname="localhost") as client:
            client.sendmail(sender, [OURS], content)

    def by_lmtp(self, sender: str, content: bytes) -> None:
        with smtplib.LMTP("127.0.0.1", self.lmtp, local_hostname="localhost") as client:
            client.sendmail(sender, [OURS], content)

    def balance(self) -> Balance:
        with self.app.store.read() as tx:
            return tx.inbox.balance()

    def tickets(self) -> list[Ticket]:
        """All tickets, most urgent first."""
        with self.app.store.read() as tx:
            found = [
                tx.tickets.get(row.reference, SYSTEM) for row in tx.tickets.queue(QueueFilter(), SYSTEM, limit=500).rows
            ]
        return [ticket for ticket in found if ticket is not None]

    def rows(self, ending: Ending | None) -> list[InboxRow]:
        """Inbox rows by how they ended, oldest first."""
        with self.app.store.read() as tx:
            return list(tx.inbox.rows(ending=ending, limit=500))[::-1]


@contextmanager
def running(settings: Path, classify: Classify) -> Iterator[Running]:
    """Fetch, listen, file and send, until the `with` block ends."""
    app = assemble(load_config(settings, {}))
    assert app.config.submission is not None
    sender = mail_sender(app.config.submission, app.config.data_dir)
    smtp, lmtp = listeners(app)
    tasks = (
        *polling_tasks(app),
        *filing_tasks(app, filing_room(app, classify)),
        sending_task(app, sender, sender.close),
    )
    daemon = Daemon(tasks=tasks)
    for server in (smtp, lmtp):
        server.start()
    thread = Thread(target=daemon.run)
    thread.start()
    try:
        yield Running(app=app, smtp=smtp.port, lmtp=lmtp.port)
    finally:
        daemon.stop()
        thread.join()
        for server in (smtp, lmtp):
            server.stop()
        app.store.close()

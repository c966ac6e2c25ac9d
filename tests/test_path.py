"""The way of one message, over real sockets: mailbox, SMTP and LMTP in, ticket, acknowledgement out."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from intake.app import (
    App,
    assemble,
    filing_room,
    filing_tasks,
    listeners,
    polling_tasks,
    sending_task,
    smtp_sender,
)
from intake.classifier import build_classifier
from intake.commands.common import prepare_store
from intake.config import Config
from intake.daemon import Daemon
from intake.demo.mailserver import EmbeddedMail
from models.ticket import QueueFilter
from models.work import Balance

OURS = "quality.me@intake.test"
SECONDS = 60


@pytest.fixture
def hospital() -> Iterator[EmbeddedMail]:
    mail = EmbeddedMail({OURS: "secret"})
    mail.start()
    yield mail
    mail.stop()


@contextmanager
def running(hospital: EmbeddedMail, folder: Path) -> Iterator[tuple[App, dict[str, int]]]:
    config = Config.model_validate(
        {
            "data_dir": folder,
            "identity": {"address": OURS},
            "mailboxes": [
                {
                    "name": "main",
                    "host": "127.0.0.1",
                    "port": hospital.imap_port,
                    "security": "none",
                    "user": OURS,
                    "password": "secret",
                }
            ],
            "smtp": {"enabled": True, "port": 0},
            "lmtp": {"enabled": True, "port": 0},
            "submission": {"host": "127.0.0.1", "port": hospital.sink_port, "security": "none"},
        }
    )
    app = assemble(config)
    prepare_store(app)
    assert config.submission is not None
    sender = smtp_sender(config.submission)
    servers = listeners(app)
    tasks = (
        *polling_tasks(app),
        *filing_tasks(app, filing_room(app, build_classifier(app.words))),
        sending_task(app, sender, sender.close),
    )
    daemon = Daemon(tasks=tasks)
    for server in servers:
        server.start()
    thread = Thread(target=daemon.run)
    thread.start()
    try:
        yield app, {"smtp": servers[0].port, "lmtp": servers[1].port}
    finally:
        daemon.stop()
        thread.join()
        for server in servers:
            server.stop()
        app.store.close()


def mail(number: int) -> bytes:
    return (
        f"From: learner-{number}@student.test\r\nTo: {OURS}\r\nSubject: Nights {number}\r\n"
        f"Message-ID: <{number}@student.test>\r\n\r\n"
        f"There was no registrar on site for {number} nights at Lincoln County Hospital.\r\n"
    ).encode()


def balance(app: App) -> Balance:
    with app.store.read() as tx:
        return tx.inbox.balance()


def test_each_road_gives_one_ticket_and_one_acknowledgement(hospital: EmbeddedMail, tmp_path: Path) -> None:
    with running(hospital, tmp_path) as (app, ports):
        hospital.deliver(OURS, mail(1))
        with smtplib.SMTP("127.0.0.1", ports["smtp"]) as client:
            client.sendmail("learner-2@student.test", [OURS], mail(2))
        with smtplib.LMTP("127.0.0.1", ports["lmtp"]) as client:
            client.sendmail("learner-3@student.test", [OURS], mail(3))
        assert hospital.sink.wait_for(lambda mails: len(mails) == 3, seconds=SECONDS)
        with app.store.read() as tx:
            subjects = sorted(row.subject for row in tx.tickets.queue(QueueFilter()).rows)
        found = balance(app)
    assert subjects == ["Nights 1", "Nights 2", "Nights 3"]
    assert (found.received, found.tickets, found.holds) == (3, 3, True)
    assert sorted(one.recipients[0] for one in hospital.sink.mails) == [f"learner-{n}@student.test" for n in (1, 2, 3)]
    assert not any(b"registrar" in one.content for one in hospital.sink.mails)
    assert (hospital.folder(OURS), hospital.folder(OURS, "Processed")) == (0, 1)

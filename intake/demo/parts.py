"""All parts of the product in one process, on embedded servers, with a folder of their own."""

import json
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from argon2 import PasswordHasher

from channels.email.smtp_in import MailListener
from intake.app import App, assemble, filing_room, filing_tasks, sending_task
from intake.calling import calling_tasks
from intake.chatting import chat_tasks
from intake.classifier import build_classifier
from intake.commands.common import prepare_store
from intake.commands.officers import make_link, new_token
from intake.config import load_config
from intake.daemon import Daemon, Server, Task
from intake.demo.mailserver import EmbeddedMail
from intake.demo.pages import demo_pages
from intake.demo.sample_mails import Road, Sample, send
from intake.demo.telegram.page import ChatPage
from intake.demo.telegram.server import SmallTelegram
from intake.mailing import listeners, polling_tasks
from intake.serving import WebServer, desk_server
from intake.telegram.composing import telegram_parts
from intake.telling import telling_task
from intake.transports import mail_sender
from intake.websites import web_server, web_tasks
from models.officer import Officer

OURS = "quality.me@intake.test"
OFFICER = "officer@intake.test"
SETTINGS = """\
# The settings of one demo. Its mail server ends with it; what only reads the store still works with them, for example
# intake --config intake.toml reconcile
data_dir = {folder}

[identity]
address = "{ours}"

[[mailboxes]]
name = "demo"
host = "127.0.0.1"
port = {imap_port}
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
port = {sink_port}
security = "none"

[desk]
port = {desk_port}
secure_cookies = false

[sign_in]
second_factor_for = []

[acknowledgement]
access_code = true

[web]
enabled = true
port = {web_port}
secure_cookies = false

[chat]
notice_url = "https://privacy.example.test"

[telegram]
enabled = true
owner = "The demo"
token = "{token}"
api_url = "{telegram}"
poll_seconds = 2

[log]
level = "warning"
format = "console"
"""


@dataclass(frozen=True, kw_only=True)
class Demo:
    """The parts, built; only the mail server runs yet."""

    folder: Path
    settings: Path
    mail: EmbeddedMail
    app: App
    smtp: MailListener
    lmtp: MailListener
    desk: WebServer
    web: WebServer
    telegram: SmallTelegram
    tasks: tuple[Task, ...]
    officer: Officer

    def daemon(self, *guests: Server) -> Daemon:
        """All parts, to be run. The guests start last, when everything listens, and stop first."""
        return Daemon(tasks=self.tasks, servers=(self.smtp, self.lmtp, self.desk, self.web, *guests))

    def post(self, sample: Sample) -> None:
        """Send a sample the way it travels."""
        ports = {Road.IMAP: self.mail.delivery_port, Road.SMTP: self.smtp.port, Road.LMTP: self.lmtp.port}
        protocol = Road.LMTP if sample.road is Road.LMTP else Road.SMTP
        send(ports[sample.road], protocol, sender=sample.return_path, recipient=OURS, content=sample.content)

    @cached_property
    def link(self) -> str:
        """A link that signs the officer in, once, within a day."""
        return make_link(self.desk.url, new_token(self.app, self.officer, timedelta(days=1)))


@contextmanager
def build_demo(folder: Path, *, port: int) -> Iterator[Demo]:
    """Build the parts in an empty folder. The desk gets `port`, or any free one when that is taken."""
    password = secrets.token_urlsafe(16)
    with mail_server({OURS: password}) as mail, telegram_server() as telegram:
        settings = _write_settings(folder, mail, telegram, password, port)
        app = assemble(load_config(settings, {}))
        prepare_store(app)
        try:
            yield _build(folder, settings, mail, telegram, app)
        finally:
            app.store.close()


@contextmanager
def mail_server(accounts: dict[str, str]) -> Iterator[EmbeddedMail]:
    """An embedded mail server that runs as long as it is needed."""
    mail = EmbeddedMail(accounts)
    mail.start()
    try:
        yield mail
    finally:
        mail.stop()


@contextmanager
def telegram_server() -> Iterator[SmallTelegram]:
    """A small Telegram with a page to write on, as long as it is needed."""
    telegram = SmallTelegram()
    telegram.page = ChatPage(telegram.people)
    telegram.start()
    try:
        yield telegram
    finally:
        telegram.stop()


def _build(folder: Path, settings: Path, mail: EmbeddedMail, telegram: SmallTelegram, app: App) -> Demo:
    submission = app.config.submission
    assert submission is not None  # our own settings name it
    sender = mail_sender(submission, app.config.data_dir)
    smtp, lmtp = listeners(app)
    classify = build_classifier(app.words)
    room = filing_room(app, classify)
    bot = telegram_parts(app)
    # The officer comes with the link; a password that nobody knows spares the page that asks for one.
    hashed = PasswordHasher().hash(secrets.token_urlsafe(32))
    with app.store.write() as tx:
        officer = tx.officers.add(email=OFFICER, name="Demo officer", password_hash=hashed)
    return Demo(
        folder=folder,
        settings=settings,
        mail=mail,
        app=app,
        smtp=smtp,
        lmtp=lmtp,
        desk=desk_server(app, (demo_pages(mail, OURS),)),
        web=web_server(app),
        telegram=telegram,
        tasks=(
            *polling_tasks(app),
            *filing_tasks(app, room),
            telling_task(app),
            *chat_tasks(app, classify, bot.answered),
            *bot.tasks,
            *web_tasks(app),
            sending_task(app, sender, sender.close),
            *calling_tasks(app),
        ),
        officer=officer,
    )


def _write_settings(folder: Path, mail: EmbeddedMail, telegram: SmallTelegram, password: str, port: int) -> Path:
    path = folder / "intake.toml"
    text = SETTINGS.format(
        folder=json.dumps(str(folder.absolute())),
        ours=OURS,
        password=password,
        token=telegram.api.token,
        telegram=telegram.url,
        imap_port=mail.imap_port,
        sink_port=mail.sink_port,
        desk_port=port if _is_free(port) else 0,
        web_port=port + 1 if port and port < 65_535 and _is_free(port + 1) else 0,
    )
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return path


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

"""Puts the Telegram bot together, once it has all that it must have before anybody may write to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

import structlog
from pydantic import SecretStr

from channels.base import Unavailable
from channels.telegram.fetching import Fetching, KeepAll
from channels.telegram.files import fetch
from channels.telegram.line import TelegramLine, TelegramSettings
from channels.telegram.sender import Pace, TelegramSender
from channels.telegram.updates import CHANNEL, LARGEST_FILE, Account
from channels.telegram.webhook import SHORTEST_SECRET, WebhookApp
from intake.app import App
from intake.chatting import caps_of, chat_room, register, reply_task
from intake.classifying import ungraded
from intake.config import Config, ConfigError
from intake.conversing.outage import tell_outage
from intake.daemon import Bell, Server, Task
from intake.files import scanner
from intake.serving import WebServer
from intake.telegram.fetching import TelegramPolling
from intake.telegram.files import FileWork
from models.message import RawMessage

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class TelegramParts:
    """What runs for the bot; nothing of it while it is off."""

    tasks: tuple[Task, ...] = ()
    servers: tuple[Server, ...] = ()
    bells: tuple[Bell, ...] = ()

    def answered(self) -> None:
        """Wake the senders."""
        for bell in self.bells:
            bell.ring()


def missing(config: Config) -> tuple[str, ...]:
    """What an enabled bot lacks before it may run, in words; empty when it may."""
    telegram = config.telegram
    lacks = []
    if not telegram.owner.strip():
        lacks.append("telegram.owner: name who answers for this channel")
    if not config.chat.notice_url:
        lacks.append("chat.notice_url: publish a privacy notice and give its address")
    if telegram.token_file is None and not telegram.token.get_secret_value():
        lacks.append("telegram.token_file: name the file that holds the bot's token")
    if telegram.mode == "webhook" and not _has_secret(config):
        lacks.append(f"telegram.webhook.secret_file: name a file with {SHORTEST_SECRET} random characters or more")
    return tuple(lacks)


def telegram_settings(config: Config) -> TelegramSettings:
    """How Telegram is called. Raises ConfigError when the token cannot be had or is none."""
    token = _secret("telegram.token_file", config.telegram.token_file, config.telegram.token)
    try:
        Account.of(token)
    except ValueError as fault:
        raise ConfigError((f"telegram.token: {fault}",)) from None
    return TelegramSettings(token=token, api_url=config.telegram.api_url)


def telegram_parts(app: App) -> TelegramParts:
    """All parts of the bot; none while it is off or lacks something. Raises ConfigError."""
    config = app.config.telegram
    if not config.enabled:
        return TelegramParts()
    if lacks := missing(app.config):
        _log.warning("telegram.stays_off", lacks=lacks)
        return TelegramParts()
    line = TelegramLine(telegram_settings(app.config))
    leave = LastOut(config.senders + 2, line.close)
    sending = (*sending_tasks(app, line, leave), fetching_task(app, line, leave))
    bells = tuple(task.bell for task in sending)
    if config.mode == "webhook":
        return TelegramParts(tasks=sending, servers=(webhook_server(app, line, leave),), bells=bells)
    return TelegramParts(tasks=(polling_task(app, line, leave), *sending), bells=bells)


class LastOut:
    """Several share something; who leaves last closes it."""

    def __init__(self, how_many: int, close: Callable[[], None]) -> None:
        self._left = how_many
        self._close = close
        self._lock = Lock()

    def __call__(self) -> None:
        """Leave."""
        with self._lock:
            self._left -= 1
            if self._left:
                return
        self._close()


def bot_name(config: Config) -> str:
    """The name that the bot has at Telegram. Raises Unavailable or ConfigError."""
    line = TelegramLine(telegram_settings(config))
    try:
        return line.name()
    finally:
        line.close()


def polling_task(app: App, line: TelegramLine, leave: Callable[[], None]) -> Task:
    """The task that fetches."""
    polling = TelegramPolling(
        fetching=Fetching(line, app.clock),
        bot_id=line.account.bot_id,
        store=app.store,
        worker=app.worker,
        ttl=app.lease,
        seconds=app.config.telegram.poll_seconds,
        clock=app.clock,
        arrived=app.inbox_bell.ring,
        back=partial(_were_away, app),
        caps=caps_of(app.config.chat),
        longest_outage=timedelta(hours=app.config.chat.outage_hours),
        observe=app.observe,
    )

    def close() -> None:
        try:
            polling.close()
        finally:
            leave()

    return Task(name="telegram", step=polling.step, close=close)


def _were_away(app: App, since: datetime, until: datetime) -> None:
    # Nothing is read for this, so no classifier is needed.
    room = chat_room(app, lambda _subject, _text, _channel: ungraded("Nobody looked."))
    tell_outage(room, channel=CHANNEL, since=since, until=until)


def sending_tasks(app: App, line: TelegramLine, leave: Callable[[], None]) -> tuple[Task, ...]:
    """The tasks that send; they share one pace."""
    sender = TelegramSender(line, Pace())
    tasks = (
        reply_task(app, sender, channel=CHANNEL, bell=Bell(), number=number, apart=timedelta(seconds=1))
        for number in range(app.config.telegram.senders)
    )
    return tuple(replace(task, close=leave) for task in tasks)


def fetching_task(app: App, line: TelegramLine, leave: Callable[[], None]) -> Task:
    """The task that fetches files."""
    attachments = app.config.attachments
    work = FileWork(
        store=app.store,
        fetch=partial(fetch, line),
        largest=min(attachments.largest_bytes, LARGEST_FILE),
        malware_in=scanner(attachments).malware_in if attachments.has_scanner else None,
        worker=f"{app.worker}/telegram-files",
        lease=app.lease,
        clock=app.clock,
    )
    return Task(name="telegram-files", step=work.step, close=leave)


class WebhookServer:
    """The webhook as a server among the daemon's: it listens, and then tells Telegram so."""

    def __init__(
        self, server: WebServer, line: TelegramLine, leave: Callable[[], None], *, public_url: str, secret: str
    ) -> None:
        self._server = server
        self._line = line
        self._leave = leave
        self._public_url = public_url
        self._secret = secret

    @property
    def port(self) -> int:
        """The port that is listened on, once started."""
        return self._server.port

    def start(self) -> None:
        """Listen; raises Unavailable when the port cannot be had or Telegram will not deliver there."""
        self._server.start()
        try:
            self._line.set_webhook(self._public_url, self._secret)
        except Unavailable:
            self._server.stop()
            raise

    def stop(self) -> None:
        """Stop listening. Telegram keeps what comes meanwhile, for a day."""
        self._server.stop()
        self._leave()


def webhook_server(app: App, line: TelegramLine, leave: Callable[[], None]) -> WebhookServer:
    """The webhook, ready to start. Raises ConfigError."""
    config = app.config.telegram.webhook
    secret = _secret("telegram.webhook.secret_file", config.secret_file, config.secret)
    path = urlsplit(config.public_url).path or "/"
    try:
        application = WebhookApp(line, keep_all(app), path=path, secret=secret, clock=app.clock)
    except ValueError as fault:
        raise ConfigError((f"telegram.webhook.secret: {fault}",)) from None
    server = WebServer(application, host=config.host, port=config.port, name="Telegram webhook")
    return WebhookServer(server, line, leave, public_url=config.public_url, secret=secret)


def keep_all(app: App) -> KeepAll:
    """The sink of the webhook: it returns when all is on disk and belongs to its conversation."""
    caps = caps_of(app.config.chat)

    def sink(messages: Sequence[RawMessage]) -> None:
        with app.store.write() as tx:
            for message in messages:
                receipt = tx.inbox.receive(message)
                if receipt.new:
                    register(tx, receipt.inbox_id, message, caps)
        app.inbox_bell.ring()

    return sink


def _has_secret(config: Config) -> bool:
    webhook = config.telegram.webhook
    return webhook.secret_file is not None or len(webhook.secret.get_secret_value()) >= SHORTEST_SECRET


def _secret(where: str, path: Path | None, given: SecretStr) -> str:
    if path is None:
        return given.get_secret_value().strip()
    try:
        return path.read_text(encoding="utf-8").partition("\n")[0].strip()
    except OSError as error:
        raise ConfigError((f"{where}: cannot be read ({error.strerror})",)) from None
    except UnicodeDecodeError:  # its text would show some of the secret
        raise ConfigError((f"{where}: cannot be read (it is not UTF-8)",)) from None

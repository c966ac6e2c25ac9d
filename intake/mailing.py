"""Puts the parts for mail together: mailboxes, listeners, submission. The rest is in `intake/app.py`."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from channels.base import Sink
from channels.email.rounds import Box
from channels.email.smtp_in import ListenSettings, MailListener, Protocol
from channels.webhook import Webhook
from intake.app import App
from intake.auditing import HeadWork
from intake.daemon import Task
from intake.expiring import ends_of
from intake.operators import Post
from intake.polling import Polling
from intake.settings.mail import ListenConfig
from intake.transports import credentials_of, mail_sender, mailbox
from intake.watching import Teller, WatchWork, polls
from models.message import RawMessage


def keep(app: App) -> Sink:
    """The sink of the listeners: it returns when the message is on disk."""

    def sink(message: RawMessage) -> None:
        with app.store.write() as tx:
            tx.inbox.receive(message)
        app.inbox_bell.ring()

    return sink


def polling_tasks(app: App) -> tuple[Task, ...]:
    """One task a mailbox. Raises ConfigError when a password file cannot be read."""
    return tuple(_polling_task(app, box) for box in polling_mailboxes(app))


def polling_mailboxes(app: App) -> tuple[Box, ...]:
    """The mailboxes to fetch from. Raises ConfigError when a password file cannot be read."""

    def known(channel: str, account: str, keys: list[str]) -> frozenset[str]:
        with app.store.read() as tx:
            return tx.inbox.known(channel, account, keys)

    return tuple(mailbox(app.config, one, known) for one in app.config.mailboxes)


def _polling_task(app: App, mailbox: Box) -> Task:
    polling = Polling(
        mailbox=mailbox,
        store=app.store,
        worker=app.worker,
        ttl=app.lease,
        clock=app.clock,
        arrived=app.inbox_bell.ring,
    )
    return Task(name=f"imap-{mailbox.name}", step=polling.step, close=polling.close)


def listeners(app: App) -> tuple[MailListener, ...]:
    """The SMTP and LMTP listeners that are enabled."""
    wanted: tuple[tuple[Protocol, ListenConfig], ...] = (("smtp", app.config.smtp), ("lmtp", app.config.lmtp))
    make = partial(_listener, app, keep(app))
    return tuple(make(protocol, config) for protocol, config in wanted if config.enabled)


def _listener(app: App, sink: Sink, protocol: Protocol, config: ListenConfig) -> MailListener:
    recipients = frozenset(address.lower() for address in config.recipients) or app.config.identity.ours
    return MailListener(
        ListenSettings(
            protocol=protocol,
            host=config.host,
            port=config.port,
            recipients=recipients,
            max_bytes=app.config.max_message_bytes,
            certificate=config.certificate,
            key=config.key,
            per_client=config.per_client,
            credentials=credentials_of(protocol, config),
        ),
        sink,
    )


def head_task(app: App) -> Task:
    """The task that publishes the head of the audit chain. Raises ConfigError when a password file cannot be read."""
    config = app.config.audit
    post, _ = post_to(app, config.mail_to)
    every = timedelta(minutes=config.publish_minutes)
    work = HeadWork(store=app.store, clock=app.clock, every=every, path=config.head_file, post=post)
    return Task(name="audit-head", step=work.step, close=work.close)


def watch_task(app: App) -> Task:
    """The task that looks for silence and tells people. Raises ConfigError when a password file cannot be read."""
    limits = app.config.alarms
    post, close = post_to(app, limits.mail_to)
    webhook = None
    if limits.webhook_url:
        webhook = Webhook(url=limits.webhook_url, secret=limits.webhook_secret.get_secret_value())
    work = WatchWork(
        store=app.store,
        clock=app.clock,
        worker=app.worker,
        limits=limits,
        mailboxes=tuple(mailbox.name for mailbox in app.config.mailboxes),
        teller=Teller(post=post, webhook=webhook),
        bot=polls(app.config.telegram),
        ends=partial(ends_of, app.config),
    )
    return Task(name="watch", step=work.step, close=close)


def post_to(app: App, recipient: str) -> tuple[Post | None, Callable[[], None]]:
    """How those who run the service are written to, and what hangs up; nobody without an address or a mail server."""
    config, identity = app.config, app.config.identity
    if not recipient or config.submission is None:
        return None, lambda: None
    sender = mail_sender(config.submission, config.data_dir)
    return Post(sender=sender, recipient=recipient, our_address=identity.address, domain=identity.domain), sender.close

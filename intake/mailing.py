"""Puts the parts for mail together: mailboxes, listeners, submission. The rest is in `intake/app.py`."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from channels.base import Sink
from channels.email.imap import Mailbox, MailboxSettings
from channels.email.mime import read
from channels.email.oauth import MsalTokens, OAuthSettings
from channels.email.smtp_in import ListenSettings, MailListener, Protocol
from channels.email.smtp_out import SmtpSender, SubmissionSettings
from channels.webhook import Webhook
from intake.app import App
from intake.auditing import HeadWork
from intake.config import ConfigError
from intake.daemon import Task
from intake.operators import Post
from intake.polling import Polling
from intake.settings.mail import AccountConfig, ListenConfig, MailboxConfig, SubmissionConfig
from intake.watching import Teller, WatchWork
from models.message import RawMessage


def keep(app: App) -> Sink:
    """The sink of the listeners: it returns when the message is on disk."""

    def sink(message: RawMessage) -> None:
        with app.store.write() as tx:
            tx.inbox.receive(message)
        app.inbox_bell.ring()

    return sink


def smtp_sender(config: SubmissionConfig, data_dir: Path) -> SmtpSender:
    """The sender for real mail. Raises ConfigError when its password file cannot be read."""
    return SmtpSender(
        SubmissionSettings(
            host=config.host,
            port=config.port,
            security=config.security,
            user=config.user,
            password=_secret("submission", config),
            tokens=tokens_for("submission", config, data_dir),
            ca_file=config.ca_file,
        )
    )


def polling_tasks(app: App) -> tuple[Task, ...]:
    """One task a mailbox. Raises ConfigError when a password file cannot be read."""
    return tuple(_polling_task(app, mailbox) for mailbox in polling_mailboxes(app))


def polling_mailboxes(app: App) -> tuple[Mailbox, ...]:
    """The mailboxes to fetch from. Raises ConfigError when a password file cannot be read."""
    return tuple(_mailbox(app, mailbox) for mailbox in app.config.mailboxes)


def _mailbox(app: App, config: MailboxConfig) -> Mailbox:
    settings = MailboxSettings(
        name=config.name,
        host=config.host,
        port=config.port,
        security=config.security,
        user=config.user,
        password=_secret(f"mailboxes {config.name!r}", config),
        tokens=tokens_for(f"mailboxes {config.name!r}", config, app.config.data_dir),
        ca_file=config.ca_file,
        folder=config.folder,
        processed=config.processed,
        held=config.held,
        max_bytes=app.config.max_message_bytes,
        idle_seconds=config.idle_seconds,
        poll_seconds=config.poll_seconds,
    )
    return Mailbox(settings, readable=lambda raw: read(raw).readable)


def _polling_task(app: App, mailbox: Mailbox) -> Task:
    polling = Polling(
        mailbox=mailbox,
        store=app.store,
        worker=app.worker,
        ttl=app.lease,
        clock=app.clock,
        arrived=app.inbox_bell.ring,
    )
    return Task(name=f"imap-{mailbox.settings.name}", step=polling.step, close=polling.close)


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
        ),
        sink,
    )


def head_task(app: App) -> Task:
    """The task that publishes the head of the audit chain. Raises ConfigError when a password file cannot be read."""
    config = app.config.audit
    post, _ = _post(app, config.mail_to)
    every = timedelta(minutes=config.publish_minutes)
    work = HeadWork(store=app.store, clock=app.clock, every=every, path=config.head_file, post=post)
    return Task(name="audit-head", step=work.step, close=work.close)


def watch_task(app: App) -> Task:
    """The task that looks for silence and tells people. Raises ConfigError when a password file cannot be read."""
    limits = app.config.alarms
    post, close = _post(app, limits.mail_to)
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
    )
    return Task(name="watch", step=work.step, close=close)


def _post(app: App, recipient: str) -> tuple[Post | None, Callable[[], None]]:
    """How those who run the service are written to, and what hangs up; nobody without an address or a mail server."""
    config, identity = app.config, app.config.identity
    if not recipient or config.submission is None:
        return None, lambda: None
    sender = smtp_sender(config.submission, config.data_dir)
    return Post(sender=sender, recipient=recipient, our_address=identity.address, domain=identity.domain), sender.close


def tokens_for(where: str, account: AccountConfig, data_dir: Path) -> MsalTokens | None:
    """What gives access tokens for an account; None when it has a password. Raises ConfigError."""
    oauth = account.oauth
    if oauth is None:
        return None
    name = hashlib.sha256(f"{oauth.authority} {oauth.client_id} {account.user}".encode()).hexdigest()[:16]
    return MsalTokens(
        OAuthSettings(
            authority=oauth.authority,
            client_id=oauth.client_id,
            user=account.user,
            scopes=(oauth.scope,),
            mechanism=oauth.mechanism,
            secret=_read(f"{where}: oauth.secret_file", oauth.secret_value),
            certificate=oauth.certificate_file,
            key=oauth.key_file,
            cache=data_dir / f"token-{name}.json",
            ca_file=oauth.ca_file,
        )
    )


def _secret(where: str, account: AccountConfig) -> str:
    return _read(f"{where}: password_file", account.secret)


def _read(where: str, secret: Callable[[], str]) -> str:
    try:
        return secret()
    except OSError as error:
        raise ConfigError((f"{where} cannot be read ({error.strerror})",)) from None
    except UnicodeDecodeError:  # its text would show some of the password
        raise ConfigError((f"{where} cannot be read (it is not UTF-8)",)) from None

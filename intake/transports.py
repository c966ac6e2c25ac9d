"""What carries our mail: a mailbox to fetch from and a sender, each by the protocol that the settings name."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from channels.base import Sender
from channels.email.dkim_sign import DkimSigner, KeyUnusable
from channels.email.graph import GraphSettings
from channels.email.graph_mailbox import GraphBoxSettings, GraphMailbox
from channels.email.graph_sender import GraphSender
from channels.email.imap import Mailbox, MailboxSettings
from channels.email.mime import read
from channels.email.oauth import MsalTokens, OAuthSettings
from channels.email.rounds import Box, Known
from channels.email.smtp_auth import Credentials
from channels.email.smtp_out import SmtpSender, SubmissionSettings
from intake.config import Config, ConfigError
from intake.settings.dkim import DkimConfig
from intake.settings.mail import AccountConfig, ListenConfig, MailboxConfig, SubmissionConfig

SCOPES = {"graph": "https://graph.microsoft.com/.default"}
OTHER_SCOPE = "https://outlook.office365.com/.default"


class MailSender(Sender, Protocol):
    """Sends mail over a line that is kept."""

    def check(self) -> None:
        """Reach the other side, and no more; raises Unavailable."""

    def close(self) -> None:
        """Let go of the line."""


def mail_sender(config: SubmissionConfig, data_dir: Path) -> MailSender:
    """The sender for real mail. Raises ConfigError when its password file cannot be read."""
    if config.transport == "graph":
        return GraphSender(_graph("submission", config, data_dir))
    return SmtpSender(
        SubmissionSettings(
            host=config.host,
            port=config.port,
            security=config.security,
            user=config.user,
            password=_secret("submission", config),
            tokens=tokens_for("submission", config, data_dir),
            ca_file=config.ca_file,
            signer=_signer(config.dkim),
        )
    )


def _signer(config: DkimConfig) -> DkimSigner | None:
    """What signs our mail; None when the settings name no key. Raises ConfigError."""
    if config.key_file is None:
        return None
    try:
        return DkimSigner.from_file(domain=config.domain, selector=config.selector, path=config.key_file)
    except KeyUnusable as error:
        raise ConfigError((f"submission: dkim.key_file: {error}",)) from None


def mailbox(config: Config, one: MailboxConfig, known: Known) -> Box:
    """A mailbox to fetch from. Raises ConfigError when its password file cannot be read."""
    if one.transport == "graph":
        settings = GraphBoxSettings(
            name=one.name,
            graph=_graph(_place(one), one, config.data_dir),
            folder=one.folder,
            processed=one.processed,
            held=one.held,
            read_only=one.read_only,
            max_bytes=config.max_message_bytes,
            poll_seconds=one.poll_seconds,
        )
        return GraphMailbox(settings, readable=_is_mail, known=known)
    return Mailbox(_by_imap(config, one), readable=_is_mail, known=known)


def credentials_of(where: str, config: ListenConfig) -> Credentials | None:
    """Who must sign in where we listen. Raises ConfigError when the password file cannot be read."""
    if not config.user:
        return None
    return Credentials(user=config.user, password=_read(f"{where}: password_file", config.secret))


def _is_mail(raw: bytes) -> bool:
    return read(raw).readable


def _place(one: MailboxConfig) -> str:
    return f"mailboxes {one.name!r}"


def _by_imap(config: Config, one: MailboxConfig) -> MailboxSettings:
    return MailboxSettings(
        name=one.name,
        host=one.host,
        port=one.port,
        security=one.security,
        user=one.user,
        password=_secret(_place(one), one),
        tokens=tokens_for(_place(one), one, config.data_dir),
        ca_file=one.ca_file,
        folder=one.folder,
        processed=one.processed,
        held=one.held,
        read_only=one.read_only,
        max_bytes=config.max_message_bytes,
        idle_seconds=one.idle_seconds,
        poll_seconds=one.poll_seconds,
    )


def _graph(where: str, account: AccountConfig, data_dir: Path) -> GraphSettings:
    tokens = tokens_for(where, account, data_dir)
    if tokens is None:
        raise ConfigError((f"{where}: Microsoft Graph takes no password: transport 'graph' needs oauth",))
    return GraphSettings(user=account.user, tokens=tokens, url=account.graph_url, ca_file=account.ca_file)


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
            scopes=tuple((oauth.scope or SCOPES.get(account.transport, OTHER_SCOPE)).split()),
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

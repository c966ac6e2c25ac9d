"""Where mail is fetched from, taken in and sent."""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator

from intake.settings.dkim import DkimConfig
from intake.settings.oauth import OAuthConfig
from intake.settings.section import Section

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
Port = Annotated[int, Field(ge=1, le=65_535)]
Security = Literal["tls", "starttls", "none"]


class AccountConfig(Section):
    """Somewhere to sign in: `password_file` holds the password as its first line."""

    transport: str
    host: str = Field(default="", validate_default=True)
    port: Port
    security: Security
    user: str = ""
    password: SecretStr = SecretStr("")
    password_file: Path | None = None
    ca_file: Path | None = None
    oauth: OAuthConfig | None = None
    graph_url: str = "https://graph.microsoft.com/v1.0"
    """Where Microsoft Graph is, for `transport = "graph"`; national clouds have addresses of their own."""

    @field_validator("host")
    @classmethod
    def _has_a_host(cls, host: str, info: ValidationInfo) -> str:
        if not host and info.data.get("transport") != "graph":
            raise ValueError("is missing")
        return host

    @model_validator(mode="after")
    def _one_password(self) -> Self:
        if self.password_file is not None and self.password.get_secret_value():
            raise ValueError("give password_file or password, not both")
        if self.oauth is not None and (self.password_file is not None or self.password.get_secret_value()):
            raise ValueError("give oauth or a password, not both")
        if self.oauth is not None and not self.user:
            raise ValueError("oauth needs user: the mailbox that the token is for")
        if self.transport != "graph" and self.security == "none" and self.host not in LOOPBACK:
            raise ValueError(f"security 'none' is for this machine only; {self.host} needs 'tls' or 'starttls'")
        return self

    @model_validator(mode="after")
    def _graph(self) -> Self:
        if self.transport != "graph":
            return self
        if self.oauth is None:
            raise ValueError("Microsoft Graph takes no password: transport 'graph' needs oauth")
        url = urlsplit(self.graph_url)
        if not url.hostname or not (url.scheme == "https" or (url.scheme == "http" and url.hostname in LOOPBACK)):
            raise ValueError("graph_url must begin with https://")
        return self

    def secret(self) -> str:
        """The password, from its file if one is named. Raises OSError or UnicodeDecodeError when it cannot be read."""
        if self.password_file is not None:
            return self.password_file.read_text(encoding="utf-8").partition("\n")[0].strip()
        return self.password.get_secret_value()


class MailboxConfig(AccountConfig):
    """A mailbox to fetch from, by IMAP or by Microsoft Graph."""

    transport: Literal["imap", "graph"] = "imap"
    name: str = Field(min_length=1)
    port: Port = 993
    security: Security = "tls"
    folder: str = "INBOX"
    processed: str = "Processed"
    held: str = "Held"
    read_only: bool = False
    """Nothing is moved there; the store knows what was kept."""
    poll_seconds: int = Field(default=60, ge=1)
    idle_seconds: int = Field(default=300, ge=10, le=540)
    authserv_ids: tuple[str, ...] = ()
    """How the mail server in front of this mailbox calls itself in Authentication-Results; no other is believed."""


class SubmissionConfig(AccountConfig):
    """What our mail goes out through: a server, or Microsoft Graph."""

    transport: Literal["smtp", "graph"] = "smtp"
    port: Port = 587
    security: Security = "starttls"
    per_domain_a_minute: int = Field(default=0, ge=0)
    dkim: DkimConfig = DkimConfig()


class ListenConfig(Section):
    """A port on which mail is taken in by SMTP or LMTP."""

    enabled: bool = False
    host: str = "127.0.0.1"
    port: int = Field(ge=0, le=65_535)
    recipients: tuple[str, ...] = ()
    """The addresses that are ours; empty means the identity's address and its further ones."""
    certificate: Path | None = None
    key: Path | None = None
    authserv_ids: tuple[str, ...] = ()
    """How the mail server in front of us calls itself in Authentication-Results; no other is believed."""
    per_client: int = Field(default=100, ge=1)
    """Connections from one address at the same time."""
    user: str = ""
    """Who must sign in before mail is taken; nobody when empty."""
    password: SecretStr = SecretStr("")
    password_file: Path | None = None

    @model_validator(mode="after")
    def _who_signs_in(self) -> Self:
        if self.password_file is not None and self.password.get_secret_value():
            raise ValueError("give password_file or password, not both")
        if bool(self.user) != bool(self.password_file or self.password.get_secret_value()):
            raise ValueError("user and a password belong together")
        if self.user and self.certificate is None and self.host not in LOOPBACK:
            raise ValueError("user needs certificate and key: a password must not cross a network in the open")
        return self

    def secret(self) -> str:
        """The password, from its file if one is named. Raises OSError or UnicodeDecodeError when it cannot be read."""
        if self.password_file is not None:
            return self.password_file.read_text(encoding="utf-8").partition("\n")[0].strip()
        return self.password.get_secret_value()


class SmtpConfig(ListenConfig):
    """Mail taken in by SMTP."""

    port: int = Field(default=2525, ge=0, le=65_535)


class LmtpConfig(ListenConfig):
    """Mail taken in by LMTP, from a mail server in front of us."""

    port: int = Field(default=2424, ge=0, le=65_535)

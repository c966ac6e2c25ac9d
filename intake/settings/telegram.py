"""The settings of the Telegram bot."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from intake.settings.mail import LOOPBACK, Port
from intake.settings.section import Section


class TelegramWebhookConfig(Section):
    """Where Telegram delivers to, if it does: a port of this machine alone, with TLS in front of it."""

    public_url: str = ""
    """The address at which the world reaches the port, `https://…`; its path is the one that is listened for."""
    host: str = "127.0.0.1"
    port: Port = 8443
    secret: SecretStr = SecretStr("")
    secret_file: Path | None = None

    @field_validator("host")
    @classmethod
    def _this_machine(cls, value: str) -> str:
        if value not in LOOPBACK:
            raise ValueError("the webhook listens on this machine only; put a server with TLS in front of it")
        return value


class TelegramConfig(Section):
    """The bot. It stays off until it has a token, an owner and, in `chat.notice_url`, a privacy notice."""

    enabled: bool = False
    owner: str = Field(default="", max_length=200)
    """Who answers for this channel, as a name or an address; nobody outside sees it."""
    token: SecretStr = SecretStr("")
    token_file: Path | None = None
    """Holds the token as its first line."""
    api_url: str = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    poll_seconds: int = Field(default=25, ge=0, le=50)
    senders: int = Field(default=3, ge=1, le=16)
    webhook: TelegramWebhookConfig = TelegramWebhookConfig()

    @field_validator("api_url")
    @classmethod
    def _encrypted(cls, value: str) -> str:
        address = urlsplit(value)
        if address.scheme != "https" and address.hostname not in LOOPBACK:
            raise ValueError("must be https://…; plain http is for this machine only")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if self.token_file is not None and self.token.get_secret_value():
            raise ValueError("give token_file or token, not both")
        if self.webhook.secret_file is not None and self.webhook.secret.get_secret_value():
            raise ValueError("give webhook.secret_file or webhook.secret, not both")
        if self.mode == "webhook" and not self.webhook.public_url.startswith("https://"):
            raise ValueError("mode 'webhook' needs webhook.public_url, https://…")
        return self

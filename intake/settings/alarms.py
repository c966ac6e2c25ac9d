"""When the watch raises an alarm, and whom it tells."""

from typing import Self

from pydantic import Field, SecretStr, model_validator

from intake.settings.mail import LOOPBACK
from intake.settings.section import PlainAddressOrNone, Section


class AlarmsConfig(Section):
    """The limits of silence and of waiting. A limit of 0 raises no alarm."""

    mailbox_silent_minutes: int = Field(default=15, ge=0)
    """So long without a good look into a mailbox."""
    telegram_silent_minutes: int = Field(default=10, ge=0)
    """So long without a good answer of Telegram's, which forgets what nobody fetches within 24 hours."""
    replies_minutes: int = Field(default=30, ge=0)
    """A reply of the bot's has waited so long to be sent."""
    red_flag_minutes: int = Field(default=60, ge=0)
    """A red flag has called people for so long, and nobody takes care of it."""
    inbox_minutes: int = Field(default=15, ge=0)
    """A message has waited so long to be filed."""
    outbox_minutes: int = Field(default=30, ge=0)
    """A mail of ours has waited so long to be sent."""
    outbox_failed: int = Field(default=5, ge=0)
    """So many of our mails of the last seven days will never go."""
    quarantined: int = Field(default=10, ge=0)
    """So many messages wait in quarantine for a person."""
    expiry_days: int = Field(default=14, ge=0)
    """So long before a certificate or a noted secret for tokens ends."""
    repeat_hours: int = Field(default=24, ge=1)
    """How long until people are told again of what is still wrong."""
    mail_to: PlainAddressOrNone = ""
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _private(self) -> Self:
        url = self.webhook_url
        host = url.partition("://")[2].partition("/")[0].rpartition(":")[0] or url.partition("://")[2].partition("/")[0]
        if url and not url.startswith("https://") and not (url.startswith("http://") and host in LOOPBACK):
            raise ValueError("webhook_url must be https; http is for this machine only")
        if url and len(self.webhook_secret.get_secret_value()) < 16:
            raise ValueError("webhook_url needs webhook_secret, 16 characters or more, by which our calls are known")
        return self

"""By when something has to be done, and whom a red flag calls."""

import re
from datetime import date, time, timedelta
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from intake.settings.mail import LOOPBACK
from intake.settings.section import PlainAddressOrNone, Section

Days = Annotated[int, Field(ge=-1, le=250)]
Targets = tuple[Days, Days, Days, Days]
"""Working days to the acknowledgement, the first reading, the decision and the reply; -1: no such clock."""


class ClocksConfig(Section):
    """Service clocks, on working days and English bank holidays."""

    closes: str = Field(default="17:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """The local time at which a working day ends, and with it every clock that runs out on it."""
    warn_days: int = Field(default=1, ge=0, le=20)
    """What is due within so many working days is due soon."""
    days_off: tuple[date, ...] = ()
    """Further days on which nobody works."""
    flagged: Targets = (0, 0, 1, 3)
    ungraded: Targets = (1, 1, 3, 10)
    category_4: Targets = (0, 0, 1, 3)
    category_3: Targets = (1, 1, 2, 5)
    category_2: Targets = (1, 1, 3, 10)
    category_1: Targets = (1, 2, 5, 15)
    category_0: Targets = (1, 2, 10, 20)
    other: Targets = (1, 3, -1, 15)
    """Good practice, questions, messages about one learner."""
    irrelevant: Targets = (-1, 5, -1, -1)

    @property
    def closing(self) -> time:
        """The same as a time."""
        hour, minute = self.closes.split(":")
        return time(int(hour), int(minute))


class PagingConfig(Section):
    """Whom a red flag calls at once, and again until a named person has acknowledged it."""

    mail_to: PlainAddressOrNone = ""
    """An address that somebody reads at all hours; without it alarms.mail_to."""
    repeat_minutes: int = Field(default=15, ge=1, le=1_440)
    webhook_url: str = ""
    """An address that gets each call as JSON by POST; without it alarms.webhook_url."""
    webhook_secret: SecretStr = SecretStr("")

    @property
    def repeat(self) -> timedelta:
        """How long until people are called again."""
        return timedelta(minutes=self.repeat_minutes)

    @model_validator(mode="after")
    def _private(self) -> Self:
        url = self.webhook_url
        host = re.sub(r"^http://(\[[^\]]*\]|[^/:]*).*$", r"\1", url)
        if url and not url.startswith("https://") and not (url.startswith("http://") and host in LOOPBACK):
            raise ValueError("webhook_url must be https; http is for this machine only")
        if url and len(self.webhook_secret.get_secret_value()) < 16:
            raise ValueError("webhook_url needs webhook_secret, 16 characters or more, by which our calls are known")
        return self

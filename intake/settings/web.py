"""The settings of the web chat and form."""

from typing import Self

from pydantic import Field, model_validator

from intake.settings.section import Section

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class WebConfig(Section):
    """The page on which learners write to us. It has a port of its own, apart from the desk's."""

    enabled: bool = False
    """Whether `intake run` shows it; `intake web` always does."""
    host: str = "127.0.0.1"
    port: int = Field(default=8081, ge=0, le=65_535)
    name: str = Field(default="Tell the Quality Team", min_length=1, max_length=60)
    secure_cookies: bool = True
    """Browsers accept secure cookies on loopback without TLS, too; switch off only for one that does not."""
    session_hours: float = Field(default=2, gt=0, le=24)
    """How long a browser is known after its last visit; the access code works for longer."""
    leave_to: str = Field(default="https://www.bbc.co.uk/weather", pattern=r"^(https://[^\s\"'<>]+|/)$")
    """Where "Leave this page" goes: somewhere that nobody wonders about."""
    reply_seconds: float = Field(default=3, ge=0, le=20)
    """How long a page waits for our reply before it is shown without."""
    files_at_once: int = Field(default=5, ge=0, le=20)
    file_megabytes: int = Field(default=20, ge=1, le=40)
    upload_megabytes: int = Field(default=25, ge=1, le=200)
    """All files of one form together."""
    a_minute: int = Field(default=30, ge=1)
    """Messages of one conversation in a minute; what is more has to wait, and is not lost."""
    busy_from: int = Field(default=60, ge=1)
    """Messages of everybody in a minute from which on a little work or a short wait is asked for."""
    work_bits: int = Field(default=14, ge=1, le=22)
    """How hard that work is: a phone does 14 bits in about a second."""
    wait_seconds: int = Field(default=20, ge=1, le=300)
    """The wait of a browser that cannot do the work."""

    @model_validator(mode="after")
    def _secure_beyond_loopback(self) -> Self:
        if not self.secure_cookies and self.host not in LOOPBACK:
            raise ValueError(f"secure_cookies may be off on this machine only, not on {self.host}")
        if self.file_megabytes > self.upload_megabytes:
            raise ValueError("file_megabytes must not be more than upload_megabytes")
        return self

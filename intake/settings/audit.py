"""Where the head of the audit chain is published, so that a chain that was cut off shows."""

from pathlib import Path

from pydantic import Field, field_validator

from intake.settings.section import Section


class AuditConfig(Section):
    """Where the head of the audit chain goes, and how often."""

    head_file: Path | None = None
    """A file that lines are appended to; best on another machine or medium than the store."""
    mail_to: str = ""
    """An address that each head is mailed to, through `[submission]`."""
    publish_minutes: int = Field(default=60, ge=1)

    @field_validator("mail_to")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if value and (value.count("@") != 1 or any(c.isspace() or c in "<>,;" for c in value)):
            raise ValueError(f"{value!r} is not a plain e-mail address")
        return value

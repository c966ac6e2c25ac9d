"""Where the head of the audit chain is published, so that a chain that was cut off shows."""

from pathlib import Path

from pydantic import Field

from intake.settings.section import PlainAddressOrNone, Section


class AuditConfig(Section):
    """Where the head of the audit chain goes, and how often."""

    head_file: Path | None = None
    """A file that lines are appended to; best on another machine or medium than the store."""
    mail_to: PlainAddressOrNone = ""
    """An address that each head is mailed to, through `[submission]`."""
    publish_minutes: int = Field(default=60, ge=1)

"""What is asked about who sent a mail. The names of our own servers stand with each mailbox and listener."""

from pydantic import Field, field_validator

from intake.settings.section import Section


class SenderTrustConfig(Section):
    """How the sender of a mail is looked at. Whatever comes out, the mail is taken."""

    verify_dkim: bool = True
    """Check DKIM signatures ourselves where no server of ours did; that asks the DNS for the sender's keys."""
    dns_seconds: float = Field(default=3, gt=0, le=30)
    """How long all questions to the DNS about one mail may take."""
    junk_headers: tuple[str, ...] = ()
    """Further headers by which the mail server says "junk": `Name: beginning of the value`."""

    @field_validator("junk_headers")
    @classmethod
    def _name_and_value(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            name, _, beginning = one.partition(":")
            if not name.strip() or not beginning.strip():
                raise ValueError(f"{one!r} must be a header's name, a colon, and how the value begins")
        return value

    @property
    def junk(self) -> tuple[tuple[str, str], ...]:
        """Name and beginning of each, in lower case."""
        parts = (one.lower().partition(":") for one in self.junk_headers)
        return tuple((name.strip(), beginning.strip()) for name, _, beginning in parts)

"""The interface for programs."""

from pydantic import Field

from intake.settings.section import Section


class ApiConfig(Section):
    """The JSON interface, which the desk serves at `/api/v1`."""

    enabled: bool = True
    """Without a token nobody can use it."""
    a_minute: int = Field(default=120, ge=1)
    """Requests of one token in a minute, in each process that serves the desk."""
    longest_days: int = Field(default=365, ge=1)
    """How long a token may be good for."""

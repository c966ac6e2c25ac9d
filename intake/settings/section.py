"""What all sections of the settings have in common."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


class Section(BaseModel):
    """A section of the settings: frozen, and it takes no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _plain(address: str) -> str:
    if address.count("@") != 1 or any(c.isspace() or c in "<>,;" for c in address):
        raise ValueError(f"{address!r} is not a plain e-mail address")
    return address


PlainAddress = Annotated[str, AfterValidator(_plain)]
"""An e-mail address without a display name."""
PlainAddressOrNone = Annotated[str, AfterValidator(lambda address: _plain(address) if address else address)]
"""The same, or nothing."""

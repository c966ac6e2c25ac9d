"""With what our own mail is signed."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from intake.settings.section import Section

_NAME = r"^$|^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,250}[A-Za-z0-9_])?$"


class DkimConfig(Section):
    """A key to sign with; its public half stands in the DNS at `selector`._domainkey.`domain`."""

    key_file: Path | None = None
    """A private key as PEM, RSA or Ed25519."""
    selector: str = Field(default="", pattern=_NAME)
    domain: str = Field(default="", pattern=_NAME)
    """What the signature stands for: the domain of `identity.address`, or one above it."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.key_file is not None and not (self.selector and self.domain):
            raise ValueError("a key_file needs a selector and a domain: where its public half stands in the DNS")
        return self

"""How to get access tokens for a mail server that takes no passwords."""

from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from intake.settings.section import Section


class OAuthConfig(Section):
    """Tokens by a secret, by a certificate with its key, or by a person who signs in once."""

    authority: str = Field(pattern=r"^https://[^\s]+$")
    """For Microsoft 365 `https://login.microsoftonline.com/TENANT`."""
    client_id: str = Field(min_length=1)
    mechanism: Literal["XOAUTH2", "OAUTHBEARER"] = "XOAUTH2"
    scope: str = ""
    """What the token is for; several are parted by blanks. Empty means what the transport needs at Microsoft 365."""
    secret: SecretStr = SecretStr("")
    secret_file: Path | None = None
    expires_on: date | None = None
    """The last day of the secret, as the authority says it; a certificate tells it by itself."""
    certificate_file: Path | None = None
    key_file: Path | None = None
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.certificate_file is None) != (self.key_file is None):
            raise ValueError("certificate_file and key_file belong together")
        ways = [self.secret.get_secret_value(), self.secret_file, self.certificate_file]
        if sum(bool(way) for way in ways) > 1:
            raise ValueError("give one of secret_file, secret and certificate_file")
        return self

    def secret_value(self) -> str:
        """The secret, from its file if one is named. Raises OSError or UnicodeDecodeError."""
        if self.secret_file is not None:
            return self.secret_file.read_text(encoding="utf-8").partition("\n")[0].strip()
        return self.secret.get_secret_value()

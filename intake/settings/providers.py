"""Where officers have accounts that they sign in to the desk with (OpenID Connect)."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from intake.settings.section import Section
from models.rights import Role


class ProviderConfig(Section):
    """One provider, such as an organisation's Entra ID or an NHS login."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    """A short name for addresses and the audit chain."""
    label: str = Field(min_length=1, max_length=60)
    """What stands on the button."""
    issuer: str = Field(pattern=r"^https://[^\s?#]+$")
    client_id: str = Field(min_length=1)
    secret: SecretStr = SecretStr("")
    secret_file: Path | None = None
    key_file: Path | None = None
    """A private key instead of a secret, where the provider wants signed requests (private_key_jwt)."""
    key_algorithm: str = Field(default="RS512", pattern=r"^(RS|PS|ES)(256|384|512)$")
    ca_file: Path | None = None
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    parameters: dict[str, str] = Field(default_factory=dict)
    """Further parameters of the request to sign in, such as `vtr` of NHS login."""
    email_claim: str = "email"
    trust_email: bool = False
    """Take an address as checked though the provider does not say `email_verified`."""
    roles_claim: str = "roles"
    roles: dict[str, tuple[Role, ...]] = Field(default_factory=dict)
    """What stands in that claim, and the roles it gives. Without it the desk's own roles hold."""
    create_accounts: bool = False
    second_factor: tuple[str, ...] = ()
    """Values of the claim `amr` by which the provider says that it asked for a second factor."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        ways = [self.secret.get_secret_value(), self.secret_file, self.key_file]
        if sum(bool(way) for way in ways) > 1:
            raise ValueError("give one of secret_file, secret and key_file")
        if self.name in ("password", "link"):
            raise ValueError(f"{self.name} is taken; choose another name")
        if "openid" not in self.scopes:
            raise ValueError("scopes must hold openid")
        if self.create_accounts and not self.roles:
            raise ValueError("create_accounts needs roles: who may come in has to be said")
        return self

    @property
    def has_secret(self) -> bool:
        """Whether we show who we are by a secret or a key."""
        return bool(self.secret.get_secret_value() or self.secret_file or self.key_file)

    def secret_value(self) -> str | None:
        """The secret, or the private key. Raises OSError or UnicodeDecodeError."""
        if self.key_file is not None:
            return self.key_file.read_text(encoding="utf-8")
        if self.secret_file is not None:
            return self.secret_file.read_text(encoding="utf-8").partition("\n")[0].strip()
        return self.secret.get_secret_value() or None

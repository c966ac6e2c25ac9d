"""How officers sign in at the desk."""

from datetime import timedelta
from typing import Self

from pydantic import Field, model_validator

from intake.settings.providers import ProviderConfig
from intake.settings.section import Section
from models.rights import Role
from models.sign_in import EntryRules


class SignInConfig(Section):
    """Second factors, sessions, and accounts that officers have elsewhere."""

    second_factor_for: tuple[Role, ...] = (Role.LEAD, Role.CUSTODIAN, Role.ADMINISTRATOR)
    """The roles that need a second factor; others may have one."""
    idle_minutes: int = Field(default=60, ge=5, le=1_440)
    proof_minutes: int = Field(default=15, ge=1, le=240)
    """How long after a proof the officer may unseal, export and change rights."""
    address: str = Field(default="", pattern=r"^(https?://[^/\s?#]+)?$")
    """Where officers reach the desk."""
    providers: tuple[ProviderConfig, ...] = ()

    @model_validator(mode="after")
    def _providers_differ(self) -> Self:
        names = [one.name for one in self.providers]
        if len(set(names)) < len(names) or len({one.issuer for one in self.providers}) < len(names):
            raise ValueError("two providers have the same name or issuer; each needs its own")
        if self.providers and not self.address:
            raise ValueError("address is missing: providers send officers back to it, as https://desk.trust.example")
        return self

    @property
    def rules(self) -> EntryRules:
        """The rules that the desk goes by."""
        return EntryRules(
            second_factor_for=frozenset(self.second_factor_for),
            idle=timedelta(minutes=self.idle_minutes),
            proof_lasts=timedelta(minutes=self.proof_minutes),
        )

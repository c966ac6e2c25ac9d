"""Where the keys are that seal the store."""

from pathlib import Path
from typing import Literal, Self

from pydantic import SecretStr, model_validator

from intake.settings.section import Section


class KeysConfig(Section):
    """The keys: in a file of their own, in the environment, or in the system's keyring. Never in the database."""

    source: Literal["file", "environment", "keyring"] = "file"
    file: Path | None = None
    """`intake.keys` in `data_dir` when it is not named."""
    value: SecretStr = SecretStr("")
    """The keys themselves, for `environment`."""
    keyring_service: str = "quality.me intake"
    keyring_user: str = "keys"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.source == "environment" and not self.value.get_secret_value().strip():
            raise ValueError(
                "source 'environment' needs keys in INTAKE__KEYS__VALUE; 'intake keys init --print' makes some"
            )
        if self.source != "environment" and self.value.get_secret_value():
            raise ValueError("value is for source 'environment' only")
        return self

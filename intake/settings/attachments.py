"""What is done with the files that people attach."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from intake.settings.section import Section


class AttachmentsConfig(Section):
    """How far attached files are read, and which program looks for malware in them."""

    most: int = Field(default=20, ge=0, le=200)
    """Files of one mail that are looked into; the others are kept and named."""
    largest_bytes: int = Field(default=20 * 1024 * 1024, ge=1024)
    text_seconds: float = Field(default=5, gt=0, le=60)
    """The longest time for reading the words of one document; it is over a process of its own."""
    text_megabytes: int = Field(default=512, ge=256, le=4096)
    clamd_socket: Path | None = None
    """Where clamd listens on this machine."""
    clamd_host: str = ""
    clamd_port: int = Field(default=3310, ge=1, le=65_535)
    clamd_seconds: float = Field(default=20, gt=0, le=300)

    @model_validator(mode="after")
    def _one_scanner(self) -> Self:
        if self.clamd_socket is not None and self.clamd_host:
            raise ValueError("give clamd_socket or clamd_host, not both")
        return self

    @property
    def has_scanner(self) -> bool:
        """Whether files are scanned for malware."""
        return self.clamd_socket is not None or bool(self.clamd_host)

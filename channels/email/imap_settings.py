"""What is said about a mailbox, and what is remembered about it from one connection to the next."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from channels.email.oauth import Tokens


@dataclass(frozen=True, kw_only=True, slots=True)
class MailboxSettings:
    """A mailbox and how to get in. Sizes are in bytes, times in seconds."""

    name: str
    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str
    password: str = field(default="", repr=False)
    tokens: Tokens | None = field(default=None, repr=False)
    """Gives access tokens, where the server takes no password."""
    ca_file: Path | None = None
    folder: str = "INBOX"
    processed: str = "Processed"
    held: str = "Held"
    read_only: bool = False
    """Nothing is moved and no folder made; what was kept is known by its key."""
    max_bytes: int = 64 * 1024 * 1024
    batch: int = 50
    idle_seconds: float = 300.0
    poll_seconds: float = 60.0
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    patience: int = 5
    """How often the server may fail to give us one mail before a person gets what can be had of it."""

    @property
    def place_of_held(self) -> str:
        """The folder in which a mail stays whole that could not be taken whole."""
        return self.folder if self.read_only else self.held


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """How many mails were kept, and how many of them only held for a person."""

    kept: int = 0
    held: int = 0


@dataclass(kw_only=True, slots=True)
class Memory:
    """Troubles with single mails, by key. Lost with the process, which is the safe way: all is then tried again."""

    failures: Counter[str] = field(default_factory=Counter)
    """How often a mail could not be fetched."""
    unmoved: dict[str, str] = field(default_factory=dict)
    """Mails that the sink has kept, and the folder that they still have to go to."""
    taken: set[str] = field(default_factory=set)
    """Where nothing can be moved: mails that lie there still and were kept."""

"""What the contract of all channels asks of one: a class that each channel writes for itself, see test_contract.py.

To let a further channel pass the contract, write a `Tried` for it and add it to `tried` in test_contract.py.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import StrEnum

from models.message import RawMessage

Keep = Callable[[RawMessage], None]


class Trouble(StrEnum):
    """How sending can go wrong, whatever the channel calls it."""

    NEVER_SENT = "the other side cannot be reached"
    BUSY = "the other side asks us to come again"
    UNKNOWN = "the line breaks after the other side has taken it"
    GONE = "there is no such address any more"
    REFUSED = "the other side will not have it as it is"


class Tried(ABC):
    """A channel on its real other end, seen from both sides."""

    pushes = True
    """We write first here; a channel that does not is asked for its replies, and `send` then means to be asked."""
    buttons = False
    secrets: tuple[str, ...] = ()
    """What must stand in no log: passwords, tokens, addresses."""
    longest = 4_000
    """Characters that one message of a person may have."""
    troubles: frozenset[Trouble] = frozenset(Trouble)
    """Those that can happen here."""

    @abstractmethod
    def arrives(self, text: str) -> None:
        """A person writes; the message now waits at the other end."""

    @abstractmethod
    def arrives_hostile(self) -> int:
        """Everything that a hostile person can send; gives how many messages must come of it at least."""

    @abstractmethod
    def take_in(self, keep: Keep) -> None:
        """One round: what waits is handed to the sink. What the sink raises, or Unavailable, may come out."""

    @abstractmethod
    def waits(self) -> int:
        """How many messages wait at the other end, not acknowledged yet."""

    @abstractmethod
    def text_of(self, message: RawMessage) -> str:
        """What the person wrote."""

    @abstractmethod
    def send(self, text: str, options: tuple[str, ...] = ()) -> None:
        """Send a reply. Raises a SendError."""

    @abstractmethod
    def shown(self) -> list[str]:
        """What the person has got, oldest first, the labels of buttons after each text."""

    @abstractmethod
    def trouble(self, trouble: Trouble) -> None:
        """From now on the next reply meets this."""

    def close(self) -> None:
        """Let go of everything."""
        return

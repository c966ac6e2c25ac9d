"""Mail to those who run the service: no learner's, so it goes straight to the mail server and never by the outbox."""

from dataclasses import dataclass

from channels.base import Sender
from models.message import Outgoing


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """Who sends, to whom, and as whom; `domain` is that of our Message-IDs."""

    sender: Sender
    recipient: str
    our_address: str
    domain: str

    def send(self, *, name: str, subject: str, text: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Send one; `name` makes the Message-ID. Raises SendError."""
        self.sender.send(
            Outgoing(
                message_id=f"{name}@{self.domain}",
                recipient=self.recipient,
                sender=self.our_address,
                subject=subject,
                text=text,
                headers=headers,
            )
        )

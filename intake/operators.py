"""Mail to those who run the service and to officers: none is a learner's, so it goes straight to the mail server."""

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


def link_to(desk_url: str, reference: str) -> str:
    """Where a ticket is found on the desk; without an address of the desk, how people find it."""
    return f"{desk_url.rstrip('/')}/tickets/{reference}" if desk_url else f"Look for {reference} on the desk."

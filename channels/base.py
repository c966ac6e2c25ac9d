"""What every channel and sender has in common: one way in, and three ways in which sending can fail."""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from models.chat import ChatReply
from models.message import Outgoing, RawMessage

Sink = Callable[[RawMessage], None]
"""Keeps a message. It returns only after the message is durable; it raises when the message was not kept.

The one rule that carries the guarantee: a channel tells its upstream (250, MOVE, offset) only after the sink returned.
"""


class SendError(Exception):
    """A message could not be sent. The text says why and holds no address, secret or message text."""


class Retry(SendError):
    """It may go later. `maybe_delivered` is true when the other side may have taken it before the line broke.

    `after` is how long the other side asks us to wait; such a try does not count as one.
    """

    def __init__(self, why: str, *, maybe_delivered: bool = False, after: timedelta | None = None) -> None:
        """`why` is for people."""
        super().__init__(why)
        self.maybe_delivered = maybe_delivered
        self.after = after


class Gone(SendError):
    """That address takes no mail, now or later."""


class Refused(SendError):
    """The other side will never take this message as it is: our fault or its policy; a person must look."""


class Sender(Protocol):
    """Sends one message; returns when the other side has taken it, otherwise raises a `SendError`."""

    def send(self, outgoing: Outgoing) -> None:
        """Send it, or raise Retry, Gone or Refused."""


class ChatSender(Protocol):
    """Sends replies in one channel of the chat; returns when the other side has taken one."""

    def reply(self, reply: ChatReply) -> str:
        """Send it, or raise Retry, Gone or Refused. Gives the channel's own number of the message, if there is one.

        With `reply.replaces` the message of that number is changed instead, where the channel can do so.
        """


class Unavailable(Exception):
    """The other end cannot be reached or will not let us in, or a port of ours cannot be had.

    The text says which and why, and holds no secret. `after` is how long the other end asks us to stay away.
    """

    def __init__(self, why: str, *, after: timedelta | None = None) -> None:
        """`why` is for people."""
        super().__init__(why)
        self.after = after

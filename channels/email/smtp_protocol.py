"""The two protocols as we speak them: aiosmtpd's, with long lines, one answer a recipient in LMTP, and room counted."""

import asyncio
import logging
from typing import Protocol

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope

BUSY = b"421 4.3.2 Too many connections. Please try again later\r\n"
LINE_LIMIT = 2**20
"""Octets. RFC 5321 says 1,000; real senders send longer lines, and a concern is worth more than the rule."""

# The library logs every command and, line by line, every mail. Our own events say what is needed.
logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)


class Room(Protocol):
    """Who keeps count of the connections."""

    def admit(self, connection: "SmtpConnection", client: str) -> bool:
        """Count a connection in, if there is room for it and for the address that it comes from."""

    def leave(self, connection: "SmtpConnection") -> None:
        """Count a connection out; a second time changes nothing."""

    def answered(self, connection: "SmtpConnection") -> None:
        """The final answer to a mail has been written."""


class SmtpConnection(SMTP):
    """One connection. Its handler is a `Room`, too."""

    line_length_limit = LINE_LIMIT
    event_handler: Room
    _admitted = False
    _answers_due = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Admit the connection, or say 421. STARTTLS calls this a second time for the same one."""
        peer = transport.get_extra_info("peername")
        client = str(peer[0]) if isinstance(peer, tuple) and peer else ""
        if not self._admitted and not self.event_handler.admit(self, client):
            if isinstance(transport, asyncio.WriteTransport):
                transport.write(BUSY)
            transport.close()
            return
        self._admitted = True
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Make room for the next one."""
        if self._admitted:
            self.event_handler.leave(self)
            super().connection_lost(error)

    async def push(self, status: str | bytes) -> None:
        """Write an answer; after a 354 the next one is the final one, whoever gives it: size, line length, an error."""
        answer = status.encode() if isinstance(status, str) else status
        if answer.startswith(b"354"):
            self._answers_due = self._answers_wanted(self.envelope)
            await super().push(answer)
        elif self._answers_due:
            answers, self._answers_due = [answer] * self._answers_due, 0
            try:
                await super().push(b"\r\n".join(answers))
            finally:
                self.event_handler.answered(self)
        else:
            await super().push(answer)

    def _answers_wanted(self, _envelope: Envelope | None) -> int:
        return 1


class LmtpConnection(SmtpConnection, LMTP):
    """One connection by RFC 2033: a mail is answered once for each of its recipients."""

    def _answers_wanted(self, envelope: Envelope | None) -> int:
        return len(envelope.rcpt_tos) if envelope is not None else 1

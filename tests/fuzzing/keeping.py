"""Bytes through a real listener into a real store and back: none may be lost or changed on the way."""

import smtplib
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from models.message import RawMessage
from storage.store import Store
from tests.channels.listeners import OURS, connect, listening
from tests.keys import SOURCE


class Keeping:
    """A listener and an embedded store, for as long as a `with` block."""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            self._store = Store(f"sqlite:///{Path(folder).absolute()}/intake.db", SOURCE)
            stack.callback(self._store.close)
            self._store.migrate()
            self._ids: list[int] = []
            self._listeners = [stack.enter_context(listening(self._keep, protocol)) for protocol in ("smtp", "lmtp")]
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def fault(self, raw: bytes) -> str:
        """What is wrong with what was kept of these bytes; nothing when they came back as they went."""
        wanted = as_lines(raw)
        for listener, protocol in zip(self._listeners, ("smtp", "lmtp"), strict=True):
            self._ids.clear()
            with connect(listener, protocol) as client:
                client.ehlo_or_helo_if_needed()
                client.mail("a@x.test")
                client.rcpt(OURS)
                client.docmd("DATA")
                client.send(smtplib._quote_periods(wanted) + b".\r\n")  # type: ignore[attr-defined]
                code, _ = client.getreply()
            if code != 250 or len(self._ids) != 1:
                return f"{protocol}: answered {code}, and kept {len(self._ids)}"
            with self._store.read() as tx:
                message = tx.inbox.message(self._ids[0])
            if message is None or message.raw != wanted:
                return f"{protocol}: what was kept is not what was sent"
        return ""

    def _keep(self, message: RawMessage) -> None:
        with self._store.write() as tx:
            self._ids.append(tx.inbox.receive(message).inbox_id)


def as_lines(raw: bytes) -> bytes:
    """The bytes as SMTP carries them: every line ends with CRLF, and no bare CR or LF is in one."""
    whole = b"\r\n".join(raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"))
    return whole if whole.endswith(b"\r\n") else whole + b"\r\n"

"""Asks clamd whether a file holds malware: its INSTREAM command, over TCP or a Unix socket (clamd(8))."""

import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from channels.base import Unavailable

PIECE = 65_536
"""Bytes sent in one go."""
LONGEST_ANSWER = 4_096


@dataclass(frozen=True, kw_only=True, slots=True)
class ClamdScanner:
    """Where clamd listens: a Unix socket, or a host and a port. `seconds` is the longest wait for each step."""

    socket_path: Path | None = None
    host: str = ""
    port: int = 3310
    seconds: float = 30

    def malware_in(self, data: bytes) -> str:
        """The name of what was found, or an empty text. Raises Unavailable when there is no clear answer."""
        try:
            with self._connected() as connection:
                connection.sendall(b"zINSTREAM\0")
                for at in range(0, len(data), PIECE):
                    piece = data[at : at + PIECE]
                    connection.sendall(struct.pack(">I", len(piece)) + piece)
                connection.sendall(struct.pack(">I", 0))
                answer = _answer(connection)
        except OSError as error:
            raise Unavailable(f"clamd does not answer ({type(error).__name__})") from None
        return _understood(answer)

    def version(self) -> str:
        """What clamd says it is. Raises Unavailable."""
        try:
            with self._connected() as connection:
                connection.sendall(b"zVERSION\0")
                return _answer(connection)
        except OSError as error:
            raise Unavailable(f"clamd does not answer ({type(error).__name__})") from None

    def _connected(self) -> socket.socket:
        if self.socket_path is None:
            return socket.create_connection((self.host, self.port), timeout=self.seconds)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(self.seconds)
        try:
            connection.connect(str(self.socket_path))
        except OSError:
            connection.close()
            raise
        return connection


def _answer(connection: socket.socket) -> str:
    found = b""
    while b"\0" not in found and len(found) < LONGEST_ANSWER:
        piece = connection.recv(LONGEST_ANSWER)
        if not piece:
            break
        found += piece
    return found.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _understood(answer: str) -> str:
    """`stream: OK`, `stream: NAME FOUND`; everything else is no answer: a file that nobody checked is not clean."""
    verdict = answer.partition(": ")[2]
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise Unavailable("clamd could not check the file")

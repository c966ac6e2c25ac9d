"""A mail server that says what it is told to, breaks off where it is told to, and remembers what it heard."""

import socket
import ssl
from contextlib import suppress
from threading import Thread
from typing import Self

from tests.certificates import Certificate

BREAK = "(the line breaks)"
GOOD = {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", ".": "250 taken", "RSET": "250 ok", "QUIT": "221 bye"}


class ScriptedServer:
    """`answers` maps a command, or "." for the end of a mail, to what is said; BREAK cuts the line instead."""

    def __init__(
        self,
        *,
        answers: dict[str, str] | None = None,
        offers: tuple[str, ...] = (),
        certificate: Certificate | None = None,
        tls_at_once: bool = False,
        greeting: str = "220 ready",
    ) -> None:
        self.answers = {**GOOD, **(answers or {})}
        self.heard: list[str] = []
        self.mails: list[bytes] = []
        self.connections = 0
        self._offers = offers
        self._greeting = greeting
        self._tls_at_once = tls_at_once
        self._context: ssl.SSLContext | None = None
        if certificate is not None:
            self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._context.load_cert_chain(certificate.chain, certificate.key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()

    def hang_up(self) -> None:
        """Cut all connections."""
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def commands(self) -> list[str]:
        """The verbs that were heard, in order."""
        return [line.partition(" ")[0].upper() for line in self.heard]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self._tls_at_once and self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            self._talk(connection)
        connection.close()

    def _talk(self, connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        connection.sendall(self._greeting.encode() + b"\r\n")
        while line := lines.readline():
            text = line.decode().strip()
            self.heard.append(text)
            verb = text.partition(" ")[0].upper()
            if verb == "STARTTLS" and self._context is not None:
                connection.sendall(b"220 go ahead\r\n")
                connection = self._context.wrap_socket(connection, server_side=True)
                self._open.append(connection)
                lines = connection.makefile("rb")
                continue
            if not self._say(connection, verb, self._answer(verb)):
                return
            if verb == "DATA" and self.answers["DATA"].startswith("354"):
                self.mails.append(b"".join(iter(lines.readline, b".\r\n")))
                if not self._say(connection, ".", self.answers["."]):
                    return

    def _answer(self, verb: str) -> str:
        if verb in ("EHLO", "HELO"):
            lines = ("250-here", *(f"250-{one}" for one in self._offers), "250 8BITMIME")
            return self.answers.get(verb, "\r\n".join(lines))
        return self.answers.get(verb, "502 no such command")

    def _say(self, connection: socket.socket, verb: str, answer: str) -> bool:
        if answer == BREAK:
            connection.shutdown(socket.SHUT_RDWR)
            return False
        connection.sendall(answer.encode() + b"\r\n")
        return verb != "QUIT"

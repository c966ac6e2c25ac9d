"""A line between a client and a server on this machine that can fall silent, break, and tell what went over it."""

import socket
import struct
from contextlib import suppress
from threading import Condition, Event, Thread
from typing import Self


class Relay:
    """Passes bytes on between whoever connects to `port` and the server at `target`."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._flowing = Event()
        self._flowing.set()
        self._ends: list[socket.socket] = []
        self._heard = Condition()
        self._sent = b""
        self._connections = 0
        self._cut_at: bytes | None = None
        self._hold_until: bytes | None = None

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # shutdown wakes the thread in accept(); close alone would not.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._flowing.set()
        self.cut()

    @property
    def connections(self) -> int:
        """How many there have been."""
        return self._connections

    def fall_silent(self) -> None:
        """Keep connections open and pass nothing on, as a machine that has died."""
        self._flowing.clear()

    def recover(self) -> None:
        """Cut what fell silent and serve new connections."""
        self.cut()
        self._flowing.set()

    def cut(self) -> None:
        """Break all connections with a reset."""
        for end in self._ends:
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RDWR)
        for end in self._ends:
            end.close()
        self._ends.clear()

    def cut_at(self, words: bytes) -> None:
        """Break the connection when the client sends these words; they do not reach the server."""
        self._cut_at = words

    def hold_until(self, words: bytes) -> None:
        """Keep back what the server says until these words are in it; then pass it all on in one piece."""
        self._hold_until = words

    def hears(self, words: bytes, *, seconds: float = 20) -> bool:
        """Wait until the client has sent these words; only what it sends from now on, if it is asked again."""
        with self._heard:
            found = self._heard.wait_for(lambda: words in self._sent, timeout=seconds)
            self._sent = self._sent.partition(words)[2]
            return found

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            self._connections += 1
            self._ends += [client, server]
            Thread(target=self._pump, args=(client, server, True), daemon=True).start()
            Thread(target=self._pump, args=(server, client, False), daemon=True).start()

    def _gather(self, source: socket.socket, data: bytes, words: bytes) -> bytes:
        while words not in data and (more := source.recv(65_536)):
            data += more
        self._hold_until = None
        return data

    def _pump(self, source: socket.socket, target: socket.socket, from_client: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                self._flowing.wait()
                if from_client and self._cut_at is not None and self._cut_at in data:
                    self._cut_at = None
                    self.cut()
                    return
                if not from_client and self._hold_until is not None:
                    data = self._gather(source, data, self._hold_until)
                target.sendall(data)
                if from_client:
                    with self._heard:
                        self._sent += data
                        self._heard.notify_all()
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

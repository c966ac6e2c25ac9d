"""A clamd that speaks its protocol over real sockets and finds the harmless test signature and nothing else."""

import socketserver
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

SIGNATURE = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The test file that every scanner knows; in two pieces, so that no scanner takes this source for one."""


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        command = bytearray()
        while (byte := self.rfile.read(1)) not in (b"\0", b""):
            command += byte
        if command == b"zVERSION":
            self.wfile.write(b"ClamAV 1.4.0/test\0")
        elif command == b"zINSTREAM":
            self.wfile.write(self._scan() + b"\0")
        else:
            self.wfile.write(b"UNKNOWN COMMAND\0")

    def _scan(self) -> bytes:
        data = bytearray()
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            data += self.rfile.read(size)
            if len(data) > 1_000_000:
                return b"INSTREAM size limit exceeded. ERROR"
        return b"stream: Eicar-Test-Signature FOUND" if SIGNATURE in data else b"stream: OK"


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def clamd_on_a_port() -> Iterator[int]:
    """Its port on the loopback."""
    with _Tcp(("127.0.0.1", 0), _Handler) as server, _serving(server):
        yield server.server_address[1]


@contextmanager
def clamd_on_a_socket(path: Path) -> Iterator[Path]:
    """Its socket file."""
    with _Unix(str(path), _Handler) as server, _serving(server):
        yield path


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()

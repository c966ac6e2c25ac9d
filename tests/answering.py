"""Small servers of ours, over HTTP or HTTPS on this machine: in tests, what is at the other end of a line."""

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.certificates import Certificate


class Answering(BaseHTTPRequestHandler):
    """Takes in what it is sent, answers by `get` and `post`, and prints nothing."""

    def do_GET(self) -> None:
        self.get()

    def do_POST(self) -> None:
        self.post()

    def get(self) -> None:
        """Answer a GET; nothing is there."""
        self.say(404, b"", {})

    def post(self) -> None:
        """Answer a POST; nothing is there."""
        self.say(404, b"", {})

    def received(self) -> bytes:
        """The body of what it was sent."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def say(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        """Answer with these bytes."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def say_json(self, status: int, answer: Mapping[str, object]) -> None:
        """Answer with a document."""
        self.say(status, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(handler: type[Answering], made: Certificate | None = None, **known: object) -> Iterator[int]:
    """The port at which it answers, by TLS with a certificate; `known` is what each answer finds as `self.name`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (handler,), known)) as server:
        if made is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(made.chain, made.key)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()

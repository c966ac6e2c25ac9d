"""An authority that gives OAuth tokens as Microsoft's does, over HTTPS on this machine, and tells servers about them.

It knows one application, with its secret or its certificate, and one person who signs in with a device code.
"""

import json
import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from tests.certificates import Certificate

CLIENT, SECRET, TENANT = "5f0c2d9e-intake", "a-secret-for-tests", "trust"


@dataclass
class Authority:
    """Its port, what it was asked for, and the tokens that it gave, each with its user. Empty `good` revokes all."""

    port: int = 0
    mailbox: str = ""
    good: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    signed_in: bool = False
    refuses: str = ""
    lives: int = 3600

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/{TENANT}"

    def token(self) -> str:
        given = f"token.{secrets.token_hex(8)}"
        self.good[given] = self.mailbox
        return given


class _Handler(BaseHTTPRequestHandler):
    authority: Authority

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        if path.path.endswith("/.well-known/openid-configuration"):
            base = self.authority.url
            self._say(
                200,
                {
                    "issuer": f"{base}/v2.0",
                    "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                    "token_endpoint": f"{base}/oauth2/v2.0/token",
                    "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                },
            )
        elif path.path == "/introspect":
            user = self.authority.good.get(parse_qs(path.query).get("token", [""])[0])
            self._say(200, {"active": True, "email": user} if user else {"active": False})
        else:
            self._say(404, {})

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        form = {name: values[0] for name, values in parse_qs(self.rfile.read(size).decode()).items()}
        self.authority.asked.append(form)
        if self.path == "/introspect":
            user = self.authority.good.get(form.get("token", ""))
            self._say(200, {"active": True, "email": user} if user else {"active": False})
        elif self.path.endswith("/devicecode"):
            told = {"device_code": "device", "user_code": "AB12", "verification_uri": "https://localhost/device"}
            words = "To sign in, open https://localhost/device and enter AB12"
            self._say(200, {**told, "expires_in": 60, "interval": 1, "message": words})
        else:
            self._token(form)

    def _token(self, form: dict[str, str]) -> None:
        if self.authority.refuses:
            self._say(401, {"error": self.authority.refuses, "error_codes": [7000215], "error_description": SECRET})
            return
        kind = form.get("grant_type", "")
        if kind == "client_credentials" and (form.get("client_secret") == SECRET or "client_assertion" in form):
            self._say(200, self._given())
        elif kind.endswith("device_code") and not self.authority.signed_in:
            self.authority.signed_in = True  # the person takes one more round
            self._say(400, {"error": "authorization_pending"})
        elif kind.endswith("device_code") or form.get("refresh_token") == "refresh-me":
            account = {"client_info": "eyJ1aWQiOiJhIiwidXRpZCI6ImIifQ", "refresh_token": "refresh-me"}
            self._say(200, {**self._given(), **account})
        else:
            self._say(401, {"error": "invalid_client", "error_codes": [7000215], "error_description": "no"})

    def _given(self) -> dict[str, object]:
        return {"token_type": "Bearer", "access_token": self.authority.token(), "expires_in": self.authority.lives}

    def _say(self, status: int, answer: dict[str, object]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def authority(made: Certificate, mailbox: str) -> Iterator[Authority]:
    """A running authority for this mailbox, and with `http` the port at which servers ask about tokens."""
    known = Authority(mailbox=mailbox)
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"authority": known})) as server:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(made.chain, made.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        known.port = server.server_address[1]
        with _serving(server):
            yield known


@contextmanager
def introspection(known: Authority) -> Iterator[int]:
    """The port at which a server on this machine asks about tokens, without TLS."""
    handler = type("Handler", (_Handler,), {"authority": known})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, _serving(server):
        yield server.server_address[1]


@contextmanager
def _serving(server: ThreadingHTTPServer) -> Iterator[None]:
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()

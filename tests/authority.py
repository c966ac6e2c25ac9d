"""An authority that gives OAuth tokens as Microsoft's does, over HTTPS on this machine, and tells servers about them.

It knows one application, with its secret or its certificate, and one person who signs in with a device code.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from tests.answering import Answering, served
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


class _Handler(Answering):
    authority: Authority

    def get(self) -> None:
        path = urlsplit(self.path)
        if path.path.endswith("/.well-known/openid-configuration"):
            base = self.authority.url
            self.say_json(
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
            self.say_json(200, {"active": True, "email": user} if user else {"active": False})
        else:
            self.say_json(404, {})

    def post(self) -> None:
        form = {name: values[0] for name, values in parse_qs(self.received().decode()).items()}
        self.authority.asked.append(form)
        if self.path == "/introspect":
            user = self.authority.good.get(form.get("token", ""))
            self.say_json(200, {"active": True, "email": user} if user else {"active": False})
        elif self.path.endswith("/devicecode"):
            told = {"device_code": "device", "user_code": "AB12", "verification_uri": "https://localhost/device"}
            words = "To sign in, open https://localhost/device and enter AB12"
            self.say_json(200, {**told, "expires_in": 60, "interval": 1, "message": words})
        else:
            self._token(form)

    def _token(self, form: dict[str, str]) -> None:
        if self.authority.refuses:
            self.say_json(401, {"error": self.authority.refuses, "error_codes": [7000215], "error_description": SECRET})
            return
        kind = form.get("grant_type", "")
        if kind == "client_credentials" and (form.get("client_secret") == SECRET or "client_assertion" in form):
            self.say_json(200, self._given())
        elif kind.endswith("device_code") and not self.authority.signed_in:
            self.authority.signed_in = True  # the person takes one more round
            self.say_json(400, {"error": "authorization_pending"})
        elif kind.endswith("device_code") or form.get("refresh_token") == "refresh-me":
            account = {"client_info": "eyJ1aWQiOiJhIiwidXRpZCI6ImIifQ", "refresh_token": "refresh-me"}
            self.say_json(200, {**self._given(), **account})
        else:
            self.say_json(401, {"error": "invalid_client", "error_codes": [7000215], "error_description": "no"})

    def _given(self) -> dict[str, object]:
        return {"token_type": "Bearer", "access_token": self.authority.token(), "expires_in": self.authority.lives}


@contextmanager
def authority(made: Certificate, mailbox: str) -> Iterator[Authority]:
    """A running authority for this mailbox, and with `http` the port at which servers ask about tokens."""
    known = Authority(mailbox=mailbox)
    with served(_Handler, made, authority=known) as known.port:
        yield known


@contextmanager
def introspection(known: Authority) -> Iterator[int]:
    """The port at which a server on this machine asks about tokens, without TLS."""
    with served(_Handler, authority=known) as port:
        yield port

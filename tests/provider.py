"""A small OpenID provider over HTTPS on this machine: it knows one client and one person, and can be told to lie."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from tests.answering import Answering, served
from tests.certificates import Certificate

CLIENT, SECRET = "desk-client", "a-secret-for-tests"


def new_key(kid: str) -> ECKey:
    """A key to sign with."""
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})


@dataclass
class OpenIdProvider:
    """What it says of itself and of the person. A claim of None is left out; `person` may be changed at any time."""

    clock: Callable[[], Any]
    port: int = 0
    person: dict[str, Any] = field(default_factory=dict)
    user_info: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    """Claims of the next tokens, whatever is true."""
    about: dict[str, Any] = field(default_factory=dict)
    key: ECKey = field(default_factory=lambda: new_key("one"))
    published: list[ECKey] = field(default_factory=list)
    client_key: ECKey | None = None
    algorithm: str = "ES256"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"https://localhost:{self.port}"

    def rotate(self) -> None:
        """Sign with a new key from now on, and publish no other."""
        self.key = new_key(secrets.token_hex(4))
        self.published = [self.key]

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(self.clock().timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked.get("nonce")}
        claims |= {"auth_time": now, **self.person, **self.lies}
        header = {"alg": self.algorithm, "kid": self.key.kid}
        said = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            parts = [
                base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, said)
            ]
            return f"{parts[0]}.{parts[1]}."
        return jwt.encode(header, said, self.key)


class _Handler(Answering):
    provider: OpenIdProvider

    def get(self) -> None:
        known, path = self.provider, urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(path.query).items()}
        known.asked.append(path.path)
        if path.path == "/.well-known/openid-configuration":
            named = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            named |= {"userinfo_endpoint": "userinfo", "end_session_endpoint": "logout"}
            about = {name: f"{known.issuer}/{end}" for name, end in named.items()}
            self.say_json(200, {"issuer": known.issuer, **about, **known.about})
        elif path.path == "/keys":
            self.say_json(200, dict(KeySet([*(known.published or [known.key])]).as_dict(private=False)))
        elif path.path == "/userinfo":
            self.say_json(200, {"sub": known.person["sub"], **known.user_info})
        elif path.path == "/authorize":
            code = secrets.token_urlsafe(8)
            known.codes[code] = query
            self.send_response(303)
            self.send_header(
                "Location", f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
            )
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.say_json(404, {})

    def post(self) -> None:
        known = self.provider
        form = {name: values[0] for name, values in parse_qs(self.received().decode()).items()}
        asked = known.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if not self._is_client(form):
            self.say_json(401, {"error": "invalid_client"})
        elif (
            asked is None
            or asked["redirect_uri"] != form.get("redirect_uri")
            or (asked.get("code_challenge"), asked.get("code_challenge_method"))
            != (challenge.decode().rstrip("="), "S256")
        ):
            self.say_json(400, {"error": "invalid_grant", "error_description": SECRET})
        else:
            token = {"token_type": "Bearer", "access_token": secrets.token_hex(8), "expires_in": 300}
            self.say_json(200, {**token, "id_token": known.id_token(asked)})

    def _is_client(self, form: dict[str, str]) -> bool:
        if self.provider.client_key is not None:
            try:
                claims = jwt.decode(form["client_assertion"], self.provider.client_key, algorithms=["ES256"]).claims
            except (JoseError, KeyError, ValueError):
                return False
            return bool(claims["sub"] == CLIENT and claims["aud"] == f"{self.provider.issuer}/token")
        wanted = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        return self.headers.get("Authorization") == f"Basic {wanted}"


@contextmanager
def openid_provider(made: Certificate, clock: Callable[[], Any]) -> Iterator[OpenIdProvider]:
    """A running provider with a certificate for localhost."""
    known = OpenIdProvider(clock=clock)
    with served(_Handler, made, provider=known) as known.port:
        yield known

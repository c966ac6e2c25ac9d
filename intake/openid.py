"""Signing in by an organisation's own accounts: OpenID Connect with the authorisation code flow and PKCE.

Everything that a provider says is checked: issuer, audience, nonce, time and signature, by the keys that it publishes.
An answer that fails is refused with a reason for those who run the service; no token or claim is ever in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from channels.base import Unavailable
from intake.settings.providers import ProviderConfig

TIMEOUT = 10
"""Seconds for each request to a provider."""
SKEW = 60
"""Seconds by which its clock may differ from ours."""
KEPT = timedelta(hours=1)
"""How long what a provider says of itself is used."""
KEYS_AGAIN = timedelta(seconds=30)
"""A signature by an unknown key makes us ask for the keys anew, but no more often than this."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures that only the provider can make; never "none", never one by a shared secret."""


class NotGenuine(Exception):
    """What came back is not what the provider should have given. The text says which check failed, and no more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Journey:
    """One way to a provider and back. All but `redirect` are secrets of one browser until they are used."""

    state: str
    nonce: str
    verifier: str
    redirect: str
    started: datetime
    again: bool = False
    """Whether the person has to show again that it is them, though the provider knows them."""


@dataclass(slots=True)
class _Known:
    metadata: dict[str, Any]
    keys: KeySet
    at: datetime


class Provider:
    """One provider. Safe to use from several threads."""

    def __init__(self, settings: ProviderConfig, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self._clock = clock
        self._lock = Lock()
        self._known: _Known | None = None

    def check(self) -> None:
        """Raise Unavailable unless the provider answers and says all that we need of it."""
        self._look()

    def begin(self, journey: Journey) -> str:
        """The address to send the browser to. Raises Unavailable."""
        known = self._about()
        more = {"nonce": journey.nonce, **self.settings.parameters}
        if journey.again:
            more |= {"prompt": "login", "max_age": "0"}
        with self._session(known, journey.redirect) as session:
            address, _ = session.create_authorization_url(
                known.metadata["authorization_endpoint"], state=journey.state, code_verifier=journey.verifier, **more
            )
        return str(address)

    def finish(self, code: str, journey: Journey) -> Mapping[str, Any]:
        """What the provider says of the person. Raises NotGenuine or Unavailable."""
        known = self._about()
        with self._session(known, journey.redirect) as session:
            try:
                answer = session.fetch_token(
                    known.metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=journey.verifier,
                    redirect_uri=journey.redirect,
                    verify=self._verify,
                )
            except AuthlibBaseError as fault:
                raise NotGenuine(f"the code was refused ({type(fault).__name__})") from None
            except (requests.RequestException, OSError, ValueError) as fault:
                raise Unavailable(f"the provider does not give tokens ({type(fault).__name__})") from None
            claims = self._checked(answer, journey)
            return self._with_user_info(session, known, claims)

    def sign_out_address(self, back: str) -> str | None:
        """Where one signs out of the provider itself, and comes back from; None when it offers none."""
        try:
            address = self._about().metadata.get("end_session_endpoint")
        except Unavailable:
            return None
        if not isinstance(address, str) or not _is_https(address):
            return None
        asked = urlencode({"client_id": self.settings.client_id, "post_logout_redirect_uri": back})
        return f"{address}{'&' if '?' in address else '?'}{asked}"

    def _checked(self, answer: Mapping[str, Any], journey: Journey) -> dict[str, Any]:
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotGenuine("there is no ID token")
        signed = self._signed(token)
        options: dict[str, Any] = {
            "iss": {"essential": True, "value": self.settings.issuer},
            "aud": {"essential": True, "value": self.settings.client_id},
        }
        params = {
            "nonce": journey.nonce,
            "client_id": self.settings.client_id,
            "access_token": answer.get("access_token"),
            "max_age": journey.again,
        }
        claims = CodeIDToken(signed.claims, signed.header, options, params)
        try:
            claims.validate(now=int(self._clock().timestamp()), leeway=SKEW)
        except JoseError as fault:
            raise NotGenuine(f"the ID token does not hold ({fault.error} {getattr(fault, 'claim', '')})") from None
        if not claims["sub"]:
            raise NotGenuine("the ID token names nobody")
        if journey.again and claims["auth_time"] + SKEW < journey.started.timestamp():
            raise NotGenuine("the person was not asked again")
        return dict(claims)

    def _signed(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, self._about().keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # Keys change: the one that signed may be newer than those we have.
            fresh = self._about(newer_than=KEYS_AGAIN)
        try:
            return jwt.decode(token, fresh.keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError) as fault:
            raise NotGenuine(f"the signature does not hold ({type(fault).__name__})") from None

    def _with_user_info(self, session: OAuth2Session, known: _Known, claims: dict[str, Any]) -> dict[str, Any]:
        """The claims, with those that the provider gives only when it is asked for them."""
        address = known.metadata.get("userinfo_endpoint")
        wanted = {self.settings.email_claim} | ({self.settings.roles_claim} if self.settings.roles else set())
        if not address or wanted <= claims.keys():
            return claims
        try:
            answer = session.get(address, verify=self._verify)
            answer.raise_for_status()
            more = answer.json()
        except (requests.RequestException, AuthlibBaseError, OSError, ValueError):
            return claims
        if not isinstance(more, dict) or more.get("sub") != claims["sub"]:
            raise NotGenuine("what it says of the person is of somebody else")
        return {**more, **claims}

    def _session(self, known: _Known, redirect: str) -> OAuth2Session:
        settings = self.settings
        method: Any = None if settings.has_secret else "none"
        if settings.key_file is not None:
            method = PrivateKeyJWT(known.metadata["token_endpoint"], alg=settings.key_algorithm)
        return OAuth2Session(
            settings.client_id,
            self._secret(),
            token_endpoint_auth_method=method,
            scope=" ".join(settings.scopes),
            redirect_uri=redirect,
            default_timeout=TIMEOUT,
            code_challenge_method="S256",
        )

    @property
    def _verify(self) -> str | bool:
        # Named with each request: a session's own would have to give way to the environment's.
        return str(self.settings.ca_file) if self.settings.ca_file else True

    def _secret(self) -> str | RSAKey | ECKey | None:
        settings = self.settings
        try:
            secret = settings.secret_value()
            if settings.key_file is None or secret is None:
                return secret
            return (ECKey if settings.key_algorithm.startswith("ES") else RSAKey).import_key(secret)
        except (OSError, ValueError, JoseError):
            raise Unavailable("its secret or key cannot be read") from None

    def _about(self, *, newer_than: timedelta = KEPT) -> _Known:
        """What the provider says of itself and its keys, not older than that. Raises Unavailable."""
        with self._lock:
            if self._known is None or self._clock() - self._known.at >= newer_than:
                self._known = self._look()
            return self._known

    def _look(self) -> _Known:
        metadata = self._get(f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration")
        if metadata.get("issuer") != self.settings.issuer:
            raise Unavailable("it calls itself another issuer than the settings do")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not _is_https(metadata.get(name)):
                raise Unavailable(f"it names no {name} with https")
        if not isinstance(metadata.get("code_challenge_methods_supported", ["S256"]), list):
            raise Unavailable("it does not say how it checks a code")
        return _Known(metadata=metadata, keys=_usable(self._get(metadata["jwks_uri"])), at=self._clock())

    def _get(self, address: str) -> dict[str, Any]:
        try:
            answer = requests.get(address, timeout=TIMEOUT, verify=self._verify, allow_redirects=False)
            found = answer.json() if answer.status_code == 200 else None
        except (requests.RequestException, OSError, ValueError) as fault:
            raise Unavailable(f"it cannot be reached ({type(fault).__name__})") from None
        if not isinstance(found, dict):
            raise Unavailable(f"it does not answer as a provider (status {answer.status_code})")
        return found


def _usable(found: dict[str, Any]) -> KeySet:
    """The keys for signatures that we understand; raises Unavailable when there is none."""
    usable = []
    for key in found.get("keys", []):
        if isinstance(key, dict) and key.get("use", "sig") == "sig" and key.get("kty") in ("RSA", "EC"):
            try:
                usable += KeySet.import_key_set({"keys": [key]}).keys
            except (JoseError, ValueError, KeyError, TypeError):
                continue
    if not usable:
        raise Unavailable("it publishes no key that we can use")
    return KeySet(usable)


def _is_https(address: Any) -> bool:
    return isinstance(address, str) and address.startswith("https://")

"""Access tokens for mail servers that take no passwords: Microsoft 365, NHSmail, and others of that kind (OAuth 2.0).

Two ways to get one: as an application with a secret or a certificate (client credentials), or once by a person on any
device (device code), whose refresh token is then kept in a file. No token, secret or code is ever logged or told.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal, Protocol

import msal
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from channels.base import Unavailable

Mechanism = Literal["XOAUTH2", "OAUTHBEARER"]
TIMEOUT = 30
"""Seconds for each request to the authority."""


class Tokens(Protocol):
    """Gives access tokens, and says how they are shown to the mail server."""

    @property
    def mechanism(self) -> Mechanism:
        """The SASL mechanism."""

    def token(self) -> str:
        """A token that is good now. Raises Unavailable."""

    def forget(self) -> None:
        """The last token was refused, though it should be good: the next one is asked for anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OAuthSettings:
    """Where tokens come from. `user` is the mailbox; `cache` keeps what a person signed in for (device code)."""

    authority: str
    client_id: str
    user: str
    scopes: tuple[str, ...]
    mechanism: Mechanism = "XOAUTH2"
    secret: str = field(default="", repr=False)
    certificate: Path | None = None
    key: Path | None = None
    cache: Path | None = None
    ca_file: Path | None = None

    @property
    def by_person(self) -> bool:
        """Whether a person signs in once, instead of the application by itself."""
        return not self.secret and self.certificate is None


class MsalTokens:
    """Tokens by Microsoft's own library, which keeps them until they run out. Safe to use from several threads."""

    def __init__(self, settings: OAuthSettings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._app: Any = None
        self._cache = msal.SerializableTokenCache()
        self._refused = False

    @property
    def mechanism(self) -> Mechanism:
        """The SASL mechanism."""
        return self._settings.mechanism

    def token(self) -> str:
        """A token that is good now. Raises Unavailable, with the authority's own code and no secret."""
        with self._lock:
            answer = self._asked(self._silently if self._settings.by_person else self._as_application)
            if answer is None:
                raise Unavailable("nobody has signed in for it; run 'intake mailbox-sign-in'")
            self._refused = False
            return _token_of(answer)

    def forget(self) -> None:
        """The last token was refused, though it should be good: the next one is asked for anew."""
        with self._lock:
            self._refused = True

    def sign_in(self, show: Callable[[str], None]) -> None:
        """Let a person sign in with a code, which `show` gets with the address to type it at. Raises Unavailable."""
        if not self._settings.by_person:
            raise Unavailable("this mailbox is signed in for by its secret or certificate; nobody has to")
        with self._lock:

            def ask(app: Any) -> Any:
                flow = app.initiate_device_flow(scopes=list(self._settings.scopes))
                if "message" not in flow:
                    return flow
                show(str(flow["message"]))
                return app.acquire_token_by_device_flow(flow)

            _token_of(self._asked(ask) or {})
            self._keep()

    def _asked(self, ask: Callable[[Any], Any]) -> dict[str, Any] | None:
        try:
            if self._app is None:
                self._app = self._application()
            answer = ask(self._app)
        except requests.RequestException as error:
            raise Unavailable(f"the authority for its tokens cannot be reached ({type(error).__name__})") from None
        except OSError as error:
            raise Unavailable(
                f"a file for its tokens cannot be used ({error.strerror or type(error).__name__})"
            ) from None
        except ValueError:  # its text may quote what the authority said
            raise Unavailable("the authority for its tokens does not answer as one") from None
        return answer if isinstance(answer, dict) else None

    def _as_application(self, app: Any) -> Any:
        if self._refused:
            app.remove_tokens_for_client()
        return app.acquire_token_for_client(scopes=list(self._settings.scopes))

    def _silently(self, app: Any) -> Any:
        for account in app.get_accounts():
            scopes = list(self._settings.scopes)
            answer = app.acquire_token_silent_with_error(scopes, account=account, force_refresh=self._refused)
            self._keep()
            if answer:
                return answer
        return None

    def _application(self) -> Any:
        settings = self._settings
        usual: dict[str, Any] = {
            "authority": settings.authority,
            "instance_discovery": False,
            "http_client": _Timed(settings.ca_file),
            "token_cache": self._cache,
        }
        if settings.by_person:
            if settings.cache is not None and settings.cache.exists():
                self._cache.deserialize(settings.cache.read_text(encoding="utf-8"))
            return msal.PublicClientApplication(settings.client_id, **usual)
        return msal.ConfidentialClientApplication(settings.client_id, client_credential=self._credential(), **usual)

    def _credential(self) -> str | Mapping[str, str]:
        settings = self._settings
        if settings.certificate is None or settings.key is None:
            return settings.secret
        chain = settings.certificate.read_text(encoding="ascii")
        found = x509.load_pem_x509_certificate(chain.encode())
        return {
            "private_key": settings.key.read_text(encoding="ascii"),
            "thumbprint": found.fingerprint(hashes.SHA1()).hex(),  # noqa: S303 - the protocol names certificates so
            "public_certificate": chain,
        }

    def _keep(self) -> None:
        """Write the refresh token down for the next start, readable by its owner alone."""
        path = self._settings.cache
        if path is None or not self._cache.has_state_changed:
            return
        fresh = path.with_name(f"{path.name}.new")
        with open(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(self._cache.serialize())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        self._cache.has_state_changed = False


class _Timed:
    """A session whose requests end; msal gives no time limit to a client that it is handed.

    The CA file goes with each request: one that only the session knew would lose against the environment's.
    """

    def __init__(self, ca_file: Path | None) -> None:
        self._session = requests.Session()
        self._usual: dict[str, Any] = {"timeout": TIMEOUT, **({"verify": str(ca_file)} if ca_file else {})}

    def get(self, url: str, **given: Any) -> requests.Response:
        return self._session.get(url, **{**self._usual, **given})

    def post(self, url: str, **given: Any) -> requests.Response:
        return self._session.post(url, **{**self._usual, **given})

    def close(self) -> None:
        self._session.close()


def _token_of(answer: Mapping[str, Any]) -> str:
    token = answer.get("access_token")
    if isinstance(token, str) and token:
        return token
    code = str(answer.get("error", "no reason given"))
    code = code if code.replace("_", "").isalnum() and len(code) < 60 else "no reason given"
    numbers = answer.get("error_codes")
    told = f", {numbers[0]}" if isinstance(numbers, list) and numbers and isinstance(numbers[0], int) else ""
    raise Unavailable(f"the authority gave no token ({code}{told}); see docs/operate.md")


def sasl_string(user: str, token: str, mechanism: Mechanism) -> str:
    """What the client says first, before base64. Raises ValueError for a user name that could not stand in it."""
    if any(ord(c) < 32 or c == "," for c in user) or any(ord(c) < 33 for c in token):
        raise ValueError("a user name or token with a character that cannot be sent")
    if mechanism == "XOAUTH2":
        return f"user={user}\x01auth=Bearer {token}\x01\x01"
    return f"n,a={user},\x01auth=Bearer {token}\x01\x01"


def answers(user: str, token: str, mechanism: Mechanism) -> Callable[[bytes | None], bytes]:
    """The client's side of the dialogue: the token first; then, when it was refused, what ends the dialogue."""
    first = sasl_string(user, token, mechanism).encode()
    spoken: list[bytes] = []

    def answer(_challenge: bytes | None = None) -> bytes:
        if spoken:
            return b"\x01" if mechanism == "OAUTHBEARER" else b""
        spoken.append(first)
        return first

    return answer


def certificate_ends(path: Path) -> datetime:
    """When a certificate ends (aware, UTC). Raises OSError, ValueError."""
    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc

"""What the page hands out, signed: the tokens of forms, and the cookie of a conversation. Nothing of it is stored."""

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

FORM_LASTS = timedelta(hours=24)
KEY_BYTES = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class FormToken:
    """A form that we gave out: its id, since when its user has waited, and how many bits of work it asks for."""

    id: str
    since: datetime
    bits: int

    def is_worked(self, work: str) -> bool:
        """Whether this is the work: SHA-256 of `id:work` begins with so many zero bits."""
        digest = hashlib.sha256(f"{self.id}:{work[:64]}".encode("utf-8", "replace")).digest()
        return int.from_bytes(digest, "big") >> (len(digest) * 8 - self.bits) == 0


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs and reads what the page hands out, with a key of `KEY_BYTES` bytes."""

    key: bytes

    def new_form(self, now: datetime, *, bits: int, since: datetime | None = None) -> str:
        """A token for a new form; `since` takes over the waiting of the form that it replaces."""
        waited = since if since is not None and now - FORM_LASTS < since <= now else now
        return self._signed("form", f"{secrets.token_urlsafe(16)}.{int(waited.timestamp())}.{bits}")

    def form(self, token: str, now: datetime) -> FormToken | None:
        """The form of a token; None when it is not ours or too old."""
        parts = self._read("form", token)
        if parts is None or len(parts) != 3:
            return None
        since = datetime.fromtimestamp(int(parts[1]), UTC)
        if not now - FORM_LASTS < since <= now + timedelta(minutes=1):
            return None
        return FormToken(id=parts[0], since=since, bits=int(parts[2]))

    def conversation_of(self, form_id: str) -> str:
        """The token of the conversation that a form begins: the same when it is sent twice, and nobody can guess it."""
        return self._mac("conversation", form_id)

    def cookie(self, token: str, until: datetime) -> str:
        """The cookie's value for a conversation."""
        return self._signed("cookie", f"{token}.{int(until.timestamp())}")

    def token_in(self, cookie: str, now: datetime) -> str:
        """The conversation's token in a cookie; empty when it is not ours or has run out."""
        parts = self._read("cookie", cookie)
        if parts is None or len(parts) != 2 or int(parts[1]) <= now.timestamp():
            return ""
        return parts[0]

    def _signed(self, use: str, facts: str) -> str:
        return f"{facts}.{self._mac(use, facts)}"

    def _read(self, use: str, signed: str) -> list[str] | None:
        facts, _, mac = signed[:400].rpartition(".")
        right = hmac.compare_digest(mac.encode("utf-8", "replace"), self._mac(use, facts).encode())
        return facts.split(".") if right else None

    def _mac(self, use: str, facts: str) -> str:
        text = f"{use}:{facts}".encode("utf-8", "replace")
        return base64.urlsafe_b64encode(hmac.digest(self.key, text, "sha256")).decode().rstrip("=")


def key_in(path: Path) -> bytes:
    """The key in a file, made at first with a mode for its owner alone. Raises OSError.

    Several processes that show the page share the file, so that a form of one is good at the other.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise OSError(f"{path.name} does not hold {KEY_BYTES} bytes; remove it, and a new one is made")
    return key

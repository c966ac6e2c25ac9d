"""Signing our own mail with DKIM, so that other servers believe that it is ours (RFC 6376, RFC 8463)."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from time import time

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from channels.email import dkim_forms as forms
from channels.email.dkim_keys import SHORTEST_RSA

SIGNED = (
    *("from", "to", "subject", "date", "message-id", "reply-to", "in-reply-to", "references", "auto-submitted"),
    *("mime-version", "content-type", "content-transfer-encoding"),
    *("from", "to", "subject", "date", "reply-to", "content-type"),
)
"""Fields that are signed, once more often than they can be there, so that none of them can be added on the way."""
_NAMES_IN_LINES = ":".join(SIGNED).replace(":reply-to", ":\r\n\t reply-to").replace(":mime", ":\r\n\t mime")
_FOLD = "\r\n\t "
_LINE = 72


class KeyUnusable(Exception):
    """The key to sign with cannot be used; the text says why, without anything of the key."""


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class DkimSigner:
    """Signs for `domain` with the key whose public half stands at `selector`._domainkey.`domain`."""

    domain: str
    selector: str
    key: Ed25519PrivateKey | RSAPrivateKey

    @classmethod
    def from_file(cls, *, domain: str, selector: str, path: Path) -> "DkimSigner":
        """With a private key as PEM: RSA or Ed25519. Raises KeyUnusable."""
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except OSError as error:
            raise KeyUnusable(f"the key file cannot be read ({error.strerror})") from None
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise KeyUnusable("the key file holds no private key as PEM without a password") from None
        if not isinstance(key, Ed25519PrivateKey | RSAPrivateKey):
            raise KeyUnusable("the key must be RSA or Ed25519")
        if isinstance(key, RSAPrivateKey) and key.key_size < SHORTEST_RSA:
            raise KeyUnusable(f"an RSA key must have at least {SHORTEST_RSA} bits; take 2048")
        return cls(domain=domain.lower(), selector=selector.lower(), key=key)

    def signed(self, content: bytes) -> bytes:
        """The mail with its signature above it; every line must end in CRLF."""
        fields, body = forms.taken_apart(content)
        digest = base64.b64encode(hashlib.sha256(forms.canonical_body(body, "relaxed")).digest()).decode()
        algorithm = "ed25519-sha256" if isinstance(self.key, Ed25519PrivateKey) else "rsa-sha256"
        head = (
            f"DKIM-Signature: v=1; a={algorithm}; c=relaxed/relaxed; d={self.domain}; s={self.selector};\r\n"
            f"\tt={int(time())};\r\n\th={_NAMES_IN_LINES};\r\n"
            f"\tbh={digest};\r\n\tb="
        )
        data = forms.signed_headers(fields, ":".join(SIGNED), f"{head}\r\n".encode("ascii"), "relaxed")
        value = base64.b64encode(self._signature(data)).decode()
        lines = [value[at : at + _LINE] for at in range(0, len(value), _LINE)]
        return f"{head}{_FOLD.join(lines)}\r\n".encode("ascii") + content

    def _signature(self, data: bytes) -> bytes:
        if isinstance(self.key, Ed25519PrivateKey):
            return self.key.sign(hashlib.sha256(data).digest())
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())

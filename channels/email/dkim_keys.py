"""Key records of DKIM: fetched from the DNS within a time limit, and read (RFC 6376, 3.6)."""

import base64
import binascii
from dataclasses import dataclass
from time import monotonic

import dns.exception
import dns.resolver
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from channels.email.dkim_forms import tags_of

SHORTEST_RSA, LONGEST_RSA = 1_024, 8_192
"""Bits. A shorter key proves nothing; a longer one is there to cost us time."""
LONGEST_RECORD = 10_000


class NoKey(Exception):
    """There is no such key, or none that could be used; the text says why."""


class KeyAway(Exception):
    """The key could not be asked for just now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyRecord:
    """A public key and what its domain says about it."""

    key: Ed25519PublicKey | RSAPublicKey
    kind: str
    """`rsa` or `ed25519`."""
    is_a_test: bool
    strict: bool
    """Only for signers of exactly this domain."""


def read_key(record: str) -> KeyRecord:
    """Read a key record. Raises NoKey."""
    tags = tags_of(record[:LONGEST_RECORD])
    kind = tags.get("k", "rsa").lower()
    if tags.get("v", "DKIM1") != "DKIM1" or not _allows(tags, "h", "sha256") or not _allows(tags, "s", "email"):
        raise NoKey("the key is for something else")
    if not tags.get("p"):
        raise NoKey("the key was withdrawn")
    try:
        key = _public_key(kind, base64.b64decode(tags["p"], validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        raise NoKey("the key cannot be read") from None
    flags = tags.get("t", "").lower().split(":")
    return KeyRecord(key=key, kind=kind, is_a_test="y" in flags, strict="s" in flags)


def _allows(tags: dict[str, str], name: str, wanted: str) -> bool:
    return name not in tags or bool({wanted, "*"} & set(tags[name].lower().split(":")))


def _public_key(kind: str, data: bytes) -> Ed25519PublicKey | RSAPublicKey:
    if kind == "ed25519":
        return Ed25519PublicKey.from_public_bytes(data)
    key = load_der_public_key(data) if kind == "rsa" else None
    if not isinstance(key, RSAPublicKey) or not SHORTEST_RSA <= key.key_size <= LONGEST_RSA:
        raise ValueError("a key that we do not take")
    return key


class DnsKeys:
    """Asks the DNS for key records. All questions about one mail together take `seconds` at most."""

    def __init__(self, seconds: float, *, server: str = "", port: int = 53) -> None:
        """Without a server, those of this machine are asked."""
        self._seconds = seconds
        self._server = server
        self._port = port
        self._end = 0.0

    def for_one_mail(self) -> "DnsKeys":
        """The same, with its time running from now on."""
        one = DnsKeys(self._seconds, server=self._server, port=self._port)
        one._end = monotonic() + self._seconds
        return one

    def __call__(self, name: str) -> str:
        """The record of that name. Raises NoKey or KeyAway."""
        left = self._end - monotonic()
        if left <= 0:
            raise KeyAway
        try:
            resolver = dns.resolver.Resolver(configure=not self._server)
            if self._server:
                resolver.nameservers, resolver.port = [self._server], self._port
            found = resolver.resolve(name, "TXT", lifetime=left, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            raise NoKey("there is no such key") from None
        except (dns.exception.DNSException, OSError, UnicodeError):
            raise KeyAway from None
        records = [b"".join(record.strings).decode("ascii", "replace") for record in found][:5]
        return next((one for one in records if "p=" in one), records[0] if records else "")

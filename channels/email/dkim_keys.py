"""Key records of DKIM: fetched from the DNS within a time limit, and read (RFC 6376, 3.6)."""

import base64
import binascii
from collections import OrderedDict
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from math import inf
from threading import Lock
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
SHORTEST_KEPT, LONGEST_KEPT = 60, 3_600
"""Seconds that a record is kept, whatever its domain says. That there is none is kept for the shortest time."""
MOST_KEPT = 1_000
"""Records that are kept: signers can name as many as they like."""


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
    """Asks the DNS for key records, and keeps them for as long as their domain says, within bounds.

    All questions about one mail together take `seconds` at most. Several threads may ask.
    """

    def __init__(
        self, seconds: float, *, server: str = "", port: int = 53, clock: Callable[[], float] = monotonic
    ) -> None:
        """Without a server, those of this machine are asked. `clock` gives seconds, for what is kept."""
        self._seconds = seconds
        self._records = _Records(server, port, clock)
        self._end = 0.0

    def for_one_mail(self) -> "DnsKeys":
        """The same, with its time running from now on."""
        one = copy(self)
        one._end = monotonic() + self._seconds
        return one

    def __call__(self, name: str) -> str:
        """The record of that name. Raises NoKey or KeyAway."""
        record = self._records.get(name.lower(), self._end)
        if record is None:
            raise NoKey("there is no such key")
        return record


class _Records:
    """The records of names: one resolver for all questions, and what it found for a while."""

    def __init__(self, server: str, port: int, clock: Callable[[], float]) -> None:
        self._server = server
        self._port = port
        self._clock = clock
        self._resolver: dns.resolver.Resolver | None = None
        self._kept: OrderedDict[str, tuple[float, str | None]] = OrderedDict()
        self._lock = Lock()

    def get(self, name: str, end: float) -> str | None:
        """The record, None where the DNS knows of none. Asks until `end` of the monotonic clock. Raises KeyAway."""
        with self._lock:
            until, record = self._kept.get(name, (-inf, None))
        if self._clock() < until:
            return record
        left = end - monotonic()
        if left <= 0:
            raise KeyAway
        record, seconds = self._ask(name, left)
        with self._lock:
            self._kept[name] = (self._clock() + seconds, record)
            self._kept.move_to_end(name)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return record

    def _ask(self, name: str, left: float) -> tuple[str | None, float]:
        """The record, and for how many seconds it is kept."""
        try:
            found = self._resolving().resolve(name, "TXT", lifetime=left, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return None, SHORTEST_KEPT
        except (dns.exception.DNSException, OSError, UnicodeError):
            self._resolver = None  # the name servers of this machine may be others by now
            raise KeyAway from None
        records = [b"".join(record.strings).decode("ascii", "replace")[:LONGEST_RECORD] for record in found][:5]
        seconds = min(max(found.ttl, SHORTEST_KEPT), LONGEST_KEPT)
        return next((one for one in records if "p=" in one), records[0] if records else ""), seconds

    def _resolving(self) -> dns.resolver.Resolver:
        resolver = self._resolver
        if resolver is None:
            resolver = dns.resolver.Resolver(configure=not self._server)
            if self._server:
                resolver.nameservers, resolver.port = [self._server], self._port
            self._resolver = resolver
        return resolver

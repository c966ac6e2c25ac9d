"""Sealed columns and blind indexes: what goes into the database so that the database alone cannot tell it.

A sealed value is `version, key id(s), nonce, AES-256-GCM`. The associated data are its table, column and row, so that
one that is altered or moved does not open. Who wrote is sealed twice: inside by HPKE (RFC 9180, X25519) to the public
half of the address key and bound to the ticket, outside as above. So a process without the private half can write it,
copy it to another row of the same ticket, and never open it.
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary, Table
from sqlalchemy.types import TypeDecorator

from storage.errors import KeyFault, SealBroken, UnknownKey
from storage.key_sources import KeySource
from storage.keys import ID_BYTES, KeyClass, KeySet
from storage.types import indexable, plain_values, storable

CONTENT, ADDRESS = b"\x01", b"\x02"
"""The first byte: how it is sealed."""
NONCE = 12
HEADER = {CONTENT: 1 + ID_BYTES, ADDRESS: 1 + 2 * ID_BYTES}
_HPKE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class Form(StrEnum):
    """What kind of value a sealed column holds once it is open."""

    TEXT = "text"
    BYTES = "bytes"
    VALUES = "values"


class Purpose(StrEnum):
    """What a blind index is of; equal values have different indexes for different purposes."""

    ADDRESS = "address"
    DOMAIN = "domain"
    MESSAGE_ID = "message_id"
    FINGERPRINT = "fingerprint"
    RECEIPT = "receipt"
    THREAD = "thread"
    CHAT = "chat"


class Token(bytes):
    """A sealed value as the database holds it."""

    __slots__ = ()


class Sealed(TypeDecorator[Token]):
    """A column whose values are sealed. It takes tokens only, so that nothing is ever stored unsealed by mistake."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, form: Form = Form.TEXT, kind: KeyClass = KeyClass.CONTENT) -> None:
        super().__init__()
        self.form = form
        self.kind = kind

    def process_bind_param(self, value: Token | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Into the database; raises TypeError for anything that is not sealed."""
        if value is not None and not isinstance(value, Token):
            raise TypeError("this column takes sealed values only")
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> Token | None:  # noqa: ARG002
        """Out of the database, still sealed."""
        return None if value is None else Token(value)


class Place(NamedTuple):
    """Where a sealed value stands. `row` is what the row is known by, such as its id."""

    table: Table
    column: str
    row: object

    @property
    def type(self) -> Sealed:
        """How that column is sealed."""
        found = self.table.c[self.column].type
        assert isinstance(found, Sealed)
        return found

    def bound(self, head: bytes) -> bytes:
        """The associated data."""
        return head + f"{self.table.name}.{self.column}|{self.row}".encode()

    def broken(self) -> SealBroken:
        """The error for a value that does not belong here."""
        return SealBroken(self.table.name, self.column, self.row)


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class _Ready:
    """The keys of one moment, made ready for use."""

    keys: KeySet
    ciphers: dict[str, AESGCM]

    @classmethod
    def of(cls, keys: KeySet) -> "_Ready":
        return cls(keys=keys, ciphers={key.id: AESGCM(key.secret) for key in keys.of(KeyClass.CONTENT) if key.secret})


class Seals:
    """Seals and opens with the keys of one source. Safe to use from many threads."""

    def __init__(self, source: KeySource) -> None:
        self.source = source
        self._lock = Lock()
        self._ready: _Ready | None = None
        self._stamp: Hashable = None

    @property
    def keys(self) -> KeySet:
        """The keys. Raises KeyFault, to be tried again, when there are none."""
        return self._now.keys

    def refresh(self) -> None:
        """Take up keys that were changed since. What is in use stays in use when they vanish."""
        if self._ready is None or self.source.stamp() == self._stamp:
            return
        try:
            self._load()
        except KeyFault:
            return  # they are being put back or are away: those in memory are as good as before

    def seal(self, table: Table, row: object, values: dict[str, Any], *, person: object = None) -> dict[str, Any]:
        """Values by column, each sealed for its column and row; None stays None. Raises KeyFault.

        `person` says whose it is, the number of a ticket or a text such as "conversation 7"; columns of address keys
        need it.
        """
        places = {name: Place(table, name, row) for name in values}
        return {
            name: None if value is None else self._sealed(places[name], _packed(places[name], value), person)
            for name, value in values.items()
        }

    def open(self, at: "Place", token: bytes | None, *, person: object = None) -> Any:
        """The value of one column of one row; None stays None. Raises SealBroken, UnknownKey or KeyFault."""
        return None if token is None else _unpacked(at, self._opened(at, token, person))

    def copied(self, token: bytes | None, source: "Place", target: "Place") -> Token | None:
        """Who wrote, sealed for another row of the same ticket without opening it. Raises as `open` does."""
        if token is None:
            return None
        inside = self._outside_off(source, token)
        return self._outside_on(target, ADDRESS, inside, address_id=token[1 + ID_BYTES : HEADER[ADDRESS]])

    def resealed(self, at: "Place", token: bytes, *, person: object = None) -> Token:
        """The same value under the current keys. The private half is needed only where the address key is another."""
        fresh = self.header(at.type.kind)
        if at.type.kind is KeyClass.ADDRESS and token[1 + ID_BYTES : HEADER[ADDRESS]] == fresh[1 + ID_BYTES :]:
            return self._outside_on(at, ADDRESS, self._outside_off(at, token), address_id=fresh[1 + ID_BYTES :])
        return self._sealed(at, self._opened(at, token, person), person)

    def blind(self, purpose: Purpose, value: str) -> str:
        """The blind index of a value under the current index key."""
        return self._blind(self.keys.current(KeyClass.INDEX).id, purpose, value)

    def blinds(self, purpose: Purpose, value: str) -> list[str]:
        """The blind indexes of a value under every index key, oldest first: what to look for while keys are changed."""
        return [self._blind(key.id, purpose, value) for key in self.keys.of(KeyClass.INDEX)]

    def header(self, kind: KeyClass) -> bytes:
        """How every value begins that is sealed with the current keys."""
        content = bytes.fromhex(self.keys.current(KeyClass.CONTENT).id)
        if kind is KeyClass.ADDRESS:
            return ADDRESS + content + bytes.fromhex(self.keys.current(KeyClass.ADDRESS).id)
        return CONTENT + content

    @property
    def _now(self) -> _Ready:
        ready = self._ready
        return ready if ready is not None else self._load()

    def _load(self) -> _Ready:
        with self._lock:
            stamp = self.source.stamp()
            keys = self.source.load()
            if keys is None:
                raise KeyFault(f"{self.source.where} is not there or holds no keys; put them back", retry=True)
            self._ready, self._stamp = _Ready.of(keys), stamp
            return self._ready

    def _sealed(self, at: "Place", value: bytes, person: object) -> Token:
        if at.type.kind is not KeyClass.ADDRESS:
            return self._outside_on(at, CONTENT, value)
        key = self.keys.current(KeyClass.ADDRESS)
        inside = _HPKE.encrypt(value, X25519PublicKey.from_public_bytes(key.public), info=_person(at, person))
        return self._outside_on(at, ADDRESS, inside, address_id=bytes.fromhex(key.id))

    def _opened(self, at: "Place", token: bytes, person: object) -> bytes:
        inside = self._outside_off(at, token)
        if at.type.kind is not KeyClass.ADDRESS:
            return inside
        key_id = token[1 + ID_BYTES : HEADER[ADDRESS]].hex()
        key = self.keys.get(key_id)
        if key is None or key.secret is None:
            raise UnknownKey(key_id, self.source.where, what="private half of the address key")
        try:
            return _HPKE.decrypt(inside, X25519PrivateKey.from_private_bytes(key.secret), info=_person(at, person))
        except (InvalidTag, ValueError):
            raise at.broken() from None

    def _outside_on(self, at: "Place", how: bytes, value: bytes, *, address_id: bytes = b"") -> Token:
        ready = self._now
        key_id = ready.keys.current(KeyClass.CONTENT).id
        head = how + bytes.fromhex(key_id) + address_id
        nonce = os.urandom(NONCE)
        return Token(head + nonce + ready.ciphers[key_id].encrypt(nonce, value, at.bound(head)))

    def _outside_off(self, at: "Place", token: bytes) -> bytes:
        how = ADDRESS if at.type.kind is KeyClass.ADDRESS else CONTENT
        head, rest = token[: HEADER[how]], token[HEADER[how] :]
        if head[:1] != how or len(rest) <= NONCE:
            raise at.broken()
        key_id = head[1 : 1 + ID_BYTES].hex()
        cipher = self._now.ciphers.get(key_id)
        if cipher is None:
            raise UnknownKey(key_id, self.source.where, what="content key")
        try:
            return cipher.decrypt(rest[:NONCE], rest[NONCE:], at.bound(head))
        except InvalidTag:
            raise at.broken() from None

    def _blind(self, key_id: str, purpose: Purpose, value: str) -> str:
        key = self.keys.get(key_id)
        assert key is not None
        assert key.secret is not None
        told = f"{purpose}\0".encode() + indexable(value).encode()
        digest = hmac.digest(key.secret, told, hashlib.sha256)
        return f"{key_id}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def _person(at: "Place", person: object) -> bytes:
    if person is None:
        raise ValueError("say whose address it is")
    # A recipient is a reporter's address, so that it may be copied from one to the other.
    owner = person if isinstance(person, str) else f"ticket {person}"
    return f"{'name' if at.column == 'name' else 'address'}|{owner}".encode()


def _packed(at: "Place", value: Any) -> bytes:
    if at.type.form is Form.BYTES:
        return bytes(value)
    if at.type.form is Form.TEXT:
        return storable(value).encode()
    return json.dumps(plain_values(value), ensure_ascii=False, separators=(",", ":")).encode()


def _unpacked(at: "Place", inside: bytes) -> Any:
    if at.type.form is Form.BYTES:
        return inside
    return inside.decode() if at.type.form is Form.TEXT else json.loads(inside)

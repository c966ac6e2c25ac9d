"""The keys that seal: three classes of them, each with an id, and how they are written down. No key is ever printed.

Content keys (AES-256) seal what was written. Address keys (X25519) seal who wrote: their public half seals, and only
who has the private half opens. Index keys (HMAC-SHA256) make the blind indexes by which equal values are found.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from storage.errors import KeyFault

FORMAT = "quality.me keys 1"
KEY_BYTES = 32
ID_BYTES = 4


class KeyClass(StrEnum):
    """What a key is for."""

    CONTENT = "content"
    ADDRESS = "address"
    INDEX = "index"


class KeyState(StrEnum):
    """Whether a key seals: only the current one of each class does. The others open what they once sealed, or will."""

    COMING = "coming"
    CURRENT = "current"
    OLD = "old"


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Key:
    """One key. `secret` is `None` for an address key of which only the public half is here."""

    id: str
    """Eight hexadecimal digits; every sealed value begins with those of its key."""
    kind: KeyClass
    state: KeyState
    made_at: datetime
    secret: bytes | None
    public: bytes = b""

    def __repr__(self) -> str:
        return f"Key({self.id}, {self.kind}, {self.state})"


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class KeySet:
    """All keys of one installation, oldest first."""

    keys: tuple[Key, ...] = ()

    def __repr__(self) -> str:
        return f"KeySet{self.keys!r}"

    def current(self, kind: KeyClass) -> Key:
        """The key that seals now. Raises KeyFault when there is none."""
        for key in reversed(self.keys):
            if key.kind is kind and key.state is KeyState.CURRENT:
                return key
        raise KeyFault(f"there is no current {kind} key", retry=True)

    def get(self, key_id: str) -> Key | None:
        """The key with this id."""
        return next((key for key in self.keys if key.id == key_id), None)

    def of(self, kind: KeyClass) -> tuple[Key, ...]:
        """The keys of a class, oldest first."""
        return tuple(key for key in self.keys if key.kind is kind)

    def added(self, kinds: Iterable[KeyClass], now: datetime, state: KeyState) -> "KeySet":
        """The same with a new key for each of these classes. A current one takes the place of the one before it."""
        grown = self
        for kind in kinds:
            fresh = new_key(kind, now, state)
            kept = grown.keys if state is KeyState.COMING else grown.moved(kind, KeyState.CURRENT, KeyState.OLD).keys
            grown = KeySet(keys=(*kept, fresh))
        return grown

    def moved(self, kind: KeyClass, before: KeyState, after: KeyState) -> "KeySet":
        """The same with the keys of a class that are in one state put into another."""
        return self._each(lambda k: replace(k, state=after) if (k.kind, k.state) == (kind, before) else k)

    def without(self, ids: Iterable[str]) -> "KeySet":
        """The same without some keys."""
        gone = set(ids)
        return KeySet(keys=tuple(key for key in self.keys if key.id not in gone))

    def public_only(self) -> "KeySet":
        """The same without the private halves: for processes that write addresses and never open them."""
        return self._each(lambda key: replace(key, secret=None) if key.kind is KeyClass.ADDRESS else key)

    def text(self) -> str:
        """All keys, written down. Whoever has this text can open everything."""
        return json.dumps({"format": FORMAT, "keys": [_written(key) for key in self.keys]}, indent=1) + "\n"

    def _each(self, change: Callable[[Key], Key]) -> "KeySet":
        return KeySet(keys=tuple(change(key) for key in self.keys))


def new_keys(now: datetime) -> KeySet:
    """One current key of each class, from the system's source of randomness."""
    return KeySet().added(KeyClass, now, KeyState.CURRENT)


def new_key(kind: KeyClass, now: datetime, state: KeyState) -> Key:
    """A fresh key."""
    facts: dict[str, Any] = {"id": secrets.token_hex(ID_BYTES), "kind": kind, "state": state, "made_at": now}
    if kind is not KeyClass.ADDRESS:
        return Key(**facts, secret=secrets.token_bytes(KEY_BYTES))
    private = X25519PrivateKey.generate()
    return Key(**facts, secret=private.private_bytes_raw(), public=private.public_key().public_bytes_raw())


def read_keys(text: str, where: str) -> KeySet:
    """Keys from what `KeySet.text` wrote. Raises KeyFault that says where, and shows nothing of it."""
    try:
        written = json.loads(text)
        keys = KeySet(keys=tuple(_read(one) for one in written["keys"] if written["format"] == FORMAT))
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError):
        raise KeyFault(f"{where} holds no keys that we can read; put the right ones there", retry=True) from None
    if not keys.keys:
        raise KeyFault(f"{where} holds no keys that we can read; put the right ones there", retry=True)
    if len({key.id for key in keys.keys}) != len(keys.keys):
        raise KeyFault(f"{where} holds two keys with one id; put the right ones there", retry=True)
    return keys


def _written(key: Key) -> dict[str, str]:
    facts = {"id": key.id, "class": key.kind.value, "state": key.state.value, "made": key.made_at.isoformat()}
    halves = {"secret": key.secret, "public": key.public}
    return {**facts, **{name: base64.b64encode(half).decode() for name, half in halves.items() if half}}


def _read(facts: dict[str, str]) -> Key:
    kind = KeyClass(facts["class"])
    secret = base64.b64decode(facts["secret"], validate=True) if "secret" in facts else None
    public = base64.b64decode(facts.get("public", ""), validate=True)
    key_id = bytes.fromhex(facts["id"])
    wanted = secret if kind is not KeyClass.ADDRESS else public
    if len(key_id) != ID_BYTES or wanted is None or any(len(h) != KEY_BYTES for h in (wanted, secret or wanted)):
        raise ValueError("a key of another length")
    made_at = datetime.fromisoformat(facts["made"]).astimezone(UTC)
    return Key(
        id=key_id.hex(), kind=kind, state=KeyState(facts["state"]), made_at=made_at, secret=secret, public=public
    )

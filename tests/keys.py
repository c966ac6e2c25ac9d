"""Keys for tests: always the same, since databases are cloned and workers are processes of their own."""

import hashlib
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from storage.key_sources import KeySource, KeyText
from storage.keys import Key, KeyClass, KeySet, KeyState

MADE = datetime(2026, 11, 1, tzinfo=UTC)


def _key(kind: KeyClass) -> Key:
    secret = hashlib.sha256(kind.encode()).digest()
    is_address = kind is KeyClass.ADDRESS
    public = X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw() if is_address else b""
    key_id = secret[:4].hex()
    return Key(id=key_id, kind=kind, state=KeyState.CURRENT, made_at=MADE, secret=secret, public=public)


KEYS = KeySet(keys=tuple(_key(kind) for kind in KeyClass))
SOURCE: KeySource = KeyText(KEYS.text(), "the tests")

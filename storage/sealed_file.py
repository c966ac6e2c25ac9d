"""A file that only its key opens, written and read as a stream of any length.

After a readable line (format, key id, salt) come chunks, each encrypted and authenticated by AES-256-GCM under a key
of this file alone (HKDF from the key and the salt). A chunk's nonce is its number and whether it is the last, and the
first line is authenticated with each of them: whatever is altered, left out, put elsewhere, or cut off is noticed.
"""

import json
import os
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import StoreError

FORMAT = "intake backup 1"
CHUNK = 256 * 1024
_LONGEST_HEAD = 1024
_TAG = 16
_SALT = 32


class DamagedFile(StoreError):
    """The file is not whole, was altered, or its key is another one."""


class SealedWriter:
    """Writes lines of text into a file. `close` ends it; a file without that end is no whole file."""

    def __init__(self, file: BinaryIO, *, key_id: str, key: bytes) -> None:
        salt = os.urandom(_SALT)
        head = json.dumps({"format": FORMAT, "key": key_id, "salt": salt.hex()}).encode() + b"\n"
        file.write(head)
        self._file = file
        self._head = head
        self._cipher = _cipher(key, salt)
        self._squeeze = zlib.compressobj(6)
        self._number = 0
        self._waiting = bytearray()

    def write(self, line: str) -> None:
        """One line, without its end."""
        self._waiting += self._squeeze.compress(line.encode() + b"\n")
        while len(self._waiting) > CHUNK:
            self._chunk(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def close(self) -> None:
        """Write what waits, marked as the last."""
        self._waiting += self._squeeze.flush()
        while len(self._waiting) > CHUNK:
            self._chunk(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        self._chunk(bytes(self._waiting), last=True)

    def _chunk(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last=last), plain, self._head)
        self._file.write(sealed)
        self._number += 1


def read_lines(file: BinaryIO, key_of: Callable[[str], bytes]) -> Iterator[str]:
    """The lines of a file, each proven to be ours before it is given. Raises DamagedFile, at the latest at the end."""
    head, facts = _head(file)
    cipher = _cipher(key_of(str(facts["key"])), bytes.fromhex(facts["salt"]))
    unsqueeze, begun = zlib.decompressobj(), [b""]
    for plain in _chunks(file, cipher, head):
        first, *others = unsqueeze.decompress(plain).split(b"\n")
        begun.append(first)
        for piece in others:
            yield b"".join(begun).decode()
            begun = [piece]
    if any(begun) or not unsqueeze.eof:
        raise DamagedFile("the file ends in the middle of a line")


def _chunks(file: BinaryIO, cipher: AESGCM, head: bytes) -> Iterator[bytes]:
    number, here = 0, file.read(CHUNK + _TAG)
    while True:
        ahead = file.read(CHUNK + _TAG)
        try:
            yield cipher.decrypt(_nonce(number, last=not ahead), here, head)
        except InvalidTag:
            raise DamagedFile(
                f"part {number + 1} of the file cannot be opened: it was altered or cut off, or the key is another one"
            ) from None
        if not ahead:
            return
        number, here = number + 1, ahead


def _head(file: BinaryIO) -> tuple[bytes, dict[str, str]]:
    head = file.readline(_LONGEST_HEAD)
    try:
        facts = json.loads(head)
        whole = facts["format"] == FORMAT and facts["key"] and len(bytes.fromhex(facts["salt"])) == _SALT
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise DamagedFile("this is no backup of intake, or its first line was altered")
    return head, facts


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=FORMAT.encode()).derive(key)
    return AESGCM(derived)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])

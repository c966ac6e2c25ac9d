"""The key that seals backups."""

import os
import secrets
from pathlib import Path

from storage.store import StoreError


class BackupKeys:
    """A key in a file for its owner alone, made when it is first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def current(self) -> tuple[str, bytes]:
        """The id and the key that seals now."""
        if not self._path.exists():
            descriptor = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{secrets.token_hex(4)} {secrets.token_hex(32)}\n")
        key_id, _, key = self._path.read_text().strip().partition(" ")
        return key_id, bytes.fromhex(key)

    def get(self, key_id: str) -> bytes:
        """The key with this id. Raises StoreError when it is not here."""
        if self._path.exists() and self.current()[0] == key_id:
            return self.current()[1]
        raise StoreError(f"the key {key_id} that sealed this backup is not here; put it there and try again")

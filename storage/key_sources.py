"""Where keys come from: a file of their own, the environment, or the system's keyring. Never the database."""

import os
import secrets
import stat
from collections.abc import Hashable
from pathlib import Path
from typing import Protocol

import keyring
from keyring.errors import KeyringError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from storage.errors import KeyFault
from storage.keys import KeySet, read_keys

KEY_FILE = "intake.keys"


class KeySource(Protocol):
    """A place where keys are kept. `where` names it for people and holds no secret."""

    @property
    def where(self) -> str:
        """The place, in words."""

    def load(self) -> KeySet | None:
        """The keys, or None when there are none yet. Raises KeyFault when they cannot be had."""

    def make(self, keys: KeySet) -> None:
        """Keep these as the first keys, unless somebody was quicker. Raises KeyFault where nothing can be kept."""

    def replace(self, keys: KeySet) -> None:
        """Keep these in place of the ones before, all or nothing. Raises KeyFault where nothing can be kept."""

    def stamp(self) -> Hashable:
        """Something that changes when the keys do; cheap."""


class KeyFile:
    """A file for its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def where(self) -> str:
        """The file's path."""
        return f"the key file {self._path}"

    def load(self) -> KeySet | None:
        """The keys in the file. Raises KeyFault when others may read it, or it cannot be read."""
        try:
            with self._path.open(encoding="ascii") as file:
                mode = os.fstat(file.fileno()).st_mode
                if stat.S_IMODE(mode) & 0o077:
                    raise KeyFault(f"{self.where} may be read by others; run: chmod 600 {self._path}", retry=True)
                return read_keys(file.read(), self.where)
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            return read_keys("", self.where)  # which says in the same words that these are no keys
        except OSError as error:
            raise KeyFault(f"{self.where} cannot be read ({error.strerror})", retry=True) from None

    def make(self, keys: KeySet) -> None:
        """Write the file whole, or leave the one that another process has just written."""
        try:
            written = self._written(keys)
            try:
                os.link(written, self._path)
                self._settle()
            except FileExistsError:
                pass  # somebody was quicker, and theirs is whole
            finally:
                written.unlink()
        except OSError as error:
            raise KeyFault(f"{self.where} cannot be made ({error.strerror})", retry=True) from None

    def replace(self, keys: KeySet) -> None:
        """Write the file anew beside itself, then put it in place at once."""
        try:
            self._written(keys).replace(self._path)
            self._settle()
        except OSError as error:
            raise KeyFault(f"{self.where} cannot be written ({error.strerror})", retry=True) from None

    def stamp(self) -> Hashable:
        """Which file it is, and when it was written; None when it is not there."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return (found.st_ino, found.st_mtime_ns, found.st_size)

    def _written(self, keys: KeySet) -> Path:
        """The keys in a new file beside this one, on the disk."""
        beside = self._path.with_name(f"{self._path.name}.{secrets.token_hex(6)}.new")
        descriptor = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(keys.text())
            file.flush()
            os.fsync(file.fileno())
        return beside

    def _settle(self) -> None:
        """Make the name durable too: a key that is lost with the power takes everything sealed with it along."""
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class KeyText:
    """Keys that were handed in as text, for example by the environment. They change with a restart only."""

    def __init__(self, text: str, where: str) -> None:
        self._text = text
        self._where = where

    @property
    def where(self) -> str:
        """What handed them in."""
        return self._where

    def load(self) -> KeySet | None:
        """The keys. Raises KeyFault."""
        return read_keys(self._text, self.where) if self._text.strip() else None

    def make(self, keys: KeySet) -> None:  # noqa: ARG002
        """Nothing can be kept there by us: raises KeyFault."""
        raise KeyFault(f"{self.where} holds no keys; 'intake keys init --print' makes some to put there")

    def replace(self, keys: KeySet) -> None:  # noqa: ARG002
        """Nothing can be kept there by us: raises KeyFault."""
        raise KeyFault(f"{self.where} cannot be written by us; rotate on a machine that has the keys in a file")

    def stamp(self) -> Hashable:
        """Always the same."""
        return 0


class SystemKeyring:
    """The keyring of the system, such as the Secret Service or the macOS Keychain. Read once, at the start."""

    def __init__(self, service: str, user: str) -> None:
        self._service = service
        self._user = user

    @property
    def where(self) -> str:
        """The entry's name."""
        return f"the system's keyring ({self._service}, {self._user})"

    def load(self) -> KeySet | None:
        """The keys. Raises KeyFault when there is no keyring, or it is locked."""
        try:
            text = keyring.get_password(self._service, self._user)
        except KeyringError as error:
            raise KeyFault(f"{self.where} cannot be read ({type(error).__name__})", retry=True) from None
        return read_keys(text, self.where) if text else None

    def make(self, keys: KeySet) -> None:
        """Keep these unless there are some. Raises KeyFault."""
        if self.load() is None:
            self.replace(keys)

    def replace(self, keys: KeySet) -> None:
        """Keep these. Raises KeyFault."""
        try:
            keyring.set_password(self._service, self._user, keys.text())
        except KeyringError as error:
            raise KeyFault(f"{self.where} cannot be written ({type(error).__name__})", retry=True) from None

    def stamp(self) -> Hashable:
        """Always the same: to ask the keyring at each turn could open a window each time."""
        return 0


class NoKeys(KeyText):
    """No place for keys was named."""

    def __init__(self) -> None:
        super().__init__("", "the settings (no place for keys is named)")


def beside(url: str) -> KeySource:
    """The default: for a SQLite file the file `intake.keys` in its folder; otherwise there is none."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return NoKeys()
    if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
        return KeyFile(Path(parsed.database).parent / KEY_FILE)
    return NoKeys()

"""Fetching single mails, so that one that cannot be had, or is no mail, stands in nobody's way."""

import imaplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from channels.email.imap_settings import MailboxSettings, Memory
from models.message import RawMessage

BROKEN = (OSError, imaplib.IMAP4.abort, EOFError)
"""The connection is of no more use; any other error of IMAP is about one command only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A mail; or None, when it lies there but could not be had this time."""

    message: RawMessage | None


class Fetching:
    """Reads from the selected folder. `validity` is that folder's UIDVALIDITY."""

    def __init__(
        self, client: IMAPClient, settings: MailboxSettings, readable: Callable[[bytes], bool], memory: Memory
    ) -> None:
        self._client = client
        self._settings = settings
        self._readable = readable
        self._memory = memory
        self.account = f"{settings.name}/{settings.folder}"
        """The mailbox and folder, as the inbox names them."""
        self.validity = 0

    def key(self, uid: int) -> str:
        """What names this mail for ever."""
        return f"{self.validity}.{uid}"

    def sizes(self, uids: list[int]) -> dict[int, int]:
        """The sizes of mails in bytes; -1 where the server fails to say. Mails that are gone are left out."""
        try:
            return self._sizes(uids)
        except BROKEN:
            raise
        except (IMAPClientError, ValueError):
            return {uid: size for one in uids for uid, size in self._size_alone(one).items()}

    def one(self, uid: int, size: int) -> Found | None:
        """One mail, whole if that can be; None when it is gone. Raises what is in BROKEN."""
        key, limit = self.key(uid), self._settings.max_bytes
        if size > limit:
            held = f"The mail is too big: {size:,} bytes, and we take {limit:,}. Its header is here, the rest is in"
            return Found(message=self._header(uid, f"{held} the folder {self._settings.place_of_held}."))
        if self._memory.failures[key] >= self._settings.patience:
            held = (
                f"The mail server could not give us the whole mail. It is in the folder {self._settings.place_of_held}."
            )
            return Found(message=self._header(uid, held))
        self._memory.failures[key] += 1  # a mail that breaks the connection must be counted, too
        try:
            items = self._fetch(uid, "BODY.PEEK[]")
        except BROKEN:
            raise
        except (IMAPClientError, ValueError):
            return Found(message=None)
        if items is None:
            del self._memory.failures[key]
            return None
        raw = items.get(b"BODY[]")
        if not isinstance(raw, bytes):
            return Found(message=None)
        del self._memory.failures[key]
        held_as_is = None if self._readable(raw) else "These bytes are not a mail that we can read."
        return Found(message=self._message(uid, raw, held_as_is))

    def _header(self, uid: int, held: str) -> RawMessage:
        try:
            raw = (self._fetch(uid, "BODY.PEEK[HEADER]") or {}).get(b"BODY[HEADER]")
        except BROKEN:
            raise
        except (IMAPClientError, ValueError):
            raw = None
        return self._message(uid, raw if isinstance(raw, bytes) else b"", held)

    def _fetch(self, uid: int, what: str) -> dict[bytes, object] | None:
        items: dict[bytes, object] | None = self._client.fetch([uid], [what]).get(uid)
        return items

    def _size_alone(self, uid: int) -> dict[int, int]:
        try:
            return self._sizes([uid])
        except BROKEN:
            raise
        except (IMAPClientError, ValueError):
            return {uid: -1}

    def _sizes(self, uids: list[int]) -> dict[int, int]:
        fetched = self._client.fetch(uids, ["RFC822.SIZE"])
        return {uid: int(fetched[uid].get(b"RFC822.SIZE", -1)) for uid in uids if uid in fetched}

    def _message(self, uid: int, raw: bytes, held: str | None) -> RawMessage:
        return RawMessage(
            channel="imap",
            account=self.account,
            key=self.key(uid),
            raw=raw,
            received_at=datetime.now(UTC),
            held=held,
        )

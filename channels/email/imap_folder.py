"""One folder of a mailbox, while the connection holds: taking in what waits, and waiting for more."""

import imaplib
import select
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from channels.base import Sink, Unavailable
from channels.email.imap_fetch import BROKEN, Fetching
from channels.email.imap_settings import MailboxSettings, Memory, Taken
from channels.email.rounds import LOOK_EVERY, Known, Round, Stopping, nothing_known, sleep

__all__ = ["BROKEN", "OpenMailbox"]

_log = structlog.get_logger(__name__)


class OpenMailbox:
    """A mailbox that is connected, with its folder selected."""

    def __init__(
        self,
        client: IMAPClient,
        settings: MailboxSettings,
        readable: Callable[[bytes], bool],
        memory: Memory,
        known: Known = nothing_known,
    ) -> None:
        self._client = client
        self._settings = settings
        self._memory = memory
        self._known = known
        self._fetching = Fetching(client, settings, readable, memory)
        self._announced = False
        """A mail came during the last search, and may not be among what it found."""
        with self._as_unavailable("folders cannot be made ready"):
            self._capabilities = frozenset(client.capabilities())
            if not settings.read_only:
                self._make_folders()
            self._select()

    def take_in(self, sink: Sink, stop: Stopping) -> Taken:
        """Keep every mail that waits in the folder, then move it.

        What the sink raises is raised on when all others are in, so that one mail that cannot be kept delays none; and
        at once when it raises for two mails in a row, since then it is not about the mail. Raises Unavailable when the
        connection breaks, and at the end when single mails could not be fetched or moved. What was kept and not yet
        moved is met again, with its old key.
        """
        this = Round()
        met: set[int] = set()
        # The search is repeated: a mail that came meanwhile has been announced already and would not end a wait.
        while (fresh := self._fresh(met)) or self._announced:
            met.update(fresh)
            for uid, size in self._sized(fresh):
                if stop():
                    return this.taken()
                self._take_one(uid, size, sink, this)
        return this.done(self._where)

    def wait(self, seconds: float, stop: Stopping) -> bool:
        """Wait for something new, at most so many seconds; True when there may be. Raises Unavailable."""
        if b"IDLE" not in self._capabilities:
            return sleep(min(seconds, self._settings.poll_seconds), stop)
        with self._as_unavailable("waiting failed"):
            self._client.idle()
            try:
                spoke = self._listen(min(seconds, self._settings.idle_seconds), stop)
            finally:
                # idle_done() reads up to the tagged answer; idle_check() would trip over a line in two packets.
                _, responses = self._client.idle_done()
        return spoke or any(isinstance(one, tuple) and b"EXISTS" in one for one in responses)

    def _listen(self, seconds: float, stop: Stopping) -> bool:
        if self._has_spoken():
            return True
        sock = self._client.socket()
        watched = select.poll()
        watched.register(sock, select.POLLIN | select.POLLHUP)
        until = time.monotonic() + seconds
        while not stop() and (left := until - time.monotonic()) > 0:
            pending = getattr(sock, "pending", None)
            if (pending is not None and pending()) or watched.poll(min(left, LOOK_EVERY) * 1000):
                return True
        return False

    def _has_spoken(self) -> bool:
        # What the server said in the packet in which it began to listen lies in imaplib's buffer; no poll sees it.
        sock = self._client.socket()
        limit = sock.gettimeout()
        sock.settimeout(0)
        try:
            return bool(self._client._imap.file.peek(1))
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            sock.settimeout(limit)

    def _take_one(self, uid: int, size: int, sink: Sink, this: Round) -> None:
        key = self._fetching.key(uid)
        if (folder := self._memory.unmoved.get(key)) is None:
            with self._as_unavailable("fetching failed"):
                found = self._fetching.one(uid, size)
            if found is None:
                return  # somebody else has moved it meanwhile
            if found.message is None:
                this.troubled += 1
                return
            if not this.keep(found.message, sink):
                return
            if self._settings.read_only:
                self._memory.taken.add(key)
                return
            folder = self._settings.held if found.message.held else self._settings.processed
        with self._as_unavailable("moving failed"):
            if not self._moved(uid, folder):
                self._memory.unmoved[key] = folder
                this.troubled += 1
            else:
                self._memory.unmoved.pop(key, None)

    def _fresh(self, met: set[int]) -> list[int]:
        """The UIDs of mails not met in this round and, where nothing can be moved, not in earlier ones either."""
        waiting = self._waiting()
        if self._settings.read_only:
            keys = {self._fetching.key(uid): uid for uid in waiting}
            taken = self._memory.taken
            taken &= keys.keys()  # the others lie there no more
            taken |= self._known("imap", self._fetching.account, [key for key in keys if key not in taken])
            waiting = [uid for key, uid in keys.items() if key not in taken]
        return [uid for uid in waiting if uid not in met]

    def _waiting(self) -> list[int]:
        """The UIDs in the folder, after selecting it anew: should it be another one now, its UIDVALIDITY tells."""
        with self._as_unavailable("looking into the folder failed"):
            self._select()
            # A mail that somebody has marked as deleted is taken, too. Only where we have to leave such marks
            # ourselves (see _move) do they mean that a mail was taken.
            marks_are_ours = not self._capabilities & {b"MOVE", b"UIDPLUS"}
            said = self._client._imap.untagged_responses
            said.pop("EXISTS", None)
            found = sorted(self._client.search("UNDELETED" if marks_are_ours else "ALL"))
            self._announced = bool(said.pop("EXISTS", None))
            return found

    def _sized(self, uids: list[int]) -> Iterator[tuple[int, int]]:
        for start in range(0, len(uids), self._settings.batch):
            with self._as_unavailable("fetching failed"):
                sizes = self._fetching.sizes(uids[start : start + self._settings.batch])
            yield from sizes.items()

    def _moved(self, uid: int, folder: str) -> bool:
        try:
            self._move(uid, folder)
        except BROKEN:
            raise
        except IMAPClientError:
            try:
                self._make_folders()  # somebody may have removed them
                self._move(uid, folder)
            except BROKEN:
                raise
            except IMAPClientError as error:
                name = self._settings.name
                _log.warning("mailbox.not_moved", mailbox=name, folder=folder, fault=type(error).__name__)
                return False
        return True

    def _move(self, uid: int, folder: str) -> None:
        if b"MOVE" in self._capabilities:
            self._client.move([uid], folder)
            return
        self._client.copy([uid], folder)
        self._client.delete_messages([uid], silent=True)
        if b"UIDPLUS" in self._capabilities:
            self._client.uid_expunge([uid])
        # Without UIDPLUS an expunge would take what others have marked, too: the mark alone must do.

    def _make_folders(self) -> None:
        for folder in (self._settings.processed, self._settings.held):
            if not self._client.folder_exists(folder):
                self._client.create_folder(folder)

    def _select(self) -> None:
        selected = self._client.select_folder(self._settings.folder, readonly=self._settings.read_only)
        validity = selected.get(b"UIDVALIDITY")
        if validity is None:
            raise IMAPClientError("no UIDVALIDITY")
        self._fetching.validity = int(validity)

    @property
    def _where(self) -> str:
        return f"mailbox {self._settings.name} at {self._settings.host}"

    @contextmanager
    def _as_unavailable(self, what: str) -> Iterator[None]:
        try:
            yield
        except (imaplib.IMAP4.error, *BROKEN) as error:
            raise Unavailable(f"{self._where}: {what} ({type(error).__name__})") from None

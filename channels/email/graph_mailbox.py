"""Fetching from a mailbox by Microsoft Graph, where a tenant has closed IMAP; under the same rules as by IMAP.

A mail is known by its immutable id, which stays when it is moved. It is fetched as the MIME bytes that came, and
whether somebody has read it neither matters nor changes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import structlog

from channels.base import Sink, Unavailable
from channels.email.graph import GraphFault, GraphLine, GraphSettings
from channels.email.imap_settings import Memory, Taken
from channels.email.rounds import Known, Round, Stopping, nothing_known, sleep
from models.message import RawMessage

PAGE = 100
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class GraphBoxSettings:
    """A mailbox and its folders; `/` in a folder's name leads to one below it. `patience` is as for IMAP."""

    name: str
    graph: GraphSettings
    folder: str = "INBOX"
    processed: str = "Processed"
    held: str = "Held"
    read_only: bool = False
    max_bytes: int = 64 * 1024 * 1024
    poll_seconds: float = 60.0
    patience: int = 5

    @property
    def place_of_held(self) -> str:
        """The folder in which a mail stays whole that could not be taken whole."""
        return self.folder if self.read_only else self.held


class GraphMailbox:
    """A mailbox to fetch from. `readable` tells whether bytes are a mail at all."""

    def __init__(
        self,
        settings: GraphBoxSettings,
        *,
        readable: Callable[[bytes], bool] = lambda _raw: True,
        known: Known = nothing_known,
    ) -> None:
        self.settings = settings
        self._readable = readable
        self._known = known
        self._memory = Memory()

    @property
    def name(self) -> str:
        """Its name in the settings."""
        return self.settings.name

    @contextmanager
    def open(self) -> Iterator["OpenGraphMailbox"]:
        """Reach it and find its folders; raises Unavailable."""
        line = GraphLine(self.settings.graph)
        try:
            yield OpenGraphMailbox(line, self.settings, self._readable, self._memory, self._known)
        finally:
            line.close()


class OpenGraphMailbox:
    """A mailbox whose folders are known."""

    def __init__(
        self,
        line: GraphLine,
        settings: GraphBoxSettings,
        readable: Callable[[bytes], bool],
        memory: Memory,
        known: Known,
    ) -> None:
        self._line = line
        self._settings = settings
        self._readable = readable
        self._memory = memory
        self._known = known
        self._account = f"{settings.name}/{settings.folder}"
        self._folders: dict[str, str] = {}
        with self._as_unavailable("folders cannot be made ready"):
            self._find_folders()

    def take_in(self, sink: Sink, stop: Stopping) -> Taken:
        """Keep every mail that waits in the folder, then move it; what may be raised is as for IMAP."""
        this = Round()
        for mail_id in self._waiting():
            if stop():
                return this.taken()
            self._take_one(mail_id, sink, this)
        return this.done(self._where)

    def wait(self, seconds: float, stop: Stopping) -> bool:
        """Graph tells nobody of new mail who has no web server of their own: look again after a while."""
        return sleep(min(seconds, self._settings.poll_seconds), stop)

    def _waiting(self) -> list[str]:
        """The ids in the folder, oldest first. All pages are read before anything is moved, which would shift them."""
        asked = {"$select": "id", "$orderby": "receivedDateTime asc", "$top": str(PAGE)}
        with self._as_unavailable("looking into the folder failed"):
            folder = quote(self._folders[self._settings.folder], safe="")
            found = self._line.pages(f"/mailFolders/{folder}/messages", params=asked)
        ids = list(dict.fromkeys(one["id"] for one in found if isinstance(one.get("id"), str)))
        if not self._settings.read_only:
            return ids
        taken = self._memory.taken
        taken &= set(ids)
        taken |= self._known("graph", self._account, [one for one in ids if one not in taken])
        return [one for one in ids if one not in taken]

    def _take_one(self, mail_id: str, sink: Sink, this: Round) -> None:
        if (folder := self._memory.unmoved.get(mail_id)) is None:
            with self._as_unavailable("fetching failed"):
                message = self._fetched(mail_id, this)
            if message is None or not this.keep(message, sink):
                return
            if self._settings.read_only:
                self._memory.taken.add(mail_id)
                return
            folder = self._settings.held if message.held else self._settings.processed
        with self._as_unavailable("moving failed"):
            if self._moved(mail_id, folder):
                self._memory.unmoved.pop(mail_id, None)
            else:
                self._memory.unmoved[mail_id] = folder
                this.troubled += 1

    def _fetched(self, mail_id: str, this: Round) -> RawMessage | None:
        """A mail; None when it is gone, or could not be had this time."""
        limit, place = self._settings.max_bytes, self._settings.place_of_held
        if self._memory.failures[mail_id] >= self._settings.patience:
            held = f"The mail server could not give us the whole mail. It is in the folder {place}."
            return self._message(mail_id, self._header(mail_id), held)
        self._memory.failures[mail_id] += 1  # a mail that breaks the connection must be counted, too
        try:
            raw, whole = self._line.bytes(f"/messages/{quote(mail_id, safe='')}/$value", limit)
        except GraphFault as fault:
            if fault.status == 404:
                del self._memory.failures[mail_id]
                return None
            if fault.status and not fault.is_about_one:
                self._memory.failures[mail_id] -= 1
            this.troubled += 1
            if not fault.is_about_one or this.troubled > 1:  # twice, and it is hardly about the mail
                raise
            return None
        del self._memory.failures[mail_id]
        if not whole:
            told = (
                f"The mail is too big: we take {limit:,} bytes. Its header is here, the rest is in the folder {place}."
            )
            head, end, _ = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
            return self._message(mail_id, (head + end).replace(b"\n", b"\r\n") if end else b"", told)
        held_as_is = None if self._readable(raw) else "These bytes are not a mail that we can read."
        return self._message(mail_id, raw, held_as_is)

    def _header(self, mail_id: str) -> bytes:
        """The header fields as Graph knows them, for a mail whose bytes cannot be had."""
        try:
            asked = {"$select": "internetMessageHeaders"}
            found = self._line.ask("GET", f"/messages/{quote(mail_id, safe='')}", params=asked)
        except GraphFault as fault:
            if not fault.is_about_one:
                raise
            return b""
        fields = found.get("internetMessageHeaders")
        pairs = [one for one in fields if isinstance(one, dict)] if isinstance(fields, list) else []
        lines = [f"{one.get('name', '')}: {' '.join(str(one.get('value', '')).split())}\r\n" for one in pairs]
        return "".join([*lines, "\r\n"]).encode("utf-8", "replace")

    def _message(self, mail_id: str, raw: bytes, held: str | None) -> RawMessage:
        return RawMessage(
            channel="graph",
            account=self._account,
            key=mail_id,
            raw=raw,
            received_at=datetime.now(UTC),
            held=held,
        )

    def _moved(self, mail_id: str, folder: str) -> bool:
        try:
            try:
                self._move(mail_id, folder)
            except GraphFault as fault:
                if not fault.is_about_one:
                    raise
                self._find_folders()  # somebody may have removed them
                self._move(mail_id, folder)
        except GraphFault as fault:
            if not fault.is_about_one:
                raise
            name = self._settings.name
            _log.warning("mailbox.not_moved", mailbox=name, folder=folder, fault=fault.code or str(fault.status))
            return False
        return True

    def _move(self, mail_id: str, folder: str) -> None:
        where = {"destinationId": self._folders[folder]}
        self._line.ask("POST", f"/messages/{quote(mail_id, safe='')}/move", json=where)

    def _find_folders(self) -> None:
        """Find the folders, and make those that are missing; all of them, for they may have been made anew."""
        settings = self._settings
        names = (settings.folder,) if settings.read_only else (settings.folder, settings.processed, settings.held)
        self._folders = {name: self._folder(name, make=name != settings.folder) for name in names}

    def _folder(self, name: str, *, make: bool) -> str:
        if name.upper() == "INBOX":
            return str(self._line.ask("GET", "/mailFolders/inbox", params={"$select": "id"})["id"])
        above = "/mailFolders"
        folder = ""
        for part in name.split("/"):
            found = self._named(above, part)
            if found is None and make:
                found = self._made(above, part)
            if found is None:
                raise GraphFault(f"there is no folder {name!r} in the mailbox")
            folder = found
            above = f"/mailFolders/{quote(folder, safe='')}/childFolders"
        return folder

    def _made(self, above: str, name: str) -> str | None:
        try:
            return str(self._line.ask("POST", above, json={"displayName": name}).get("id"))
        except GraphFault as fault:
            if fault.status != 409:
                raise
            return self._named(above, name)  # somebody was quicker

    def _named(self, above: str, name: str) -> str | None:
        told = name.replace("'", "''")
        found: list[dict[str, Any]] = self._line.pages(above, params={"$filter": f"displayName eq '{told}'"})
        return next((str(one["id"]) for one in found if one.get("displayName") == name and one.get("id")), None)

    @property
    def _where(self) -> str:
        return f"mailbox {self._settings.name}"

    @contextmanager
    def _as_unavailable(self, what: str) -> Iterator[None]:
        try:
            yield
        except GraphFault as fault:
            raise Unavailable(f"{self._where}: {what}: {fault}", after=fault.after) from None

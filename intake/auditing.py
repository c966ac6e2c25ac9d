"""What the processes themselves put into the audit chain, and the publishing of its head.

A chain proves that nothing in it was changed; only a head that lies elsewhere proves that it was not cut off.
"""

import getpass
import hashlib
import os
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from channels.base import SendError
from intake.config import Config
from intake.daemon import Stopping
from intake.operators import Post
from models.audit import Act, ActFilter, Action, Head, canonical
from models.chain import published_line
from storage.store import Store, Transaction

LOOK_SECONDS = 30.0
_PASSWORD = re.compile(r"(//[^/@:]*):[^/@]*@")
_log = structlog.get_logger(__name__)


def operator() -> str:
    """Who runs a command, as the machine knows them. Rights do not bind them; the chain remembers them."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = f"user {os.getuid()}"
    return f"command line: {name}"


def note(tx: Transaction, clock: Callable[[], datetime], action: Action, subject: str = "", **detail: Any) -> None:
    """Note what a command does, in its own transaction."""
    tx.audit.append(Act(at=clock(), actor=operator(), action=action, subject=subject, detail=detail))


def digest_of(config: Config) -> str:
    """A digest of all settings in effect; passwords do not go into it."""
    settings = config.model_dump(mode="json")
    settings["store"]["url"] = _PASSWORD.sub(r"\1@", config.store_url)
    return hashlib.sha256(canonical(settings).encode()).hexdigest()


def note_start(store: Store, config: Config, clock: Callable[[], datetime], *, model: str = "") -> None:
    """At the start of a process: note settings that differ from the last time here, and a model in its first use."""
    subject = f"settings on {socket.gethostname()}"
    digest = digest_of(config)
    with store.write() as tx:
        last = tx.audit.find(ActFilter(action=Action.SETTINGS_CHANGED, subject=subject), limit=1)
        detail = {"sha256": digest}
        if not last or last[0].detail != canonical(detail):
            note(tx, clock, Action.SETTINGS_CHANGED, subject, **detail)
        if model and not tx.audit.find(ActFilter(action=Action.MODEL_FIRST_USED, subject=model), limit=1):
            note(tx, clock, Action.MODEL_FIRST_USED, model)


def publish(head: Head, path: Path, at: datetime) -> None:
    """Append a head to a file, as one line, and return when it is on disk. Raises OSError."""
    new = not path.exists()
    with open(path, "a+b", buffering=0, opener=_for_its_owner) as file:
        if file.tell() > 0:
            file.seek(-1, os.SEEK_END)
            torn = file.read(1) != b"\n"
        else:
            torn = False
        # One write of one line: two processes that publish at once do not mix. A line torn by a crash is left behind.
        file.write(("\n" * torn + published_line(head, at) + "\n").encode("ascii"))
        os.fsync(file.fileno())
    if new:
        _sync_folder(path.absolute().parent)


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(kw_only=True, slots=True)
class HeadWork:
    """Publishes the head of the chain when it has moved on, at most once in `every`; once more when it ends."""

    store: Store
    clock: Callable[[], datetime]
    every: timedelta
    path: Path | None = None
    post: Post | None = None
    _due: datetime | None = field(default=None, init=False)
    _last: Head | None = field(default=None, init=False)

    def step(self, stopping: Stopping) -> float:
        """Publish if it is time to; gives the pause."""
        now = self.clock()
        if not stopping() and (self._due is None or now >= self._due):
            self._publish(now)
            self._due = now + self.every
        return LOOK_SECONDS

    def close(self) -> None:
        """Publish the end of this process."""
        self._publish(self.clock())

    def _publish(self, now: datetime) -> None:
        with self.store.read() as tx:
            head = tx.audit.head()
        if head == self._last:
            return
        if self.path is not None:
            publish(head, self.path, now)
        if self.post is None or _mail(self.post, head, now):
            self._last = head


def _mail(post: Post, head: Head, at: datetime) -> bool:
    """Mail a head; False when it did not go out, which the log tells: then it is tried again."""
    try:
        post.send(
            name=f"audit-{head.seq}-{head.hash[:16]}",
            subject=f"Audit chain: act {head.seq}",
            text=f"Please keep this mail. It shows later whether the audit chain was cut off.\n\n"
            f"{published_line(head, at)}\n\nTo compare, save the line above in a file and run:\n"
            f"intake audit verify --against FILE\n",
        )
    except SendError as fault:
        _log.error("audit.head_not_mailed", fault=type(fault).__name__, seq=head.seq)
        return False
    return True

"""The files that people send: fetched in a job of its own, so that a slow or hostile one delays no answer.

What is fetched becomes part of the message as it lies in the inbox, sealed like it. Its type is what its bytes show. A
program, or a file in which malware was found, is not kept.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from channels.base import Unavailable
from channels.email.files import File, shown_type
from channels.telegram.files import NoFile, TooBig
from intake.conversing.entries import described
from intake.conversing.moves import read_message
from intake.daemon import Stopping
from intake.files import harm_in
from models.chat import ChatFile, ChatMessage, FileState
from models.ticket import Event, EventKind
from storage.store import LostClaim, Store, Transaction

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=30)
MOST_TRIES = 40
"""With the pauses above, about 18 hours: after a day Telegram may not know the file any more."""
LOOK_AGAIN = 1.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class FileWork:
    """Fetches the files of one message at a time. `fetch` takes a reference and the most bytes."""

    store: Store
    fetch: Callable[[str, int], bytes]
    largest: int
    malware_in: Callable[[bytes], str] | None
    worker: str
    lease: timedelta
    clock: Callable[[], datetime]

    def step(self, stopping: Stopping) -> float:
        """Fetch those of the message that has waited longest; the pause is 0 while there may be more."""
        if stopping():
            return LOOK_AGAIN
        now = self.clock()
        with self.store.write() as tx:
            found = tx.fetches.claim(worker=self.worker, now=now, lease=max(self.lease, timedelta(minutes=10)))
        if found is None:
            return LOOK_AGAIN
        inbox_id, token, attempts = found
        try:
            self._take(inbox_id, attempts)
        except Unavailable as trouble:
            _log.warning("file.unavailable", inbox_id=inbox_id, attempts=attempts, why=str(trouble))
            pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)
            try:
                with self.store.write() as tx:
                    tx.fetches.postpone(inbox_id, token, self.clock() + pause)
            except LostClaim:
                _log.warning("file.claim_lost", inbox_id=inbox_id)
        return 0.0

    def _take(self, inbox_id: int, attempts: int) -> None:
        with self.store.read() as tx:
            message = _message(tx, inbox_id, self.clock())
        wanted = [one for one in message.files if one.ref and one.state is FileState.HELD and not one.data]
        locked: list[tuple[str, str]] = []
        fetched = {one.ref: self._fetched(one, locked, last=attempts >= MOST_TRIES) for one in wanted}
        with self.store.write() as tx:
            conversation_id = tx.conversations.of_message(inbox_id)
            if conversation_id is not None:
                tx.conversations.hold(conversation_id)
            # Read again: what the reporter took back meanwhile stays away.
            message = _message(tx, inbox_id, self.clock())
            if fetched and message.files:
                files = tuple(fetched.get(one.ref, one) for one in message.files)
                tx.reports.rewrite(inbox_id, replace(message, files=files).as_raw())
                tx.fetches.describe(inbox_id, [described(one.kind, one.type, one.size, one.state) for one in files])
                self._tell(tx, inbox_id, locked)
            tx.fetches.done(inbox_id)

    def _tell(self, tx: Transaction, inbox_id: int, locked: list[tuple[str, str]]) -> None:
        """Let the files be judged, and their words be read; officers see at once what is locked."""
        ticket_id = tx.reports.ticket_of(inbox_id)
        if ticket_id is None:
            return
        now = self.clock()
        tx.reports.read_again(inbox_id, ticket_id, now)
        for kind, why in locked:
            detail = {"name": kind, "why": why, "inbox_id": inbox_id}
            tx.tickets.add_event(ticket_id, Event(at=now, kind=EventKind.FILE_LOCKED, detail=detail))

    def _fetched(self, file: ChatFile, locked: list[tuple[str, str]], *, last: bool) -> ChatFile:
        try:
            data = self.fetch(file.ref, self.largest)
        except TooBig:
            return replace(file, state=FileState.TOO_BIG)
        except NoFile:
            return replace(file, state=FileState.REFUSED)
        except Unavailable:
            if last:
                return replace(file, state=FileState.REFUSED)
            raise
        shown = shown_type(data)
        seen = File(name="", claimed=file.type, shown=shown, data=data)
        if why := harm_in(seen, self.malware_in):
            locked.append((file.kind, why))
            return replace(file, state=FileState.LOCKED, type=shown, size=len(data), judged=True)
        text = base64.b64encode(data).decode("ascii")
        return replace(file, type=shown or file.type, size=len(data), data=text)


def _message(tx: Transaction, inbox_id: int, now: datetime) -> ChatMessage:
    """The message as it is now; one without files when its bytes have gone."""
    row = tx.inbox.message(inbox_id)
    return read_message(row.raw, now) if row else ChatMessage(address="", at=now)

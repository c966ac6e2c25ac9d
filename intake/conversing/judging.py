"""The files of a message: each is judged before anybody may open it, and the words of documents are read along.

What may do harm is told by the same rules as for the files of a mail: `intake/files.py`.
"""

import base64
import binascii
from dataclasses import dataclass, replace
from datetime import datetime

from channels.base import Unavailable
from channels.email.files import File, shown_type
from intake.classifying import Classify
from intake.conversing.entries import described, entry_of
from intake.conversing.moves import read_message
from intake.files import LONGEST_WORDS, Examined, Reading, examine_one
from models.chat import ChatFile, ChatMessage, FileState
from models.message import RawMessage
from models.ticket import Event, EventKind
from models.ticket import FileState as Found
from models.work import InboxItem
from storage.store import Transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """The files of one message after they were looked into, by their references, and why some are locked."""

    files: dict[str, ChatFile]
    locked: tuple[tuple[str, str], ...]
    """What kind of file, and why."""


def is_open(file: ChatFile) -> bool:
    """Whether a file is there to be had by officers."""
    return file.judged and bool(file.data) and file.state is FileState.HELD


def judge(reading: Reading, message: ChatMessage) -> Judged:
    """Look into the files that nobody has looked into yet. Raises Unavailable when the scanner does not answer."""
    files: dict[str, ChatFile] = {}
    locked: list[tuple[str, str]] = []
    for one in message.files:
        if one.data and not one.judged:
            files[one.ref], why = _judge(reading, one)
            locked += [(one.kind, why)] if why else []
    return Judged(files=files, locked=tuple(locked))


def keep_judged(tx: Transaction, judged: Judged, *, row: int, ticket_id: int, fast: Classify, now: datetime) -> None:
    """Write what was found: into the bytes of the message, and for officers into the ticket. Raises StoreError."""
    conversation_id = tx.conversations.of_message(row)
    if conversation_id is not None:
        tx.conversations.hold(conversation_id)
    raw = tx.inbox.message(row)
    if raw is None:
        return
    message = read_message(raw.raw, raw.received_at)  # read again: what the reporter took back meanwhile stays away
    files = tuple(judged.files.get(one.ref, one) for one in message.files)
    if not files:
        return
    message = replace(message, files=files)
    tx.reports.rewrite(row, message.as_raw())
    tx.fetches.describe(row, [described(one.kind, one.type, one.size, one.state) for one in files])
    for kind, why in judged.locked:
        detail = {"name": kind, "why": why, "inbox_id": row}
        tx.tickets.add_event(ticket_id, Event(at=now, kind=EventKind.FILE_LOCKED, detail=detail))
    if any(one.words for one in judged.files.values()):
        _tell_words(tx, row, raw, message, fast)


def _tell_words(tx: Transaction, row: int, raw: RawMessage, message: ChatMessage, fast: Classify) -> None:
    verdict = fast("", message.spoken, "chat")
    item = InboxItem(id=row, claim="", attempts=0, message=raw)
    tx.reports.reword(entry_of(item, message, verdict))


def _judge(reading: Reading, file: ChatFile) -> tuple[ChatFile, str]:
    try:
        data = base64.b64decode(file.data)
    except binascii.Error:
        return replace(file, state=FileState.REFUSED, data="", judged=True), ""
    shown = shown_type(data)
    plain = not shown and file.type.startswith("text/")
    found = Examined()
    seen = File(name="file.txt" if plain else "", claimed=file.type, shown=shown, data=data)
    state, why = examine_one(reading, seen, found)
    if state is Found.UNCHECKED:
        raise Unavailable("nobody could look for malware in a file")
    if state is Found.LOCKED:
        return replace(file, state=FileState.LOCKED, data="", judged=True), why
    words = "\n\n".join(words for _, words in found.words)[:LONGEST_WORDS]
    return replace(file, judged=True, words=words), ""

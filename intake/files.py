"""What becomes of attached files: their words are read along, programs and malware are locked, the rest is named."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from channels.base import Unavailable
from channels.email.files import DOCX, File, files_of
from channels.extracting import Document, Unreadable, words_of
from channels.scanning import ClamdScanner
from intake.acknowledging import is_encrypted
from intake.settings.attachments import AttachmentsConfig
from models.message import Mail
from models.ticket import Event, EventKind, FileState

LONGEST_WORDS = 50_000
"""Characters of all documents of a mail that are read along with it."""
_DOCUMENTS: dict[str, Document] = {"application/pdf": "pdf", DOCX: "docx"}
_PLAIN_ENDINGS = frozenset({"txt", "text", "md", "csv", "log"})
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How far files are read. `malware_in` names the malware in a file, raises Unavailable; None: nobody looks."""

    most: int
    largest_bytes: int
    text_seconds: float
    text_megabytes: int
    malware_in: Callable[[bytes], str] | None


@dataclass(slots=True)
class Examined:
    """What was found: the words of documents, what each file is, and which are locked with the reason."""

    words: list[tuple[str, str]] = field(default_factory=list)
    """File names and their words."""
    states: dict[str, FileState] = field(default_factory=dict)
    locked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def left_unread(self) -> bool:
        """Whether the sender should tell us in words what is in some file."""
        return any(state is not FileState.READ and state is not FileState.KEPT for state in self.states.values())

    def shown(self, mail: Mail) -> tuple[str, ...]:
        """Each attachment of the mail with its type, size and what became of it, ready to show."""
        lines = []
        for one in mail.attachments:
            state = self.states.get(one.name)
            lines.append(f"{one.name} ({one.type}, {one.size:,} bytes){f': {state.value}' if state else ''}")
        return tuple(lines)

    def beside(self, text: str) -> str:
        """The text with the words of the documents below it."""
        pieces = [text]
        room = LONGEST_WORDS
        for name, words in self.words:
            if room > 0 and words:
                pieces.append(f"---------- Attached file: {name} ----------\n{words[:room]}")
                room -= len(words)
        return "\n\n".join(piece for piece in pieces if piece.strip())


def file_reading(config: AttachmentsConfig) -> Reading:
    """How attached files are read, and who looks for malware in them."""
    return Reading(
        most=config.most,
        largest_bytes=config.largest_bytes,
        text_seconds=config.text_seconds,
        text_megabytes=config.text_megabytes,
        malware_in=scanner(config).malware_in if config.has_scanner else None,
    )


def scanner(config: AttachmentsConfig) -> ClamdScanner:
    """The clamd that the settings name."""
    return ClamdScanner(
        socket_path=config.clamd_socket,
        host=config.clamd_host,
        port=config.clamd_port,
        seconds=config.clamd_seconds,
    )


def examine(reading: Reading, raw: bytes, mail: Mail) -> Examined:
    """Look into the files of a mail. Never raises."""
    found = Examined()
    if not mail.attachments:
        return found
    for file in files_of(raw, most=reading.most, largest=reading.largest_bytes):
        state, why = examine_one(reading, file, found)
        found.states[file.name] = state
        if state is FileState.LOCKED:
            found.locked.append((file.name, why))
    for given in mail.attachments[reading.most :]:
        found.states.setdefault(given.name, FileState.TOO_MANY)
    return found


def events_of(mail: Mail, files: Examined, inbox_id: int, at: datetime) -> tuple[Event, ...]:
    """What officers must know of a mail that is encrypted, or that brings files which nobody may open."""
    locked = (
        Event(at=at, kind=EventKind.FILE_LOCKED, detail={"name": name, "why": why, "inbox_id": inbox_id})
        for name, why in files.locked
    )
    return (*([Event(at=at, kind=EventKind.ENCRYPTED)] if is_encrypted(mail) else ()), *locked)


def harm_in(file: File, malware_in: Callable[[bytes], str] | None) -> str:
    """Why nobody may open a file, or an empty text. Raises Unavailable when nobody could look for malware."""
    if file.is_program:
        return "a program, or a file that can hold one"
    malware = malware_in(file.data) if malware_in is not None and file.data else ""
    return f"malware was found in it ({malware[:80]})" if malware else ""


def examine_one(reading: Reading, file: File, found: Examined) -> tuple[FileState, str]:
    """What becomes of one file, and why it is locked; its words go into `found`. Never raises."""
    try:
        why = harm_in(file, reading.malware_in)
    except Unavailable:
        _log.error("files.not_scanned")
        return FileState.UNCHECKED, ""
    if why:
        return FileState.LOCKED, why
    if not file.data:
        return FileState.TOO_LARGE, ""
    return _read(reading, file, found), ""


def _read(reading: Reading, file: File, found: Examined) -> FileState:
    kind = _kind(file)
    if kind is None:
        return FileState.KEPT
    try:
        words = words_of(file.data, kind, seconds=reading.text_seconds, megabytes=reading.text_megabytes).strip()
    except Unreadable as trouble:
        _log.info("files.not_read", kind=kind, why=str(trouble))
        words = ""
    if not words:  # broken, locked by a password, or a picture of a page
        return FileState.UNREADABLE
    found.words.append((file.name, words))
    return FileState.READ


def _kind(file: File) -> Document | None:
    if file.shown in _DOCUMENTS:
        return _DOCUMENTS[file.shown]
    if not file.shown and file.name.rpartition(".")[2].lower() in _PLAIN_ENDINGS:
        return "text"
    return None

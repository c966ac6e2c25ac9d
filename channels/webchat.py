"""The web chat and form as a channel: from what a browser sent to messages in the inbox.

Nothing of the browser is taken over: no address of the network, no name of the program, no names of files. Who writes
is known by a digest of the conversation's own token, and the token itself is kept nowhere.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from channels.base import Sink
from channels.email.files import File, shown_type
from models.chat import TOLD, ChatFile, ChatKind, ChatMessage, FileState
from models.message import RawMessage

CHANNEL = "webchat"
MOST_CHARACTERS = 20_000
"""Of one message: what officers can read of it. The page says so before anything is sent."""
_KEPT_CONTROLS = "\n\t"


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file as a browser sent it. `name` is looked at for its ending only; `data` is None beyond the limit."""

    name: str
    type: str
    size: int
    data: bytes | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """What one form brought. `form` is the form's own id: the same form sent twice is one message.

    `told` has the answers of the one-page form, by the names of `models.chat.TOLD`.
    """

    address: str
    form: str
    text: str = ""
    option: str = ""
    nonce: str = ""
    told: tuple[tuple[str, str], ...] = ()
    uploads: tuple[Upload, ...] = ()


def address_of(token: str) -> str:
    """The address of the conversation that a token opens."""
    return hashlib.sha256(b"webchat/" + token.encode("utf-8", "replace")).hexdigest()


def take_in(posted: Posted, sink: Sink, now: datetime) -> int:
    """Hand all of it to the sink: the words first, then each file. Gives the number of messages.

    It returns only after the last of them is durable; what the sink raises goes on to the caller. Called again with the
    same form after a fault, it adds what is missing and nothing twice.
    """
    number = 0
    for number, message in enumerate(_messages(posted, now), start=1):
        raw, key = message.as_raw(), _key(posted.form, number, message)
        sink(RawMessage(channel=CHANNEL, account=CHANNEL, key=key, raw=raw, received_at=now))
    return number


def cleaned(text: str) -> str:
    """The text with the line ends of Unix and without control characters or halves of characters."""
    whole = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in whole if sign in _KEPT_CONTROLS or (sign >= " " and sign != "\x7f")).strip()


def _messages(posted: Posted, now: datetime) -> Iterator[ChatMessage]:
    name = hashlib.sha256(posted.form.encode("utf-8", "replace")).hexdigest()[:24]
    if posted.option:
        yield ChatMessage(
            address=posted.address,
            at=now,
            kind=ChatKind.PRESS,
            message=name,
            option=cleaned(posted.option)[:64],
            nonce=cleaned(posted.nonce)[:64],
        )
        return
    text = cleaned(posted.text)
    if text:
        told = tuple((one, cleaned(answer)[:200]) for one, answer in posted.told if one in TOLD)
        yield ChatMessage(address=posted.address, at=now, message=name, text=text, told=told)
    for number, upload in enumerate(posted.uploads):
        yield ChatMessage(
            address=posted.address, at=now, message=f"{name}-{number}", files=(described(upload),), group=name
        )


def described(upload: Upload) -> ChatFile:
    """A file by what its bytes show, with the bytes unless it is too big or a machine might run it."""
    data = upload.data or b""
    shown = shown_type(data) if data else ""
    file = File(name=upload.name, claimed=upload.type, shown=shown, data=data)
    state = FileState.LOCKED if file.is_program else FileState.HELD
    if upload.data is None:
        state = FileState.TOO_BIG
    held = state is FileState.HELD
    return ChatFile(
        ref=hashlib.sha256(data).hexdigest()[:24] if held else "",
        kind=_kind(shown),
        type=shown or ("text/plain" if upload.type.startswith("text/") else ""),
        size=upload.size,
        state=state,
        judged=not held,
        data=base64.b64encode(data).decode("ascii") if held else "",
    )


def _kind(shown: str) -> str:
    return {"image": "photo", "audio": "voice", "video": "video"}.get(shown.partition("/")[0], "document")


def _key(form: str, number: int, message: ChatMessage) -> str:
    """Known again when the same form comes twice; other words in the same form are another message."""
    facts = (form, str(number), message.text, message.option, message.nonce, repr(message.told), repr(message.files))
    digest = hashlib.sha256()
    for fact in facts:
        digest.update(fact.encode("utf-8", "replace") + b"\0")
    return digest.hexdigest()

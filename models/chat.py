"""A message of a chat, whatever the chat is: Telegram, the web page, a terminal. And a reply of ours to it.

`ChatMessage` is what a channel fills in and keeps as the raw bytes of the inbox. It has no place for a name, a user
name, a photo or a language: what is not here cannot be kept.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

FORMAT = 1
"""The version of the bytes that `as_raw` writes. `from_raw` reads this one and every older one."""


TOLD = ("risk", "provider", "specialty", "identity", "name", "contact")
"""What a form may ask beside what happened."""


class ChatFormatError(ValueError):
    """These bytes are no chat message of ours. The text says what is wrong and holds nothing of them."""


class ChatKind(StrEnum):
    """What somebody did."""

    TEXT = "text"
    """Wrote words, sent files, or both; `odd` names what was sent instead of either."""
    PRESS = "press"
    """Pressed a button."""
    EDIT = "edit"
    """Changed an earlier message; `text` is the new one."""
    GONE = "gone"
    """Blocked us or left."""
    GROUP = "group"
    """Put us into a group. Nothing of the group is kept."""


class FileState(StrEnum):
    """What became of a file that somebody sent."""

    HELD = "held"
    TOO_BIG = "too_big"
    REFUSED = "refused"
    CAPPED = "not_kept_too_many_in_a_day"
    """The chat has sent so much lately that no more files of it are kept; its words always are."""
    LOCKED = "locked"
    """It may do harm: nobody may open it, and its bytes are not kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatFile:
    """A file as the channel describes it; the file itself is fetched later. Its own name is never taken over."""

    ref: str
    """By which the channel finds the file again."""
    kind: str
    """`photo`, `document`, `voice`, `video` or `audio`."""
    type: str = ""
    """The media type, if the channel tells one."""
    size: int | None = None
    """In bytes."""
    state: FileState = FileState.HELD
    data: str = ""
    """The file itself in Base64: kept and wiped with these bytes."""
    judged: bool = False
    """Whether somebody looked for harm in it; before that nobody may open it."""
    words: str = ""
    """The words of a document, once they were read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatMessage:
    """One thing that somebody did in a chat.

    `address` is where the reply goes, such as a chat id: opaque, equal for the same conversation, and secret. Nothing
    but the raw bytes of the inbox and the sealed address of the conversation may hold it.
    """

    address: str
    at: datetime
    """When it was sent, aware, UTC, as far as the channel tells; otherwise when it was taken in."""
    kind: ChatKind = ChatKind.TEXT
    message: str = ""
    """The channel's own number of this message, by which an edit names it. Unique within the conversation."""
    text: str = ""
    option: str = ""
    """The pressed button's id."""
    nonce: str = ""
    """The nonce that the pressed button carried."""
    files: tuple[ChatFile, ...] = ()
    group: str = ""
    """Messages of one album carry the same."""
    edits: str = ""
    """The `message` that this one replaces."""
    told: tuple[tuple[str, str], ...] = ()
    """What was filled in beside the text in a form: the names of `TOLD` with their answers."""
    odd: str = ""
    """What it is that we cannot use: `sticker`, `poll`, `contact`, `location`, `story`, `forward` …"""

    @property
    def spoken(self) -> str:
        """The words of the message, with those of its documents below them."""
        below = (f"---------- Attached file ----------\n{one.words}" for one in self.files if one.words)
        return "\n\n".join(part for part in (self.text, *below) if part)

    def as_raw(self) -> bytes:
        """The bytes that the inbox keeps: JSON with sorted keys, so that equal messages are equal bytes."""
        facts = asdict(self)
        facts["at"] = self.at.astimezone(UTC).isoformat()
        return json.dumps({"format": FORMAT, **facts}, sort_keys=True, ensure_ascii=True).encode("ascii")


def from_raw(raw: bytes) -> ChatMessage:
    """The message that `as_raw` made these bytes of. Raises ChatFormatError."""
    try:
        facts = json.loads(raw)
    except ValueError:
        raise ChatFormatError("not JSON") from None
    if not isinstance(facts, dict) or not isinstance(facts.get("format"), int):
        raise ChatFormatError("no chat message")
    if not 1 <= facts.pop("format") <= FORMAT:
        raise ChatFormatError("written by a newer version of intake")
    try:
        return _message(facts)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise ChatFormatError(f"a part of it is missing or wrong ({type(fault).__name__})") from None


def _message(facts: dict[str, Any]) -> ChatMessage:
    at = datetime.fromisoformat(facts.pop("at"))
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    files = tuple(ChatFile(**{**one, "state": FileState(one["state"])}) for one in facts.pop("files", ()))
    kind = ChatKind(facts.pop("kind"))
    told = tuple((str(name), str(answer)) for name, answer in facts.pop("told", ()))
    texts = ("address", "message", "text", "option", "nonce", "group", "edits", "odd")
    if not all(isinstance(facts.get(name, ""), str) for name in texts):
        raise TypeError("not a text")
    return ChatMessage(at=at, files=files, kind=kind, told=told, **facts)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatTraits:
    """What a channel can do. The dialogue and the delivery ask this, never the channel's name."""

    name: str
    """As in `RawMessage.channel`: `telegram`, `webchat`, `terminal`."""
    outside: bool = False
    """An outside company carries it and knows who writes: the promise of anonymity says so."""
    pushes: bool = True
    """We can write first. Where we cannot, the reply waits until it is fetched."""
    edits: bool = False
    """A message of ours can be changed afterwards."""
    buttons: bool = True
    max_text: int = 4_096
    """UTF-16 units of one message."""
    merge: timedelta = timedelta(0)
    """How long a message waits for those that follow it, to be handled as one turn."""
    merge_at_most: timedelta = timedelta(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """A button: `id` goes back to the dialogue together with the nonce, `label` is shown."""

    id: str
    label: str


class Policy(StrEnum):
    """What to do when nobody knows whether a reply arrived."""

    RESEND = "resend"
    """Receipts, crisis text, officers' questions: a second copy is harmless."""
    DROP = "drop"
    """Small talk: a second copy would puzzle."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatReply:
    """A message of ours, whole, for a channel to send: plain text, never marked up.

    `replaces` is the channel's own number of the message of ours that this one takes the place of; a channel that
    cannot edit sends a new one. `leave` asks the channel to leave the group that it was put into.
    """

    address: str
    text: str
    options: tuple[Option, ...] = ()
    nonce: str = ""
    replaces: str = ""
    protected: bool = False
    """Officers' words: not to be forwarded where the channel can forbid it."""
    leave: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyItem:
    """A claimed reply in the outbox, to be sent and then settled with its `claim` token."""

    id: int
    claim: str
    attempts: int
    channel: str
    account: str
    conversation_id: int
    ticket_id: int | None
    prompt: str
    policy: Policy
    ambiguous: bool
    """It was claimed before and nobody settled it: it may have arrived."""
    reply: ChatReply

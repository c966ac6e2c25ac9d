"""From an update of Telegram to what we keep of it: no names, user names, photos or languages, and never a fault.

Only fields that are named here are read. So whatever else Telegram tells of a person, now or later, is dropped before
anything is stored. An update that makes no sense is held for a person to see, and delays nobody.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from models.chat import ChatFile, ChatKind, ChatMessage, FileState
from models.message import RawMessage

CHANNEL = "telegram"
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update that we ask for."""
LARGEST_FILE = 20 * 1024 * 1024
"""Bytes that a bot may fetch."""
_FILES = ("document", "voice", "video", "audio", "video_note")
_ODD = ("contact", "location", "venue", "sticker", "poll", "dice", "story", "game", "animation")
_SILENT = ("pinned_message", "message_auto_delete_timer_changed", "write_access_allowed")
"""What Telegram says by itself, not the person."""
Facts = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """The bot that an update came to. `secret` keys the fingerprints, so that they tell nothing of who wrote."""

    bot_id: str
    secret: bytes

    @classmethod
    def of(cls, token: str) -> "Account":
        """The account of a token. Raises ValueError, without the token, when it is none."""
        bot_id, colon, rest = token.partition(":")
        if not (colon and bot_id.isdecimal() and rest):
            raise ValueError("this is no token of a Telegram bot")
        return cls(bot_id=bot_id, secret=hashlib.sha256(b"intake telegram fingerprint\0" + token.encode()).digest())


def understand(update: object, account: Account, now: datetime) -> RawMessage | None:
    """What we keep of an update; None when there is nothing to keep, as of other bots. Never raises."""
    update_id = _number(_map(update).get("update_id"))
    kind = next((one for one in ALLOWED if one in _map(update)), "")
    body = _map(_map(update).get(kind))
    try:
        chat = _READERS[kind](body, now) if kind else None
    except _Nothing:
        return None
    except _Senseless:
        chat = None
    if chat is None:
        return _held(update, update_id, account, now)
    mark = _fingerprint(kind, body, chat)
    digest = hmac.new(account.secret, mark.encode(), hashlib.sha256).hexdigest()[:32]
    key = f"group/{digest}" if mark.startswith("group|") else f"{update_id}/{digest}"
    return RawMessage(channel=CHANNEL, account=account.bot_id, key=key, raw=chat.as_raw(), received_at=now)


def press_of(update: object) -> str:
    """The number of the button press that an update tells of, by which it is answered; empty if it is none."""
    found = _map(_map(update).get("callback_query")).get("id")
    return found if isinstance(found, str) else ""


class _Nothing(Exception):
    """Nothing of this is kept."""


class _Senseless(Exception):
    """This is no update that we know how to read."""


def _message(body: Facts, now: datetime, kind: ChatKind = ChatKind.TEXT) -> ChatMessage:
    chat = _map(body.get("chat"))
    address = _address(chat)
    if _map(body.get("from")).get("is_bot") is True or any(one in body for one in _SILENT):
        raise _Nothing
    if chat.get("type") != "private":
        # It is told to leave once a day at most; nothing of what was written there is looked at.
        return ChatMessage(address=address, at=_midnight(now), kind=ChatKind.GROUP)
    number = str(_number(body.get("message_id")))
    text = _text(body.get("text")) or _text(body.get("caption"))
    if "forward_origin" in body and text:
        text = f"(Forwarded message)\n{text}"
    files = tuple(_files(body))
    return ChatMessage(
        address=address,
        at=_moment(body.get("edit_date" if kind is ChatKind.EDIT else "date"), now),
        kind=kind,
        message=number if kind is not ChatKind.EDIT else "",
        edits=number if kind is ChatKind.EDIT else "",
        text=text,
        files=files,
        group=_text(body.get("media_group_id"))[:64],
        odd=_odd(body, text, files),
    )


def _edited(body: Facts, now: datetime) -> ChatMessage:
    return _message(body, now, ChatKind.EDIT)


def _pressed(body: Facts, now: datetime) -> ChatMessage:
    chat = _map(_map(body.get("message")).get("chat"))
    writer = _map(body.get("from"))
    if chat.get("type") != "private" or _address(writer) != _address(chat):
        raise _Nothing  # a button belongs to the one person of its private chat
    version, nonce, option = (*_text(body.get("data")).split("|", 2), "", "", "")[:3]
    ours = version == "1"
    return ChatMessage(
        address=_address(chat),
        at=now,
        kind=ChatKind.PRESS,
        nonce=nonce if ours else "",
        option=option if ours else "",
    )


def _membership(body: Facts, now: datetime) -> ChatMessage:
    chat = _map(body.get("chat"))
    address, status = _address(chat), _map(body.get("new_chat_member")).get("status")
    gone = status in ("kicked", "left")
    if chat.get("type") == "private":
        if not gone:
            raise _Nothing
        return ChatMessage(address=address, at=_moment(body.get("date"), now), kind=ChatKind.GONE)
    if gone:
        raise _Nothing
    return ChatMessage(address=address, at=_midnight(now), kind=ChatKind.GROUP)


_READERS = {"message": _message, "edited_message": _edited, "callback_query": _pressed, "my_chat_member": _membership}


def _files(body: Facts) -> list[ChatFile]:
    photos = body.get("photo")
    sizes = [one for one in photos if isinstance(one, Mapping)] if isinstance(photos, list) else []
    largest = max(sizes, key=lambda one: _number(one.get("file_size")), default=None)
    found = [("photo", largest)] if largest else []
    if "animation" not in body:
        found += [(kind, _map(body.get(kind))) for kind in _FILES if _map(body.get(kind))]
    return [_file(kind, facts) for kind, facts in found]


def _file(kind: str, facts: Facts) -> ChatFile:
    size = _number(facts.get("file_size")) or None
    return ChatFile(
        ref=_text(facts.get("file_id"))[:256],
        kind=kind,
        type=_text(facts.get("mime_type"))[:100] or ("image/jpeg" if kind == "photo" else ""),
        size=size,
        state=FileState.TOO_BIG if (size or 0) > LARGEST_FILE else FileState.HELD,
    )


def _odd(body: Facts, text: str, files: tuple[ChatFile, ...]) -> str:
    """What was sent that cannot be used; only its kind is kept, never a contact's card or a place."""
    named = next((one for one in _ODD if one in body), "")
    return named or ("" if text or files else "unknown kind of message")


def _fingerprint(kind: str, body: Facts, chat: ChatMessage) -> str:
    if chat.kind is ChatKind.GROUP and kind != "my_chat_member":
        return f"group|{chat.address}|{chat.at.date().isoformat()}"
    if kind == "callback_query":
        return f"{kind}|{_text(body.get('id'))}"
    number = chat.message or chat.edits
    return f"{kind}|{chat.address}|{number}|{_number(body.get('edit_date') or body.get('date'))}"


def _held(update: object, update_id: int, account: Account, now: datetime) -> RawMessage:
    """An update that makes no sense: the names of its fields are kept, and nothing that stands in them."""
    facts = _map(update)
    names = sorted(_text(name)[:40] for name in facts)[:20]
    body = _map(next((facts[one] for one in ALLOWED if one in facts), None))
    shape = {"update": names, "fields": sorted(_text(name)[:40] for name in body)[:60]}
    raw = json.dumps(shape, sort_keys=True).encode("ascii")
    whole = json.dumps(update, sort_keys=True, default=str).encode("utf-8", "replace")
    digest = hmac.new(account.secret, whole, hashlib.sha256).hexdigest()[:32]
    return RawMessage(
        channel=CHANNEL,
        account=account.bot_id,
        key=f"{update_id}/{digest}",
        raw=raw,
        received_at=now,
        held="An update of Telegram that makes no sense to us. Only the names of its fields are kept.",
    )


def _map(value: object) -> Facts:
    return value if isinstance(value, Mapping) else {}


def _number(value: object) -> int:
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
    return value if whole and isinstance(value, int) else 0


def _text(value: object) -> str:
    """A text that can be stored: no halves of characters, no NUL."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


def _address(chat: Facts) -> str:
    number = _number(chat.get("id"))
    if not number:
        raise _Senseless
    return str(number)


def _moment(value: object, now: datetime) -> datetime:
    """A moment as Telegram tells it, unless it cannot be: then ours."""
    seconds = _number(value)
    if not 0 < seconds < 2**35:
        return now
    at = datetime.fromtimestamp(seconds, UTC)
    return at if at < now + timedelta(days=1) else now


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)

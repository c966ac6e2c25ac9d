"""Header fields as a person would read them. Nothing here raises, whatever a stranger wrote."""

import base64
import binascii
import quopri
import re
from datetime import datetime
from email.utils import getaddresses, parsedate_to_datetime

from channels.email.charsets import decode
from models.message import Address

_ENCODED_WORD = re.compile(r"=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?[^?\s]+\?[bBqQ]\?)")
_FOLD = re.compile(r"\r?\n[ \t]*|\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ADDRESS = re.compile(r"[^\s<>\"'(),:;\[\]\\@]+@[^\s<>\"'(),:;\[\]\\@]+")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")
LONGEST_FIELD = 20_000
MOST_IDS = 100


def text_of(raw: str) -> str:
    """A header's value: unfolded, RFC 2047 words decoded, no control or direction-changing characters."""
    value = _FOLD.sub(" ", _bytes_as_text(raw[:LONGEST_FIELD]))
    return _CONTROL.sub("", _decode_words(value)).strip()


def addresses_of(raw_values: list[str]) -> tuple[Address, ...]:
    """The mailboxes that these header values name, in order; groups and comments are taken apart."""
    found: list[Address] = []
    for raw in raw_values:
        value = _FOLD.sub(" ", _bytes_as_text(raw[:LONGEST_FIELD]))
        for name, address in _split(value):
            cleaned = _address(address)
            if cleaned:
                found.append(Address(name=_CONTROL.sub("", _decode_words(name)).strip(" '\""), address=cleaned))
    return tuple(found)


def sender_of(raw_values: list[str]) -> Address | None:
    """Who wrote: the first mailbox with an address; a value with a name alone gives the name alone."""
    addresses = addresses_of(raw_values)
    if addresses:
        return addresses[0]
    for raw in raw_values:
        whole = text_of(raw)
        inside = _ADDRESS.search(whole)
        if inside:
            return Address(name=whole.replace(inside[0], "").strip(" <>\"'"), address=_address(inside[0]))
    names = [name for name in map(text_of, raw_values) if name]
    return Address(name=names[0].strip(" <>\"'"), address="") if names else None


def ids_of(raw_values: list[str]) -> tuple[str, ...]:
    """The Message-IDs in these header values, without brackets, each once; an unbracketed lone one counts too."""
    found: dict[str, None] = {}
    for raw in raw_values:
        value = _FOLD.sub("", _bytes_as_text(raw[:LONGEST_FIELD])).strip()
        ids = _MESSAGE_ID.findall(value)
        if not ids and value and " " not in value:
            ids = [value.strip("<>")]
        found.update(dict.fromkeys(_CONTROL.sub("", one) for one in ids))
    return tuple(found)[:MOST_IDS]


def date_of(raw: str) -> datetime | None:
    """The moment that a Date header names, or None when nobody can tell."""
    try:
        return parsedate_to_datetime(_FOLD.sub(" ", raw[:200]))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _split(value: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([value])
    except (ValueError, IndexError, RecursionError):
        return [("", match) for match in _ADDRESS.findall(value)]


def _address(text: str) -> str:
    """The address with its domain in lower case, or empty when it is none."""
    bare = _CONTROL.sub("", text).strip().strip("<>")
    found = _ADDRESS.fullmatch(bare)
    if not found:
        return ""
    local, _, domain = bare.rpartition("@")
    return f"{local}@{domain.lower().rstrip('.')}"


def _bytes_as_text(raw: str) -> str:
    """Undo the parser's surrogate escapes: 8-bit bytes in a header are UTF-8, or else cp1252."""
    try:
        raw.encode("utf-8")
    except UnicodeEncodeError:
        return decode(raw.encode("utf-8", "surrogateescape"), None)[0]
    return raw


def _decode_words(value: str) -> str:
    if "=?" not in value:
        return value
    joined = _BETWEEN_WORDS.sub(r"\1\2", value)
    parts: list[str] = []
    end = 0
    # Some senders cut a word in the middle of a character: neighbours in one charset are decoded together.
    pending, charset = b"", ""
    for word in _ENCODED_WORD.finditer(joined):
        between = joined[end : word.start()]
        name = word[1].partition("*")[0].lower()
        if between or name != charset:
            parts.append(decode(pending, charset)[0])
            parts.append(between)
            pending, charset = b"", name
        pending += _word_bytes(word[2], word[3])
        end = word.end()
    return "".join([*parts, decode(pending, charset)[0], joined[end:]])


def _word_bytes(encoding: str, content: str) -> bytes:
    data = content.encode("ascii", "replace")
    if encoding in "qQ":
        return quopri.decodestring(data.replace(b"_", b" "))
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return data

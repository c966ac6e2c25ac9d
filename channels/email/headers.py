"""Header fields as a person would read them. Nothing here raises, whatever a stranger wrote."""

import base64
import binascii
import quopri
import re
from datetime import datetime
from email.utils import getaddresses, parsedate_to_datetime

from channels.email.charsets import decode
from models.message import Address

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")
_SPACED_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?((?:[^?]|\?(?!=)){0,400})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?[^?\s]{1,80}\?[bBqQ]\?)")
_FOLD = re.compile(r"\r?\n[ \t]*|\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BLANK = re.compile(r"[ \t\r\n]+")
_ADDRESS = re.compile(
    r"(?:\"[^\"\\<>\r\n]{1,64}\"|[^\s<>\"'(),:;\[\]\\@][^\s<>\"(),:;\[\]\\@]*)"
    r"@(?:[^\s<>\"'(),:;\[\]\\@]+|\[[0-9A-Fa-f:.]{3,60}\])"
)
_ANGLES = re.compile(r"<\s*([^<>\s]{1,300}@[^<>\s]{1,300})\s*>")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")
LONGEST_FIELD = 20_000
"""Characters of one field that are read."""
MOST_VALUES = 20
"""Fields of one name that are read."""
MOST_IDS = 100
MOST_ADDRESSES = 500


def plain(raw: bytes, charset: str | None = None) -> str:
    """A field's value as text, still folded and encoded: 8-bit bytes are UTF-8, or in `charset`, or else cp1252."""
    raw = raw[:LONGEST_FIELD]
    if raw.isascii():
        return raw.decode("ascii")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return decode(raw, charset)[0]


def bytes_of(text: str) -> bytes:
    """The bytes that `plain` read, for ASCII and UTF-8."""
    return text.encode("utf-8", "replace")


def text_of(value: str) -> str:
    """A field's value: unfolded, RFC 2047 words decoded, no control or direction-changing characters, one line."""
    return _clean(_decode_words(_FOLD.sub(" ", value[:LONGEST_FIELD])))


def addresses_of(values: list[str]) -> tuple[Address, ...]:
    """The mailboxes that these header values name, in order; groups and comments are taken apart."""
    found: list[Address] = []
    for raw in values[:MOST_VALUES]:
        value = _FOLD.sub(" ", raw[:LONGEST_FIELD])
        for name, address in _split(value):
            cleaned = _address(address)
            if cleaned:
                found.append(Address(name=_name(name), address=cleaned))
    return tuple(found[:MOST_ADDRESSES])


def sender_of(values: list[str]) -> Address | None:
    """Who wrote: the first mailbox with an address; a value with a name alone gives the name alone."""
    for raw in values[:MOST_VALUES]:
        value = _FOLD.sub(" ", raw[:LONGEST_FIELD])
        angles = _ANGLES.findall(value)
        address = _address(angles[0]) if len(angles) == 1 else ""
        if address:
            # "Surname, First name <…>" without quotes is one person, whatever the grammar says.
            name = _name(value[: value.index("<")] or value.rpartition(">")[2])
            if "=?" not in name:
                return Address(name=name, address=address)
        addresses = (() if address else addresses_of([raw])) or _inside(text_of(raw))
        if addresses:
            return addresses[0]
    names = [name for name in map(_name, values[:MOST_VALUES]) if name]
    return Address(name=names[0], address="") if names else None


def _inside(whole: str) -> tuple[Address, ...]:
    """The address in a value that no grammar explains, for example one that is encoded as a whole."""
    found = _ADDRESS.search(whole)
    if not found:
        return ()
    return (Address(name=whole.replace(found[0], "").strip(" <>\"'"), address=_address(found[0])),)


def ids_of(values: list[str]) -> tuple[str, ...]:
    """The Message-IDs in these header values, without brackets, each once; an unbracketed lone one counts too."""
    found: dict[str, None] = {}
    for raw in values[:MOST_VALUES]:
        value = _CONTROL.sub("", _FOLD.sub("", raw[:LONGEST_FIELD])).strip()
        ids = _MESSAGE_ID.findall(value)
        if not ids and value:
            bare = _BLANK.sub("", value) if "<" in value or "@" not in value.split()[0] else value.split()[0]
            ids = [bare.strip("<>")] if bare.strip("<>") else []
        found.update(dict.fromkeys(one[:900] for one in ids))
    return tuple(found)[:MOST_IDS]


def date_of(raw: str) -> datetime | None:
    """The moment that a Date header names, or None when nobody can tell."""
    value = _BLANK.sub(" ", _FOLD.sub(" ", raw[:200])).strip()
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            return read(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _clean(text: str) -> str:
    return _BLANK.sub(" ", _CONTROL.sub("", text)).strip()


def _name(text: str) -> str:
    bare = _BLANK.sub(" ", text).strip().strip("\"' ").replace('\\"', '"')
    return _clean(_decode_words(bare)).strip("\"' ")


def _split(value: str) -> list[tuple[str, str]]:
    if value.count("(") > 50 or value.count('"') > 2 * MOST_ADDRESSES:
        # Nested comments make the grammar slow and deep; nobody writes them.
        return [("", match) for match in _ADDRESS.findall(value)]
    try:
        return getaddresses([value])
    except (ValueError, IndexError, RecursionError):
        return [("", match) for match in _ADDRESS.findall(value)]


def _address(text: str) -> str:
    """The address with its domain in lower case, or empty when it is none."""
    bare = _CONTROL.sub("", text).strip().strip("<>'")
    bare = bare.removeprefix("mailto:")
    found = _ADDRESS.fullmatch(bare)
    if not found:
        return ""
    local, _, domain = bare.rpartition("@")
    return f"{local}@{domain.lower().rstrip('.')}"


def _decode_words(value: str) -> str:
    if "=?" not in value:
        return value
    joined = _BETWEEN_WORDS.sub(r"\1\2", value)
    pattern = _ENCODED_WORD if _ENCODED_WORD.search(joined) else _SPACED_WORD
    parts: list[str] = []
    end = 0
    # Some senders cut a word in the middle of a character: neighbours in one charset are decoded together.
    pending, charset = b"", ""
    for word in pattern.finditer(joined):
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
    data = content.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(data.replace(b"_", b" ").replace(b"=\n", b"="))
    bare = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    bare = bare[:-1] if len(bare) % 4 == 1 else bare
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return data

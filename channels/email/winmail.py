"""winmail.dat: what Outlook packs a mail into when it takes the other side for an Outlook, too (MS-OXTNEF).

Our own reader, since the one there is copies the rest of the file for every attribute and trusts each count in it:
a small hostile file keeps it busy for hours. Here each byte is looked at once, within bounds.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import compressed_rtf
from striprtf.striprtf import rtf_to_text

from channels.email.charsets import decode

SIGNATURE = b"\x78\x9f\x3e\x22"
LARGEST_RTF = 2_000_000
"""Bytes of rich text that are unpacked."""
MOST_ATTRIBUTES = 20_000
MOST_PROPERTIES = 5_000
DEEPEST = 3
"""A packed mail may hold a packed mail."""

_BODY, _TITLE, _DATA, _NEW_FILE, _FILE_PROPERTIES, _PROPERTIES = 0x800C, 0x8010, 0x800F, 0x9002, 0x9005, 0x9003
_PR_BODY, _PR_HTML, _PR_RTF = 0x1000, 0x1013, 0x1009
_PR_CONTENT, _PR_SHORT_NAME, _PR_LONG_NAME = 0x3701, 0x3704, 0x3707
_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
"""Bytes of a property's value by its type; all others say their own length."""
_MESSAGE_OBJECT = bytes.fromhex("0703020000000000c000000000000046")


@dataclass(slots=True)
class PackedFile:
    """A file in it."""

    name: str = ""
    data: bytes = b""


@dataclass(slots=True)
class Winmail:
    """What was in it. `whole` is false when its end could not be read."""

    text: str = ""
    html: str = ""
    files: list[PackedFile] = field(default_factory=list)
    inner: list[str] = field(default_factory=list)
    """The texts of mails packed into this one."""
    whole: bool = True


def is_winmail(data: bytes) -> bool:
    """Whether these bytes begin as such a file does."""
    return data.startswith(SIGNATURE)


def unpacked(data: bytes, depth: int = 0) -> Winmail:
    """What a winmail.dat holds. Never raises; what cannot be read is left out, and `whole` says so."""
    found = Winmail()
    rtf = b""
    try:
        for attribute, value in _attributes(data):
            if attribute == _BODY:
                found.text = found.text or _text(value)
            elif attribute == _PROPERTIES:
                rtf = _message(found, value) or rtf
            elif attribute == _NEW_FILE:
                found.files.append(PackedFile())
            elif found.files:
                _file(found, attribute, value, depth)
    except (struct.error, ValueError):
        found.whole = False
    if rtf and not found.text.strip() and not found.html.strip():
        found.text = _rich_text(rtf)
    found.files = [one for one in found.files if one.data or one.name]
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each attribute: its number and its bytes. Raises ValueError where the file breaks off."""
    if not is_winmail(data):
        raise ValueError("this is no winmail.dat")
    at = 6
    for _ in range(MOST_ATTRIBUTES):
        if at + 9 > len(data):
            return
        attribute, size = struct.unpack_from("<H2xI", data, at + 1)
        if at + 9 + size > len(data):
            raise ValueError("it breaks off")
        yield attribute, data[at + 9 : at + 9 + size]
        at += 9 + size + 2  # two bytes of a check sum follow
    raise ValueError("it has too many attributes")


def _message(found: Winmail, value: bytes) -> bytes:
    """The body, from the properties of the mail; the rich text is handed back, since it is unpacked only if need be."""
    rtf = b""
    for number, content in _properties(value):
        if number == _PR_BODY:
            found.text = _text(content)
        elif number == _PR_HTML:
            found.html = _text(content)
        elif number == _PR_RTF:
            rtf = content
    return rtf


def _file(found: Winmail, attribute: int, value: bytes, depth: int) -> None:
    file = found.files[-1]
    if attribute == _TITLE:
        file.name = file.name or _text(value)
    elif attribute == _DATA:
        file.data = value
    elif attribute == _FILE_PROPERTIES:
        for number, content in _properties(value):
            if number == _PR_LONG_NAME or (number == _PR_SHORT_NAME and not file.name):
                file.name = _text(content)
            elif number == _PR_CONTENT:
                _content(found, file, content, depth)


def _content(found: Winmail, file: PackedFile, content: bytes, depth: int) -> None:
    if not content.startswith(_MESSAGE_OBJECT):
        file.data = content
        return
    file.data = content[len(_MESSAGE_OBJECT) :]
    if depth < DEEPEST:
        inner = unpacked(file.data, depth + 1)
        found.inner += [text for text in (inner.text, *inner.inner) if text.strip()]
        found.files.extend(inner.files)


def _properties(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each property of a list: its number and the bytes of its (first) value. Raises struct.error, ValueError."""
    (count,) = struct.unpack_from("<I", data)
    at = 4
    for _ in range(min(count, MOST_PROPERTIES)):
        kind, number = struct.unpack_from("<HH", data, at)
        at += 4
        if number >= 0x8000:
            at = _named(data, at)
        values = 1
        several, kind = kind & 0x1000, kind & 0x0FFF
        if several or kind in {0x1E, 0x1F, 0x102, 0xD}:
            (values,) = struct.unpack_from("<I", data, at)
            at += 4
        if values > MOST_PROPERTIES:
            raise ValueError("a property has too many values")
        first = b""
        for position in range(values):
            content, at = _value(data, at, kind)
            first = content if position == 0 else first
        yield number, first


def _named(data: bytes, at: int) -> int:
    """Past the name of a named property."""
    (by_name,) = struct.unpack_from("<I", data, at + 16)
    at += 20
    if not by_name:
        return at + 4
    size: int = struct.unpack_from("<I", data, at)[0]
    return at + 4 + size + -size % 4


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    if kind in _SIZES:
        size = _SIZES[kind]
        return data[at : at + size], at + size
    (size,) = struct.unpack_from("<I", data, at)
    at += 4
    if at + size > len(data):
        raise ValueError("a value breaks off")
    content = data[at : at + size]
    if kind == 0x1F:
        content = content.decode("utf-16-le", "replace").encode()
    return content, at + size + -size % 4


def _text(data: bytes) -> str:
    return decode(data.rstrip(b"\0"), None)[0].replace("\r\n", "\n").replace("\0", "")


def _rich_text(data: bytes) -> str:
    """Compressed rich text as plain text; empty when it cannot be read."""
    if len(data) < 16 or int.from_bytes(data[4:8], "little") > LARGEST_RTF or len(data) > LARGEST_RTF:
        return ""
    try:
        rich = compressed_rtf.decompress(data).decode("latin-1")
        return str(rtf_to_text(rich, errors="ignore")).strip()  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001 - foreign code on foreign bytes: whatever it raises, there is no text in it for us
        return ""

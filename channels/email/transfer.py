"""Content-Transfer-Encoding undone, however badly it was done. Nothing here raises."""

import binascii
import re
from dataclasses import dataclass

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET))
_NOT_BASE64_NOR_PADDING = _NOT_BASE64.replace(b"=", b"")
_PLAIN_FOOTER = re.compile(rb"\n[^\n]*[ _][^\n]*[^\s]")
_UU_BEGIN = re.compile(r"^begin(?:-base64)? [0-7]{3,4} (\S[^\n]{0,200})$", re.MULTILINE)
_IDENTITY = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit"})
_UU = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
MOST_UU_FILES = 50
MOST_UU_LINES = 200_000
"""Lines of one uuencoded file that are decoded (45 bytes each)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Uuencoded:
    """A file that was written into the text. `size` is in bytes, after decoding."""

    name: str
    size: int


def undo(data: bytes, encoding: str) -> tuple[bytes, str | None]:
    """The bytes as they were before the encoding, and a defect in words."""
    if encoding in _IDENTITY:
        return data, None
    if encoding == "base64":
        return _base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data), None
    if encoding in _UU:
        return _uu_lines(data.decode("latin-1")), None
    return data, f"unknown transfer encoding {encoding[:40]!r}"


def size(data: bytes, encoding: str) -> int:
    """How many bytes `undo` would give, without a copy of a big attachment where that can be had."""
    if encoding == "base64":
        return len(data.translate(None, _NOT_BASE64)) * 6 // 8
    return len(undo(data, encoding)[0])


def _base64(data: bytes) -> tuple[bytes, str | None]:
    footer = _PLAIN_FOOTER.search(data)
    clear = b""
    if footer:  # a list server or a virus scanner wrote below the encoded text
        clear = data[footer.start() :]
        data = data[: footer.start()]
    bare = data.translate(None, _NOT_BASE64_NOR_PADDING)
    # Texts encoded one by one and put together have padding in the middle.
    pieces = [_unpadded(piece) for piece in bare.split(b"=") if piece]
    defect = None
    if footer:
        defect = "plain text stands in a base64 part"
    elif len(bare) % 4:
        defect = "base64 of a wrong length"
    return b"".join(pieces) + clear, defect


def _unpadded(piece: bytes) -> bytes:
    piece = piece[: len(piece) - 1] if len(piece) % 4 == 1 else piece
    return binascii.a2b_base64(piece + b"=" * (-len(piece) % 4))


def _uu_lines(text: str) -> bytes:
    out: list[bytes] = []
    for line in text[: 62 * MOST_UU_LINES].split("\n", MOST_UU_LINES)[:MOST_UU_LINES]:
        if line.startswith("begin ") or not line.strip("` "):
            continue
        if line.strip() == "end":
            break
        out.append(_uu_line(line))
    return b"".join(out)


def _uu_line(line: str) -> bytes:
    try:
        return binascii.a2b_uu(line.encode("latin-1", "replace"))
    except binascii.Error:
        # Some encoders count wrongly: the length byte decides.
        expected = ((ord(line[0]) - 32) & 63) * 4 // 3 + 2
        try:
            return binascii.a2b_uu(line[:expected].encode("latin-1", "replace"))
        except binascii.Error:
            return b""


def without_uuencoded(text: str) -> tuple[str, list[Uuencoded]]:
    """The text without the files that old programs write into it (`begin 644 name` … `end`), and these files."""
    found: list[Uuencoded] = []
    kept: list[str] = []
    done = 0
    for begin in _UU_BEGIN.finditer(text):
        if begin.start() < done or len(found) >= MOST_UU_FILES:
            continue
        end = text.find("\nend", begin.end())
        if end < 0:
            break
        body = text[begin.end() : end]
        if not _looks_uuencoded(body):
            continue
        kept.append(text[done : begin.start()])
        found.append(Uuencoded(name=begin[1].strip(), size=len(_uu_lines(body))))
        done = end + len("\nend")
    return "".join([*kept, text[done:]]), found


def _looks_uuencoded(body: str) -> bool:
    lines = body.strip("\n").split("\n")
    return bool(lines) and all(line[:1] and 32 <= ord(line[0]) <= 96 and len(line) <= 90 for line in lines[:20])

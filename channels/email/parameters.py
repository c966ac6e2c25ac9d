"""Content-Type and Content-Disposition: their value and parameters (RFC 2045, RFC 2231), as people write them."""

import re
from itertools import islice
from urllib.parse import unquote_to_bytes

from channels.email.charsets import decode

LONGEST = 8_000
"""Characters of one header that are looked at."""
MOST = 100
"""Parameters of one header."""
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,100})\s*=\s*(?:"((?:[^"\\]|\\.)*)(?:"|\Z)|([^;]*))', re.DOTALL)
_NUMBERED = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?")
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_ESCAPED = re.compile(r'\\(["\\])')
_CHARSET_AND_LANGUAGE = re.compile(r"([^']{0,60})'([^']{0,60})'(.*)", re.DOTALL)


def split(value: str) -> tuple[str, dict[str, str]]:
    """The value itself in lower case, and its parameters by name in lower case, decoded."""
    value = value[:LONGEST]
    head = value.partition(";")[0]
    pieces: dict[str, list[tuple[int, str, bool]]] = {}
    for found in islice(_PARAMETER.finditer(value), MOST):
        name, quoted, bare = found.groups()
        numbered = _NUMBERED.fullmatch(name.lower())
        if not numbered:
            continue
        text = _ESCAPED.sub(r"\1", quoted) if quoted is not None else bare.strip().strip('"')
        pieces.setdefault(numbered[1], []).append((int(numbered[2] or -1), text, bool(numbered[3])))
    parameters = {name: _joined(found) for name, found in pieces.items()}
    return _COMMENT.sub("", head).strip().strip('"').lower(), parameters


def _joined(pieces: list[tuple[int, str, bool]]) -> str:
    """One value from its numbered sections; an encoded one (`name*=`) goes before a plain one of the same name."""
    whole = [piece for piece in pieces if piece[0] < 0]
    if whole:
        _, text, encoded = next((piece for piece in whole if piece[2]), whole[0])
        return _decoded([(text, encoded)]) if encoded else text
    return _decoded([(text, encoded) for _, text, encoded in sorted(pieces, key=lambda piece: piece[0])])


def _decoded(sections: list[tuple[str, bool]]) -> str:
    charset = ""
    first, encoded = sections[0]
    told = _CHARSET_AND_LANGUAGE.fullmatch(first) if encoded else None
    if told:
        charset, _, first = told.groups()
        sections = [(first, True), *sections[1:]]
    if not any(flag for _, flag in sections):
        return "".join(text for text, _ in sections)
    data = b"".join(unquote_to_bytes(text) if flag else text.encode("utf-8", "replace") for text, flag in sections)
    return decode(data, charset)[0]

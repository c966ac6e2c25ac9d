"""How a mail is written out for a DKIM signature: its fields and its text, simple or relaxed (RFC 6376, 3.4)."""

import re

Field = tuple[bytes, bytes, bytes]
"""Name in lower case, the whole field with its line ends, its value."""
FORMS = frozenset({"simple", "relaxed"})
_LINE_END = re.compile(rb"\r?\n")
_END_OF_HEADERS = re.compile(rb"(?:\A|\r\n)\r\n")
_FIELD = re.compile(rb"^([!-9;-~]{1,200})[ \t]*:((?:[^\r\n]|\r(?!\n)|\r\n[ \t])*)\r\n", re.MULTILINE)
_BLANK = re.compile(rb"[ \t]+")
_BLANK_AT_END = re.compile(rb"[ \t]+\r\n")
_FOLD = re.compile(rb"\r\n")
_SIGNATURE_VALUE = re.compile(rb"((?:\A|;)[ \t\r\n]*b[ \t\r\n]*=)[^;]*")
_WHITE = re.compile(r"[ \t\r\n]+")
MOST_FIELDS = 1_000
MOST_SIGNED = 200
"""Names in one signature."""


def taken_apart(raw: bytes) -> tuple[list[Field], bytes]:
    """The header fields, and the text behind the first empty line; every line ends in CRLF."""
    whole = _LINE_END.sub(b"\r\n", raw)
    end = _END_OF_HEADERS.search(whole)
    head, body = (whole[: end.start()] + b"\r\n", whole[end.end() :]) if end else (whole + b"\r\n", b"")
    fields = [(found[1].lower(), found[0], found[2]) for found in _first(_FIELD, head)]
    return fields, body


def _first(pattern: re.Pattern[bytes], head: bytes) -> list[re.Match[bytes]]:
    found = []
    for match in pattern.finditer(head):
        found.append(match)
        if len(found) >= MOST_FIELDS:
            break
    return found


def tags_of(value: bytes | str) -> dict[str, str]:
    """The tags of a signature or a key record, without any white space; of two that are the same neither counts."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    tags: dict[str, str] = {}
    twice: set[str] = set()
    for part in text.split(";")[:50]:
        name, sign, content = part.partition("=")
        name = name.strip()
        if sign and name:
            twice |= {name} if name in tags else set()
            tags[name] = _WHITE.sub("", content)
    return {name: content for name, content in tags.items() if name not in twice}


def known(form: str) -> bool:
    """Whether `c=` names forms that there are."""
    return set(canonical_names(form)) <= FORMS


def canonical_names(form: str) -> tuple[str, str]:
    """The forms of the headers and of the text that `c=` names."""
    headers, _, body = (form or "simple").lower().partition("/")
    return headers, body or "simple"


def canonical_body(body: bytes, form: str) -> bytes:
    """The text as it is hashed."""
    if form == "relaxed":
        body = _BLANK_AT_END.sub(b"\r\n", _BLANK.sub(b" ", body))
        body = body.removesuffix(b" ") if not body.endswith(b"\r\n") else body
    tail = body[len(body.rstrip(b"\r\n")) :]
    if tail.endswith(b"\r\n"):
        # Every LF stands behind a CR here, so all that follows the last two CRs in a row are whole line ends.
        body = body[: len(body) - len(tail) + tail.rfind(b"\r\r") + 1]
    bare = body
    if bare:
        return bare + b"\r\n"
    return b"" if form == "relaxed" else b"\r\n"


def canonical_field(whole: bytes, form: str) -> bytes:
    """One header field as it is signed, with its line end."""
    if form == "simple":
        return whole
    name, _, value = whole.partition(b":")
    return name.strip().lower() + b":" + _BLANK.sub(b" ", _FOLD.sub(b"", value)).strip(b" \t") + b"\r\n"


def signed_headers(fields: list[Field], names: str, signature: bytes, form: str) -> bytes:
    """All that the signature is over: the named fields, the last one of a name first, and itself without its value."""
    left: dict[bytes, list[bytes]] = {}
    for name, whole, _ in fields:
        left.setdefault(name, []).append(whole)
    parts = []
    for wanted in names.lower().split(":")[:MOST_SIGNED]:
        stack = left.get(wanted.strip().encode("utf-8", "replace"), [])
        if stack:
            parts.append(canonical_field(stack.pop(), form))
    head, colon, value = signature.partition(b":")
    bare = head + colon + _SIGNATURE_VALUE.sub(rb"\1", value)
    return b"".join([*parts, canonical_field(bare, form).removesuffix(b"\r\n")])

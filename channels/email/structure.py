"""Raw bytes to a tree of parts: MIME as it comes, broken or hostile, within bounds of size, depth and number.

Why not the standard library's parser: it keeps a copy of every line and an object for every part, so that some 50 MB
need a gigabyte and half a minute. Here a part is a range of the bytes; nothing is copied until somebody asks for it.
"""

import re
from dataclasses import dataclass, field

from channels.email import headers, parameters, transfer

LONGEST_HEADER_BLOCK = 1_000_000
"""Bytes of one header block that are read."""
MOST_FIELDS = 2_000
DEEPEST = 50
MOST_PARTS = 1_000
MOST_TRIES = 100_000
"""Places in one part that look like a boundary at first sight."""
MOST_SCANNED = 400_000_000
"""Bytes searched for boundaries, in all. A mail is searched once for each level of its parts."""
LARGEST_ENCODED_MAIL = 8_000_000
"""Bytes. An attached mail that is encoded against the rules and larger than this is not looked into."""

KNOWN = frozenset(
    {
        *("from", "to", "cc", "bcc", "subject", "date", "sender", "reply-to", "delivered-to", "return-path"),
        *("message-id", "in-reply-to", "references", "mime-version", "content-type", "content-transfer-encoding"),
        *("received", "x-mailer", "user-agent", "dkim-signature", "auto-submitted", "precedence", "importance"),
        *("content-disposition", "content-id", "content-language", "authentication-results", "thread-topic"),
        *("thread-index", "list-id", "x-originating-ip", "envelope-to", "x-priority", "accept-language"),
    }
)
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_KNOWN_FIELD = re.compile(
    rb"^(?:" + b"|".join(name.encode() for name in sorted(KNOWN)) + rb"|x-[\w-]{1,60}|list-[\w-]{1,30})[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_BLANK_LINE = re.compile(rb"\n\r*\n")
_LOST_BOUNDARY = re.compile(rb"^--([^\s][^\r\n]{0,200})\r?\ncontent-[a-z-]{1,40}:", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class Part:
    """One part: its header fields, its type, where its body lies in the bytes, and its own parts."""

    fields: list[tuple[str, bytes]]
    """Names in lower case; values as they came, folded as they were."""
    data: bytes = field(repr=False)
    start: int
    end: int
    kind: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    disposition_parameters: dict[str, str] = field(default_factory=dict)
    encoding: str = ""
    children: list["Part"] = field(default_factory=list)
    opened: bool = False
    """Its children were looked for; those that are not there are not there."""

    def body(self, most: int | None = None) -> bytes:
        """The bytes as they came, or their beginning."""
        end = self.end if most is None else min(self.end, self.start + most)
        return self.data[self.start : end]

    def values(self, name: str) -> list[bytes]:
        """All values of a header field."""
        return [value for one, value in self.fields if one == name]


@dataclass(slots=True)
class _Taking:
    """What is left of the bounds while a mail is taken apart, and what was found wrong."""

    defects: dict[str, None]
    parts: int = 0
    scanned: int = 0

    def may_scan(self, size: int) -> bool:
        self.scanned += size
        if self.scanned <= MOST_SCANNED:
            return True
        self.defects["too much nesting for its size; the rest was not read"] = None
        return False


def take_apart(raw: bytes, defects: dict[str, None]) -> Part:
    """The tree of parts. What is wrong is noted in `defects`, in words."""
    if b"\n" not in raw[:20_000] and b"\r" in raw[:20_000]:
        raw = raw.replace(b"\r", b"\n")
        defects["lines end in CR alone"] = None
    start, junk = _first_header(raw)
    if junk:
        defects["there was junk before the headers"] = None
    return _part(raw, (start, len(raw)), "text/plain", 0, _Taking(defects=defects))


def header_fields(raw: bytes) -> list[tuple[str, bytes]]:
    """The header fields alone, as `Part.fields` has them, without looking at the rest of the mail."""
    if b"\n" not in raw[:20_000] and b"\r" in raw[:20_000]:
        raw = raw.replace(b"\r", b"\n")
    start, _ = _first_header(raw)
    return _head(raw, start, len(raw), {})[0]


def _first_header(raw: bytes) -> tuple[int, bool]:
    """Where the first header field begins: behind a byte-order mark, blank lines, an mbox line, junk."""
    if _FIELD.match(raw):
        return 0, False
    position, words = 0, False
    for line in raw[:20_000].splitlines(keepends=True)[:50]:
        mark = 3 if line.startswith(b"\xef\xbb\xbf") else 0
        if _KNOWN_FIELD.match(line[mark:]):
            return position + mark, words
        words = words or bool(line.strip())
        position += len(line)
    return 0, False


def _part(data: bytes, within: tuple[int, int], default: str, depth: int, taking: _Taking) -> Part:
    """The part that lies between these two places; `default` is its type if it names none."""
    start, end = within
    taking.parts += 1
    fields, body = _head(data, start, end, taking.defects)
    part = Part(fields=fields, data=data, start=body, end=end, kind=default)
    _describe(part, default)
    if depth >= DEEPEST or taking.parts >= MOST_PARTS:
        taking.defects["too many or too deeply nested parts; the rest was not read"] = None
        return part
    if part.kind.startswith("multipart/"):
        _open_multipart(part, depth, taking)
    elif part.kind in {"message/rfc822", "message/global", "message/news"}:
        _open_message(part, depth, taking)
    return part


def _describe(part: Part, default: str) -> None:
    for name, raw in part.fields:
        if name == "content-type" and part.kind == default and not part.parameters:
            kind, part.parameters = parameters.split(headers.plain(raw))
            part.kind = kind if re.fullmatch(r"[^\s/;]+/[^\s/;]+", kind) else default
        elif name == "content-disposition" and not part.disposition:
            part.disposition, part.disposition_parameters = parameters.split(headers.plain(raw))
        elif name == "content-transfer-encoding" and not part.encoding:
            part.encoding = parameters.split(headers.plain(raw))[0].split(" ")[0]


def _head(data: bytes, start: int, end: int, defects: dict[str, None]) -> tuple[list[tuple[str, bytes]], int]:
    """The header fields, and where the body begins."""
    first = data[start : start + 2]
    if first[:1] == b"\n" or first == b"\r\n":
        return [], start + (1 if first[:1] == b"\n" else 2)
    blank = _BLANK_LINE.search(data, start, end)
    stop, body = (blank.start(), blank.end()) if blank else (end, end)
    if stop - start > LONGEST_HEADER_BLOCK:
        defects["the headers are too long; their end was not read"] = None
    head = data[start : min(stop, start + LONGEST_HEADER_BLOCK)]
    fields, unread = _head_lines(head, defects)
    return fields, body if unread is None else start + unread


def _head_lines(head: bytes, defects: dict[str, None]) -> tuple[list[tuple[str, bytes]], int | None]:
    """The fields, and where in the block the text begins if the blank line before it is missing."""
    fields: list[tuple[str, list[bytes]]] = []
    last_known: int | None = None
    position, before = 0, b""
    unread = None
    for whole in head.split(b"\n"):
        line = whole.rstrip(b"\r")
        field_name = _FIELD.match(line)
        if line[:1] in {b" ", b"\t"} and fields:
            fields[-1][1].append(line)
        elif field_name and len(fields) < MOST_FIELDS:
            fields.append((field_name[1].decode("ascii").lower(), [line[field_name.end() :]]))
        elif not field_name and line.strip() and not line.startswith((b"From ", b">From ")):
            if last_known is None:
                last_known = max((found.start() for found in _KNOWN_FIELD.finditer(head)), default=-1)
            if not fields or not (position < last_known or before.endswith((b",", b";"))):
                unread = position
                defects["no blank line between the headers and the text"] = None
                break
            fields[-1][1].append(b" " + line)
            defects["a folded header line is not indented"] = None
        position += len(whole) + 1
        before = line
    return [(name, b"\n".join(lines).strip()) for name, lines in fields], unread


def _open_message(part: Part, depth: int, taking: _Taking) -> None:
    data, start, end = part.data, part.start, part.end
    if part.encoding in {"base64", "quoted-printable"}:
        if end - start > LARGEST_ENCODED_MAIL or not taking.may_scan(end - start):
            taking.defects["an attached mail is too large to be looked into"] = None
            return
        data = transfer.undo(part.body(), part.encoding)[0]
        start, end = 0, len(data)
    while data[start : start + 1] in {b"\r", b"\n"}:
        start += 1
    part.opened = True
    if start < end:
        part.children.append(_part(data, (start, end), "text/plain", depth + 1, taking))


def _open_multipart(part: Part, depth: int, taking: _Taking) -> None:
    boundary = headers.bytes_of(part.parameters.get("boundary", "")).rstrip()
    ranges = _ranges(part, boundary, taking) if boundary else []
    if not ranges:
        lost = (
            _LOST_BOUNDARY.search(part.data, part.start, part.end) if taking.may_scan(part.end - part.start) else None
        )
        taking.defects["the boundary between the parts is missing" if boundary else "no boundary is named"] = None
        ranges = _ranges(part, lost[1].rstrip(), taking) if lost else []
    if not ranges:
        part.kind = "text/plain"
        return
    part.opened = True
    default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
    for within in ranges:
        if taking.parts >= MOST_PARTS:
            taking.defects["too many or too deeply nested parts; the rest was not read"] = None
            return
        part.children.append(_part(part.data, within, default, depth + 1, taking))


def _ranges(part: Part, boundary: bytes, taking: _Taking) -> list[tuple[int, int]]:
    """Where the parts between the boundary lines begin and end."""
    if not taking.may_scan(part.end - part.start):
        return []
    data, mark = part.data, b"--" + boundary
    found: list[tuple[int, int]] = []
    begun: int | None = None
    position = part.start
    for _ in range(MOST_TRIES):
        position = data.find(mark, position, part.end)
        if position < 0 or len(found) > MOST_PARTS:
            break
        after = position + len(mark)
        line_end = data.find(b"\n", after, min(after + 200, part.end))
        rest = data[after : line_end if line_end >= 0 else min(after + 200, part.end)].strip()
        if (position > part.start and data[position - 1] not in b"\r\n") or rest not in {b"", b"--"}:
            position = after
            continue
        if begun is not None:
            found.append((begun, _before_line_end(data, begun, position)))
        begun = line_end + 1 if line_end >= 0 else part.end
        if rest == b"--":
            _note_epilogue(data, begun, part.end, taking)
            return found
        position = begun
    if begun is not None:
        found.append((begun, part.end))
        taking.defects["the last boundary is missing; the mail may be cut off"] = None
    return found


def _note_epilogue(data: bytes, start: int, end: int, taking: _Taking) -> None:
    if data[start : min(end, start + 2_000)].strip():
        taking.defects["text after the last part was not read"] = None


def _before_line_end(data: bytes, start: int, end: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    if end > start and data[end - 1 : end] == b"\n":
        end -= 1
    if end > start and data[end - 1 : end] == b"\r":
        end -= 1
    return end

"""Raw bytes to a readable `Mail`. It never raises: what cannot be read is a defect, and the rest is still read.

The standard library's `compat32` parser takes the structure apart; it is five times as fast as `policy.default` and
does not raise on odd headers. What headers and texts mean is read by our own modules beside this one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Any

from channels.email import automatic, headers
from channels.email.bodies import Body, read_body
from models.message import Address, Attachment, Automatic, Mail

LONGEST_HEADER_BLOCK = 1_000_000
DEEPEST = 50
MOST_PARTS = 1_000
_FIELD = re.compile(rb"[!-9;-~]{1,200}:")
_KNOWN = frozenset(
    {
        *("from", "to", "cc", "subject", "date", "sender", "reply-to", "delivered-to", "return-path", "received"),
        *("message-id", "in-reply-to", "references", "mime-version", "content-type", "content-transfer-encoding"),
        *("x-mailer", "dkim-signature"),
    }
)


@dataclass(slots=True)
class _Found:
    """What is collected on the way through the parts."""

    body: Body = field(default_factory=Body)
    attachments: list[Attachment] = field(default_factory=list)
    defects: dict[str, None] = field(default_factory=dict)
    parts: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def read(raw: bytes, *, own_addresses: frozenset[str] = frozenset()) -> Mail:
    """Read a mail. Never raises, on any bytes; `readable` is false when there is no header that anybody could read."""
    message, defects = _parse(raw)
    fields = _fields(message)
    if not _KNOWN & fields.keys():
        return Mail(sender=None, readable=False, defects=("no mail header was found", *defects))
    found = _Found(defects=dict.fromkeys(defects))
    read_body(_leaves(message, found), found.body, found.attachments, found.defects)
    text, new, html = found.body.result()
    sender = headers.sender_of(fields.get("from", [])) or headers.sender_of(fields.get("sender", []))
    subject = " ".join(headers.text_of(value) for value in fields.get("subject", [])[:1])
    kind, reason = _automatic(fields, sender, subject, found.parts, own_addresses)
    date = headers.date_of(fields["date"][0]) if "date" in fields else None
    ids = headers.ids_of(fields.get("message-id", []))
    _note_defects(fields, sender, date, ids, found.defects)
    return Mail(
        sender=sender,
        to=headers.addresses_of(fields.get("to", [])),
        cc=headers.addresses_of(fields.get("cc", [])),
        subject=subject,
        date=date,
        message_id=ids[0] if ids else None,
        in_reply_to=headers.ids_of(fields.get("in-reply-to", [])),
        references=headers.ids_of(fields.get("references", [])),
        text=text,
        new_text=new,
        html=html,
        attachments=tuple(found.attachments),
        automatic=kind,
        automatic_reason=reason,
        defects=tuple(found.defects),
    )


def as_contract(mail: Mail, file: str) -> dict[str, Any]:
    """The answer of `intake read --jsonl` for one file (see docs/contracts.md)."""
    return {
        "file": file,
        "from": mail.sender.address if mail.sender else None,
        "name": mail.sender.name if mail.sender else None,
        "to": [one.address for one in mail.to],
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to[0] if mail.in_reply_to else None,
        "references": list(mail.references),
        "text": mail.text,
        "new_text": mail.new_text,
        "html": mail.html or None,
        "attachments": [{"name": one.name, "type": one.type, "size": one.size} for one in mail.attachments],
        "automatic": mail.automatic.value if mail.automatic else None,
        "defects": list(mail.defects),
    }


def _parse(raw: bytes) -> tuple[Message, list[str]]:
    data, defects = _from_first_header(raw)
    parser = BytesParser(policy=compat32)
    try:
        message = parser.parsebytes(data)
    except Exception as fault:  # noqa: BLE001 - the parser's own failures on hostile input are of many kinds
        # Headers and text are still worth reading when the structure is not.
        defects.append(f"the structure cannot be read ({type(fault).__name__})")
        head, _, rest = data.partition(b"\n\n" if b"\r\n\r\n" not in data else b"\r\n\r\n")
        message = parser.parsebytes(_plain(head[:LONGEST_HEADER_BLOCK]) + b"\n\n", headersonly=True)
        message.set_payload(rest[:LONGEST_HEADER_BLOCK].decode("utf-8", "replace"), "utf-8")
    return message, defects


def _plain(head: bytes) -> bytes:
    """A header block without what would make the parser look for parts."""
    kept, dropping = [], False
    for line in head.splitlines():
        if line[:1] not in b" \t" or not line:
            dropping = line.lower().startswith((b"content-", b"mime-version"))
        if not dropping:
            kept.append(line)
    return b"\n".join(kept)


def _from_first_header(raw: bytes) -> tuple[bytes, list[str]]:
    """Skip what stands before the first header field: a byte-order mark, blank lines, an mbox line, junk."""
    if _FIELD.match(raw):
        return raw, []
    lines = raw[:20_000].splitlines(keepends=True)
    skipped = 0
    for line in lines[:50]:
        bare = line.removeprefix(b"\xef\xbb\xbf")
        if _FIELD.match(bare) and bare.split(b":", 1)[0].decode("ascii", "replace").lower() in _KNOWN:
            return bare + raw[skipped + len(line) :], ["there was junk before the headers"] if line.strip() else []
        skipped += len(line)
    return raw, []


def _fields(message: Message) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in message.items():
        fields.setdefault(str(name).lower(), []).append(str(value))
    return fields


def _leaves(message: Message, found: _Found) -> Iterator[tuple[Message, str]]:
    """The parts that are no containers, each with its place (`alternative`, `related`, `mixed`, `attached`)."""
    stack: list[tuple[Message, str, int]] = [(message, "mixed", 0)]
    while stack:
        part, place, depth = stack.pop()
        content_type = part.get_content_type()
        if len(found.parts) >= MOST_PARTS or depth > DEEPEST:
            found.defects["too many or too deeply nested parts; the rest was not read"] = None
            return
        found.parts.append((content_type, _parameters(part)))
        for defect in part.defects:
            found.defects[_words(type(defect).__name__)] = None
        children = part.get_payload() if part.is_multipart() else None
        if content_type == "message/rfc822" and isinstance(children, list):
            yield part, place
            stack.extend((child, "attached", depth + 1) for child in _messages(children))
        elif isinstance(children, list):
            inside = content_type.partition("/")[2] if place != "attached" else "attached"
            stack.extend((child, inside, depth + 1) for child in _messages(children))
        else:
            yield part, place


def _messages(children: list[Any]) -> list[Message]:
    """The children, last first: they go onto a stack."""
    return [child for child in reversed(children) if isinstance(child, Message)]


def _parameters(part: Message) -> dict[str, str]:
    try:
        given = part.get_params(failobj=[], unquote=True)
    except Exception:  # noqa: BLE001 - as above: parameters of foreign mail fail in many ways
        return {}
    return {str(name).lower(): str(value) for name, value in given[1:]}


def _automatic(
    fields: dict[str, list[str]],
    sender: Address | None,
    subject: str,
    parts: list[tuple[str, dict[str, str]]],
    own_addresses: frozenset[str],
) -> tuple[Automatic | None, str]:
    address = sender.address.lower() if sender else ""
    if address and address in own_addresses:
        return Automatic.OWN, "sent from one of our own addresses"
    signs = automatic.Signs(
        headers={name: [headers.text_of(value) for value in values] for name, values in fields.items()},
        sender=address,
        subject=subject,
        # What lies inside an attached mail says nothing about this one.
        parts=_own_parts(parts),
    )
    return automatic.automatic(signs) or (None, "")


def _own_parts(parts: list[tuple[str, dict[str, str]]]) -> list[tuple[str, dict[str, str]]]:
    attached = next((place for place, (kind, _) in enumerate(parts) if kind == "message/rfc822"), len(parts))
    return parts[:attached]


def _note_defects(
    fields: dict[str, list[str]],
    sender: Address | None,
    date: object,
    ids: tuple[str, ...],
    defects: dict[str, None],
) -> None:
    if sender is None:
        defects["no From"] = None
    elif not sender.address:
        defects["From names no address"] = None
    if len(fields.get("from", [])) > 1:
        defects["several From headers; the first was taken"] = None
    if "date" in fields and date is None:
        defects["the Date cannot be read"] = None
    if not ids:
        defects["no Message-ID"] = None


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Defect")).lower()

"""Raw bytes to a readable `Mail`. It never raises: what cannot be read is a defect, and the rest is still read."""

from collections.abc import Iterator
from typing import Any

from channels.email import automatic, headers
from channels.email.bodies import SHORT_NOTE, Body, BodyReader
from channels.email.bounces import returned
from channels.email.html import is_marked_as_reply
from channels.email.replies import Setting, new_text
from channels.email.structure import KNOWN, Part, take_apart
from models.message import Address, Automatic, Mail, Returned

Fields = dict[str, list[str]]
"""Header values by name in lower case, as text, still folded and encoded."""


def read(raw: bytes, *, own_addresses: frozenset[str] = frozenset()) -> Mail:
    """Read a mail. Never raises, on any bytes; `readable` is false when there is no header that anybody could read."""
    defects: dict[str, None] = {}
    root = take_apart(raw, defects)
    fields = _fields(root)
    if not KNOWN & fields.keys():
        return Mail(sender=None, readable=False, defects=("no mail header was found", *defects))
    reader = BodyReader(defects=defects)
    body = reader.read(root)
    sender = headers.sender_of(fields.get("from", [])) or headers.sender_of(fields.get("sender", []))
    subject = headers.text_of(fields.get("subject", [""])[0])
    to, cc = headers.addresses_of(fields.get("to", [])), headers.addresses_of(fields.get("cc", []))
    own_text = body.text()
    kind, reason = _automatic(_signs(fields, sender, subject, own_text, root), own_addresses)
    answered, references = headers.ids_of(fields.get("in-reply-to", [])), headers.ids_of(fields.get("references", []))
    is_reply = bool(answered or references) or _is_set_off(body, own_addresses)
    setting = Setting(subject=subject, is_reply=is_reply, recipients=_named((*to, *cc)), own=own_addresses)
    text, new = _texts(own_text, setting, body, reader, is_automatic=kind is not None)
    date = headers.date_of(fields["date"][0]) if "date" in fields else None
    ids = headers.ids_of(fields.get("message-id", []))
    _note_defects(fields, sender, date, ids, defects)
    return Mail(
        sender=sender,
        to=to,
        cc=cc,
        subject=subject,
        date=date,
        message_id=ids[0] if ids else None,
        in_reply_to=answered,
        references=references,
        text=text,
        new_text=new,
        html=body.html(),
        attachments=tuple(body.attachments),
        automatic=kind,
        automatic_reason=reason,
        protection=body.protection,
        returned=returned(root) if kind is Automatic.BOUNCE else Returned(),
        defects=tuple(defects),
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


def _fields(root: Part) -> Fields:
    # Who writes raw 8-bit bytes into a header writes them in the charset of the text.
    charset = next((part.parameters["charset"] for part in _parts(root) if part.parameters.get("charset")), None)
    fields: Fields = {}
    for name, raw in root.fields:
        values = fields.setdefault(name, [])
        if len(values) < headers.MOST_VALUES:
            values.append(headers.plain(raw, charset))
    return fields


def _parts(root: Part) -> Iterator[Part]:
    """The parts of this mail, outermost first, without those of mails attached to it."""
    stack = [root]
    while stack:
        part = stack.pop()
        yield part
        if part.kind.startswith("multipart/"):
            stack.extend(reversed(part.children))


def _signs(fields: Fields, sender: Address | None, subject: str, text: str, root: Part) -> automatic.Signs:
    return automatic.Signs(
        headers=fields,
        sender=sender.address.lower() if sender else "",
        name=sender.name if sender else "",
        subject=subject,
        text=text,
        parts=[(part.kind, part.parameters) for part in _parts(root)],
    )


def _automatic(signs: automatic.Signs, own_addresses: frozenset[str]) -> tuple[Automatic | None, str]:
    found = automatic.automatic(signs)
    if found is None and signs.sender and signs.sender in own_addresses:
        return Automatic.OWN, "sent from one of our own addresses"
    return found or (None, "")


def _is_set_off(body: Body, own: frozenset[str]) -> bool:
    """The sender's program set off a quote. Where our own addresses are known, the quote's author decides instead."""
    return not own and is_marked_as_reply(body.html())


def _named(addresses: tuple[Address, ...]) -> frozenset[str]:
    """Addresses, and names that tell people apart, in lower case."""
    found = {one.address.lower() for one in addresses}
    return frozenset(found | {one.name.lower() for one in addresses if len(one.name) > 5})


def _texts(own: str, setting: Setting, body: Body, reader: BodyReader, *, is_automatic: bool) -> tuple[str, str]:
    """The whole text and the new text. A short note is the cover of the mail attached to it: that one is read, too."""
    new = new_text(own, setting)
    if body.attached and not is_automatic and len(new.split()) <= SHORT_NOTE:
        attached = reader.read_attached(body)
        if attached:
            return "\n\n".join(one for one in (own, attached) if one), "\n\n".join(
                one for one in (new, attached) if one
            )
    return own, new


def _note_defects(
    fields: Fields, sender: Address | None, date: object, ids: tuple[str, ...], defects: dict[str, None]
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

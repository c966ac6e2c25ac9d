"""What a mail brings beside its text: each part's safe name, type and size."""

import re

from channels.email import headers, transfer
from channels.email.structure import Part
from channels.email.winmail import Winmail, is_winmail, unpacked
from models.message import Attachment

MOST_ATTACHMENTS = 500
LARGEST_WINMAIL = 40_000_000
"""Bytes, as encoded, of a winmail.dat that is unpacked."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,100}", re.ASCII)
_PLAIN_NAMES = {
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "receipt.txt",
    "text/rfc822-headers": "headers.txt",
    "text/calendar": "invitation.ics",
    "application/pgp-signature": "signature.asc",
    "application/pkcs7-signature": "smime.p7s",
}
_ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/csv": ".csv",
    "audio/mpeg": ".mp3",
    "video/mp4": ".mp4",
    "application/zip": ".zip",
}


def name_of(part: Part) -> str:
    """The file name as the part gives it, decoded but not made safe; empty when it gives none."""
    given = part.disposition_parameters.get("filename") or part.parameters.get("name") or ""
    return headers.text_of(given)


def attachment(part: Part, number: int) -> Attachment:
    """The part as an attachment; `number` names it when nothing else does."""
    if part.kind == "message/rfc822":
        name = name_of(part) or f"{_subject(part) or 'message'}.eml"
    else:
        name = name_of(part) or _PLAIN_NAMES.get(part.kind) or f"attachment-{number}{_ENDINGS.get(part.kind, '')}"
    kind = part.kind if _TYPE.fullmatch(part.kind) else "application/octet-stream"
    return Attachment(name=safe_name(name, number), type=kind, size=_size(part))


def _subject(part: Part) -> str:
    inner = part.children[0].values("subject") if part.children else []
    return headers.text_of(headers.plain(inner[0])).replace("/", "-").replace("\\", "-") if inner else ""


def _size(part: Part) -> int:
    if part.opened and part.encoding not in {"base64", "quoted-printable"}:
        return part.end - part.start
    return transfer.size(part.body(), part.encoding)


def safe_name(name: str, number: int) -> str:
    """A name without path, control or direction-changing characters, of bounded length."""
    bare = re.split(r"[/\\]", _UNSAFE.sub("", name))[-1].strip(" .")
    if len(bare) > 120:
        stem, dot, ending = bare.rpartition(".")
        bare = f"{stem[:100]}{dot}{ending}" if dot and len(ending) <= 10 else bare[:120]
    return bare or f"attachment-{number}"


def content(part: Part) -> bytes:
    """The bytes of the part as a file; an attached mail as it came."""
    if part.opened and part.encoding not in {"base64", "quoted-printable"}:
        return part.body()
    return transfer.undo(part.body(), part.encoding)[0]


def may_be_winmail(given: Attachment) -> bool:
    """Whether the part calls itself what Outlook packs its mails into."""
    return given.name.lower() == "winmail.dat" or given.type in {"application/ms-tnef", "application/vnd.ms-tnef"}


def winmail(part: Part) -> Winmail | None:
    """What is packed into this part, or None when it is no such file or too large."""
    if part.end - part.start > LARGEST_WINMAIL:
        return None
    data = transfer.undo(part.body(), part.encoding)[0]
    return unpacked(data) if is_winmail(data) else None

"""From the parts of a mail to its text, its new text, its HTML and its attachments."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import unquote_to_bytes

from channels.email import headers, html
from channels.email.charsets import decode
from channels.email.replies import new_text
from models.message import Attachment

LONGEST_TEXT = 2_000_000
"""Characters of text in all; what comes after is cut, and a defect says so."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SCRIPTED = ("text/plain", "text/html")


@dataclass(slots=True)
class Body:
    """The texts found so far. In an alternative the plain text wins where it has words."""

    plain: list[str] = field(default_factory=list)
    rich: list[str] = field(default_factory=list)
    attached_plain: list[str] = field(default_factory=list)
    attached_rich: list[str] = field(default_factory=list)

    def result(self) -> tuple[str, str, str]:
        """Text, new text and HTML."""
        rich = "\n".join(self.rich)
        plain = _join(self.plain)
        if plain.strip() and not _only_a_stub(plain, rich):
            return plain, new_text(plain), rich
        if rich.strip():
            text = html.text_of_html(rich)
            fresh = html.text_of_html(rich, without_quotes=True)
            return text, new_text(fresh if fresh.strip() else text), rich
        attached = _join(self.attached_plain) or html.text_of_html("\n".join(self.attached_rich))
        return attached, attached.strip(), ""


def read_body(
    leaves: Iterable[tuple[Message, str]], body: Body, attachments: list[Attachment], defects: dict[str, None]
) -> None:
    """Sort the parts: inline texts into `body`, all others into `attachments`."""
    room = LONGEST_TEXT
    for part, place in leaves:
        kind = part.get_content_type()
        inline = kind in _SCRIPTED and part.get_content_disposition() != "attachment" and not _has_name(part)
        if not inline or kind == "message/rfc822":
            if place != "attached":
                attachments.append(_attachment(part, kind, len(attachments) + 1))
            continue
        text = _text(part, kind, defects)
        if len(text) > room:
            defects["the text is too long; its end was cut"] = None
            text = text[:room]
        room -= len(text)
        _lists(body, place)[kind == "text/html"].append(text)


def _lists(body: Body, place: str) -> tuple[list[str], list[str]]:
    if place == "attached":
        return body.attached_plain, body.attached_rich
    return body.plain, body.rich


def _join(texts: list[str]) -> str:
    return "\n\n".join(text.strip("\n") for text in texts if text.strip())


def _only_a_stub(plain: str, rich: str) -> bool:
    """Some senders put "your mail program shows no HTML" into the plain part and the words into the other."""
    words = plain.split()
    return bool(rich) and len(words) < 30 and "html" in plain.lower() and len(html.text_of_html(rich)) > 2 * len(plain)


def _text(part: Message, kind: str, defects: dict[str, None]) -> str:
    text, defect = decode(_payload(part, defects), _charset(part))
    if defect:
        defects[defect] = None
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
    text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text).lstrip("\ufeff")
    if kind == "text/plain" and _parameter(part, "format").lower() == "flowed":
        return _unflow(text, delete_space=_parameter(part, "delsp").lower() == "yes")
    return text


def _payload(part: Message, defects: dict[str, None]) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except Exception as fault:  # noqa: BLE001 - decoding foreign parts fails in many ways
        defects[f"a part cannot be decoded ({type(fault).__name__})"] = None
        raw = part.get_payload()
        payload = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""
    for defect in part.defects:
        defects[type(defect).__name__] = None
    return payload if isinstance(payload, bytes) else b""


def _charset(part: Message) -> str | None:
    return _parameter(part, "charset") or None


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name, "")
    except Exception:  # noqa: BLE001 - parameters of foreign mail fail in many ways
        return ""
    if isinstance(value, tuple):
        value = value[2]
    return str(value)


def _has_name(part: Message) -> bool:
    return bool(_parameter(part, "name")) or bool(_disposition_name(part))


def _disposition_name(part: Message) -> str:
    """The file name as Content-Disposition gives it: RFC 2231, RFC 2047 against all rules, or plain."""
    try:
        value = part.get_param("filename", "", "content-disposition")
    except Exception:  # noqa: BLE001 - as above
        return ""
    if isinstance(value, tuple):
        charset, _, encoded = value
        return decode(unquote_to_bytes(encoded) if "%" in encoded else _bytes(encoded), charset)[0]
    return headers.text_of(str(value))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape") if not text.isascii() else text.encode()


def _attachment(part: Message, kind: str, number: int) -> Attachment:
    if kind == "message/rfc822":
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        subject = headers.text_of(str(first["subject"])) if isinstance(first, Message) and first["subject"] else ""
        name = _disposition_name(part) or f"{subject or 'message'}.eml"
        size = len(first.as_bytes()) if isinstance(first, Message) and len(first.defects) == 0 else 0
        return Attachment(name=_safe(name, number), type=kind, size=size)
    name = _disposition_name(part) or headers.text_of(_parameter(part, "name"))
    return Attachment(name=_safe(name, number), type=_safe_type(kind), size=len(_payload(part, {})))


def _safe(name: str, number: int) -> str:
    """A name without path, control or direction-changing characters, of bounded length."""
    bare = re.split(r"[/\\]", _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _UNSAFE.sub("", name)))[-1].strip(" .")
    if len(bare) > 120:
        stem, dot, ending = bare.rpartition(".")
        bare = f"{stem[:100]}{dot}{ending}" if dot and len(ending) <= 10 else bare[:120]
    return bare or f"attachment-{number}"


def _safe_type(kind: str) -> str:
    return kind if re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,100}", kind) else "application/octet-stream"


def _unflow(text: str, *, delete_space: bool) -> str:
    """RFC 3676: lines that end in a space go on in the next one of the same quote depth."""
    lines: list[str] = []
    depth_before, open_line = 0, False
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        flows = bare.endswith(" ") and bare != "-- "
        kept = bare[:-1] if flows and delete_space else bare
        if open_line and depth == depth_before and bare != "-- ":
            lines[-1] += kept
        else:
            lines.append((">" * depth + " " if depth else "") + kept)
        depth_before, open_line = depth, flows
    return "\n".join(lines)

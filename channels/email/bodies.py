"""From the parts of a mail to its text, its HTML, its attachments and the mails attached to it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from channels.email import headers, html, transfer
from channels.email.attachments import (
    MOST_ATTACHMENTS,
    attachment,
    content,
    may_be_winmail,
    name_of,
    safe_name,
    winmail,
)
from channels.email.charsets import decode
from channels.email.protection import is_wrapped, protection_of, protection_of_text, unwrapped
from channels.email.structure import Part
from models.message import Attachment, Protection

LONGEST_TEXT = 1_000_000
"""Characters of text in all; what comes after is cut, and a defect says so."""
LONGEST_ENCODED = 8_000_000
"""Bytes of one text part that are decoded."""
MOST_WRAPPERS = 5
"""Signatures around one mail that are opened, one inside the other."""
SHORT_NOTE = 60
"""Words. A note of no more words than these is the cover of the mail attached to it, whose text is then read, too."""
_RICH_TAG = re.compile(r"</?[A-Za-z][\w-]{0,30}>")
_HTML_START = re.compile(r"\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_INLINE_DATA = re.compile(r"data:[\w/+.-]{1,80}(?:;[\w=.-]{1,80}){0,4},[A-Za-z0-9+/=%]{200,}")
ENCRYPTED = "the mail is encrypted; we cannot read it"
TOO_LONG = "the text is too long; its end was cut"
_NO_TEXT = frozenset(
    {"text/calendar", "text/x-amp-html", "text/rfc822-headers", "text/vcard", "text/x-vcard", "text/csv"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """One stretch of the body: as plain text, as HTML, or the same in both."""

    plain: str = ""
    rich: str = ""

    def text(self) -> str:
        """As plain text. The plain one wins where it has the words."""
        if self.plain.strip() and not self._plain_is_a_stub():
            return self.plain.strip("\n")
        return html.text_of_html(self.rich) if self.rich.strip() else self.plain

    def _plain_is_a_stub(self) -> bool:
        """Some senders put "your mail program shows no HTML", or nothing but a first line, into the plain part."""
        words = len(self.plain.split())
        if words >= 40 or len(self.rich) < 20:
            return False
        rich_words = len(html.text_of_html(self.rich).split())
        says_so = "html" in self.plain.lower() and rich_words > words
        return says_so or rich_words > 5 * words + 20


@dataclass(slots=True)
class Body:
    """What was found on the way through the parts."""

    segments: list[Segment] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    spare: list[Segment] = field(default_factory=list)
    """Texts sent as attachments: read when the mail has no words of its own."""
    attached: list[Part] = field(default_factory=list)
    """The roots of attached mails, outermost only."""
    files: list[tuple[Attachment, Callable[[], bytes]]] = field(default_factory=list)
    """The attachments whose bytes can be had, and how."""
    protection: Protection | None = None

    def text(self) -> str:
        """The whole readable body. Attached mails and texts are read where the mail itself says nothing, or little."""
        own = _joined(self.segments)
        return own if own.strip() else _joined(self.spare)

    def html(self) -> str:
        """The HTML as it was sent."""
        return "\n".join(segment.rich for segment in self.segments if segment.rich)


@dataclass(slots=True)
class BodyReader:
    """Reads the parts of one mail within one measure of text."""

    defects: dict[str, None]
    room: int = LONGEST_TEXT
    unwrapped: int = 0

    def read(self, root: Part) -> Body:
        """The body of the mail whose root part this is."""
        body = Body()
        body.segments = self._segments(root, body, container="")
        return body

    def read_attached(self, body: Body) -> str:
        """The attached mails as text, each below the lines that say who wrote it."""
        texts = [_introduced(root, self.read(root).text()) for root in body.attached[:5]]
        return "\n\n".join(text for text in texts if text.strip())

    def _segments(self, part: Part, body: Body, *, container: str) -> list[Segment]:
        if is_wrapped(part):
            inner = self._unwrap(part, body)
            if inner is not None:
                return self._segments(inner, body, container=container)
        else:
            self._protect(body, protection_of(part))
        if part.kind.startswith("multipart/") and part.opened:
            found = [one for child in part.children for one in self._segments(child, body, container=part.kind)]
            return _one_of(found) if part.kind == "multipart/alternative" else found
        if self._is_text(part, container):
            return self._read_text(part, body)
        self._attach(part, body, container)
        return []

    def _protect(self, body: Body, protection: Protection | None) -> None:
        """Note it. That a mail cannot be read outweighs that it is signed."""
        if protection is None:
            return
        if not protection.is_signed:
            self.defects[ENCRYPTED] = None
        if body.protection is None or body.protection.is_signed:
            body.protection = protection

    def _unwrap(self, part: Part, body: Body) -> Part | None:
        self.unwrapped += 1
        if self.unwrapped > MOST_WRAPPERS:
            return None
        kind, inner = unwrapped(part, self.defects)
        self._protect(body, kind)
        return inner

    def _is_text(self, part: Part, container: str) -> bool:
        if not part.kind.startswith("text/") or part.kind in _NO_TEXT:
            return False
        if not container and part.disposition != "attachment":
            return True
        named = part.disposition == "attachment" or bool(name_of(part))
        return not named and (part.kind in {"text/plain", "text/html"} or container != "multipart/alternative")

    def _attach(self, part: Part, body: Body, container: str) -> None:
        if container == "multipart/alternative" and part.kind == "text/x-amp-html":
            return
        if len(body.attachments) >= MOST_ATTACHMENTS:
            self.defects["too many attachments; the rest is not listed"] = None
            return
        number = len(body.attachments) + 1
        body.attachments.append(attachment(part, number))
        body.files.append((body.attachments[-1], partial(content, part)))
        if part.children and not part.kind.startswith("multipart/"):
            body.attached.append(part.children[0])
        elif part.kind in {"text/plain", "text/html"}:
            body.spare += self._read_text(part, body)
        elif may_be_winmail(body.attachments[-1]):
            self._open_winmail(part, body)

    def _open_winmail(self, part: Part, body: Body) -> None:
        packed = winmail(part)
        if packed is None or not packed.whole:
            self.defects["winmail.dat could not be read to its end"] = None
        if packed is None:
            return
        for file in packed.files[: MOST_ATTACHMENTS - len(body.attachments)]:
            name = safe_name(file.name, len(body.attachments) + 1)
            body.attachments.append(Attachment(name=name, type="application/octet-stream", size=len(file.data)))
            body.files.append((body.attachments[-1], partial(bytes, file.data)))
        texts = [(packed.text, packed.html), *((text, "") for text in packed.inner)]
        body.spare += [Segment(plain=self._measured(plain), rich=self._measured(rich)) for plain, rich in texts]

    def _read_text(self, part: Part, body: Body) -> list[Segment]:
        if self.room <= 0:
            self.defects[TOO_LONG] = None
            return []
        data, defect = transfer.undo(part.body(LONGEST_ENCODED), part.encoding)
        text, wrong_charset = decode(data, part.parameters.get("charset"))
        self.defects.update(dict.fromkeys(one for one in (defect, wrong_charset) if one))
        text = (
            text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}").lstrip("\ufeff")
        )
        if part.kind == "text/html":  # pictures written into the HTML would use up the measure
            text = _INLINE_DATA.sub("", text)
        if part.end - part.start > LONGEST_ENCODED:
            self.defects[TOO_LONG] = None
        text = self._measured(text)
        if part.kind == "text/html" or (not part.values("content-type") and _HTML_START.match(text)):
            return [Segment(rich=text)]
        if part.kind in {"text/enriched", "text/richtext"}:
            text = _RICH_TAG.sub("", text).replace("<<", "<")
        text, files = transfer.without_uuencoded(text)
        for file in files[: MOST_ATTACHMENTS - len(body.attachments)]:
            name = safe_name(file.name, len(body.attachments) + 1)
            body.attachments.append(Attachment(name=name, type="application/octet-stream", size=file.size))
        self._protect(body, protection_of_text(text))
        if part.parameters.get("format", "").lower() == "flowed":
            text = _unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
        return [Segment(plain=text)]

    def _measured(self, text: str) -> str:
        """As much of the text as there is room for."""
        if len(text) > self.room:
            self.defects[TOO_LONG] = None
            text = text[: self.room]
        self.room -= len(text)
        return text


def _one_of(found: list[Segment]) -> list[Segment]:
    """The same words several times over: as plain text, as HTML."""
    plain = "\n\n".join(one.plain.strip("\n") for one in found if one.plain.strip())
    rich = "\n".join(one.rich for one in found if one.rich.strip())
    return [Segment(plain=plain, rich=rich)] if plain or rich else []


def _joined(segments: list[Segment]) -> str:
    return "\n\n".join(text for text in (segment.text() for segment in segments) if text.strip())


def _introduced(root: Part, text: str) -> str:
    lines = ["---------- Attached message ----------"]
    for name in ("From", "Date", "Subject"):
        values = root.values(name.lower())
        if values:
            lines.append(f"{name}: {headers.text_of(headers.plain(values[0]))[:300]}")
    return "\n".join([*lines, "", text]) if text.strip() else ""


def _unflow(text: str, *, delete_space: bool) -> str:
    """RFC 3676: lines that end in a space go on in the next one of the same quote depth."""
    lines: list[list[str]] = []
    depth_before, open_line = 0, False
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        flows = bare.endswith(" ") and bare != "-- "
        kept = bare[:-1] if flows and delete_space else bare
        if open_line and depth == depth_before and bare != "-- ":
            lines[-1].append(kept)
        else:
            lines.append([">" * depth + " " if depth else "", kept])
        depth_before, open_line = depth, flows
    return "\n".join("".join(pieces) for pieces in lines)

"""Words that would do harm on a page that took them for more than words, and what finds out whether one did."""

import csv
import io
import re
from html.parser import HTMLParser
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

TAG, HANDLER, SUM = "hostile-tag", "onhostile", "50337"
WORDS = (
    f"<{TAG} {HANDLER}=1>\"><{TAG}>'><{TAG}></title></textarea></style></script><{TAG}><!-- --><{TAG}> "
    f"\" {HANDLER}=\"1 ' {HANDLER}='1 <svg/{HANDLER}=1><{TAG}> javascript:hostile() "
    "{{7*7191}} ${7*7191} {% raise %}"
)
"""Markup that ends every place it may stand in; templates whose sum would be 50337."""
BLINDFOLD = "\u202egpj.exe\u202c \u200b\u2066\ufeff \u0000 a\u0301\u0301\u0301 \U000e0041 \ufffe"
"""Characters that turn the reading direction, are not seen, or are none."""
MAIL = (
    f"From: x@y.test\r\nSubject: {TAG}\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    f"<body onload=hostile()><base href='http://evil.test/'><{TAG}>words</{TAG}><script>hostile()</script>"
    "<img src='http://evil.test/pixel'><style>@import 'http://evil.test'</style><p style='background:url(//evil.test)'>"
    "<a href='javascript:hostile()'>x</a><form action='http://evil.test'><input name=a></form>"
    "<svg><script>hostile()</script></svg><iframe srcdoc='<script>hostile()</script>'></iframe>"
    "<meta http-equiv=refresh content='0;url=http://evil.test'>markframe"
).encode()
"""A mail that tries whatever HTML can."""
FORMULA = '=HYPERLINK("http://evil.test";"x")'
FILE = f'../../etc/passwd\r\nx-hostile: 1"; filename="{TAG}.html'
IDS = (
    "0",
    "-1",
    "9" * 40,
    "%00",
    "%ff%fe",
    "..%2f..%2fetc",
    "%27%20OR%201%3D1--",
    "%3Chostile-tag%3E",
    "x" * 2_000,
    "%F0%9F%92%A9%E2%80%AE",
)


TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of what follows, as far as the element goes that isolates them."""
ISOLATED = {"bdi", "textarea", "option", "title", "table", "pre"}
"""Elements that end it: by themselves, or since nothing but the words stands in them."""
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Reader(HTMLParser):
    """What is a link, a form to get, and what should not be there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.forms: list[tuple[str, list[str]]] = []
        self.faults: list[str] = []
        self._getting = False
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append((tag, tag in ISOLATED or facts.get("dir") == "auto"))
        inert = tag == "iframe" and facts.get("sandbox", "x") == "" and facts.get("src", "").startswith("/")
        if tag == TAG or (tag in ("iframe", "object", "embed", "base", "frame") and not inert):
            self.faults.append(f"there is a <{tag}>")
        if tag == "script" and not facts.get("nonce"):
            self.faults.append("a script without a nonce")
        self.faults += [f"<{tag}> has {name}" for name in facts if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action", "formaction", "xlink:href", "data"):
            if re.match(r"[\s\x00-\x20]*(javascript|data|vbscript):", facts.get(name, ""), re.IGNORECASE):
                self.faults.append(f"<{tag}> leads to {facts[name][:40]}")
        if (tag == "a" and "href" in facts) or inert:
            self.links.append(facts["src" if inert else "href"])
        if tag == "form":
            self._getting = facts.get("method", "get").lower() == "get"
            if self._getting:
                self.forms.append((facts.get("action", ""), []))
        if self._getting and tag in ("input", "select", "textarea") and facts.get("name"):
            self.forms[-1][1].append(facts["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._getting = False
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if TURNS.search(data) and not any(isolated for _, isolated in self._open):
            within = " in ".join(f"<{name}>" for name, _ in reversed(self._open[-3:]))
            self.faults.append(f"words that turn the line stand free in {within}")


def read_page(text: str) -> _Reader:
    """A page, read as a browser would."""
    reader = _Reader()
    reader.feed(text)
    if SUM in text:
        reader.faults.append("a template of somebody else's was filled in")
    return reader


def formulas(text: str) -> list[str]:
    """The cells of a file for a spreadsheet that it would run."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    cells = [cell for row in rows for cell in row]
    return [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@")) and not _is_number(cell)]


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"[+-]?[\d.,]+%?", cell) is not None


LIVE = frozenset(
    {
        *("/AA", "/A", "/JS", "/JavaScript", "/Launch", "/URI", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE"),
        *(
            "/EmbeddedFile",
            "/EmbeddedFiles",
            "/Filespec",
            "/AF",
            "/Annots",
            "/Annot",
            "/AcroForm",
            "/XFA",
            "/RichMedia",
        ),
        *("/RichMedia", "/Rendition", "/Movie", "/Sound", "/3D", "/GoTo3DView", "/OCProperties", "/XObject"),
    }
)
"""Names in a PDF of what does, leads to or carries something: actions, links, forms, files, pictures."""


def live_in(raw: bytes) -> set[str]:
    """What in a PDF is more than text on pages: each object of it is looked at, packed or not."""
    reader = PdfReader(io.BytesIO(raw))
    found: set[str] = set()
    waiting: list[Any] = [reader.trailer]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            names = {str(name) for name in one}
            found |= LIVE & (names | {str(value) for value in one.values() if isinstance(value, str)})
            if isinstance(one.get("/OpenAction"), DictionaryObject):
                found.add("/OpenAction")
            waiting += one.values()
        elif isinstance(one, ArrayObject):
            waiting += one
    return found

"""The files that a mail brings, with their bytes and with what they truly are."""

from collections.abc import Iterator
from dataclasses import dataclass

import puremagic

from channels.email.bodies import BodyReader
from channels.email.structure import take_apart

_PROGRAM_TYPES = frozenset(
    {
        "application/vnd.microsoft.portable-executable",
        "application/x-msdownload",
        "application/x-msdos-program",
        "application/x-executable",
        "application/x-elf",
        "application/x-mach-binary",
        "application/java-archive",
    }
)
_PROGRAM_STARTS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"L\0\0\0\x01\x14\x02\0")
_PROGRAM_ENDINGS = frozenset(
    {
        *(
            "exe",
            "com",
            "scr",
            "pif",
            "bat",
            "cmd",
            "ps1",
            "vbs",
            "vbe",
            "js",
            "jse",
            "wsf",
            "wsh",
            "hta",
            "msi",
            "msp",
        ),
        *("jar", "lnk", "reg", "cpl", "dll", "app", "apk", "dmg", "iso", "img", "chm", "one", "sh"),
        *("docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppam"),
    }
)
"""Endings by which a machine would run the file, or macros in it."""
_ZIP, _PDF = b"PK\x03\x04", b"%PDF-"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file: its safe name, the type that it claims, the type that its bytes show (empty: unknown), and its bytes."""

    name: str
    claimed: str
    shown: str
    data: bytes

    @property
    def is_program(self) -> bool:
        """Whether a machine that opens it may run it."""
        ending = self.name.rpartition(".")[2].lower()
        return ending in _PROGRAM_ENDINGS or self.shown in _PROGRAM_TYPES or self.data.startswith(_PROGRAM_STARTS)


def files_of(raw: bytes, *, most: int, largest: int) -> Iterator[File]:
    """The files of a mail, at most so many, in order. One of more than `largest` bytes comes without its bytes."""
    body = BodyReader(defects={}).read(take_apart(raw, {}))
    for given, opened in body.files[:most]:
        data = opened() if given.size <= largest else b""
        yield File(name=given.name, claimed=given.type, shown=shown_type(data), data=data)


def shown_type(data: bytes) -> str:
    """The type that the bytes show, or an empty text."""
    if _PDF in data[:1024]:
        return "application/pdf"
    if data.startswith(_ZIP):
        return DOCX if b"word/document.xml" in data else "application/zip"
    try:
        found = puremagic.magic_string(data[:65_536])
    except Exception:  # noqa: BLE001 - foreign code on foreign bytes: whatever it raises, the type is unknown
        return ""
    return next((one.mime_type for one in found if one.mime_type), "")

"""Bytes to text, in the order that is right most often: declared, then UTF-8, then cp1252. A guess comes last."""

import codecs
import re
from functools import lru_cache

_AS_BROWSERS_DO = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-unknown": "utf-8",
    "unknown-8bit": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
}
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "unicode-escape", "raw_unicode_escape", "undefined"})
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_JAPANESE_ESCAPE = re.compile(rb"\x1b\$[@B]")
_HIGH = re.compile(rb"[\x80-\xff]+")
_KANA = re.compile(r"[\u3041-\u30fe]")
_CYRILLIC_SMALL = re.compile(r"[\u0430-\u044f]")
_SAMPLE = 20_000
_MOSTLY_FOREIGN = 0.3
"""The share of 8-bit bytes above which a text is in no Western language."""


def decode(data: bytes, declared: str | None) -> tuple[str, str | None]:
    """The text, and a defect in words when the declared charset was unknown or wrong. Never a lone surrogate."""
    codec = _codec(declared) if declared else None
    defect = _unknown(declared) if declared and codec is None else None
    if codec and codec.startswith(("utf-16", "utf-32")):
        if data.isascii() and b"\0" not in data:
            codec, defect = "utf-8", "declared as UTF-16, and is not"
        data = data[: len(data) // 2 * 2] if codec.startswith("utf-16") else data
    if data.isascii() and b"\x1b" not in data and (codec or "utf-8") in {"utf-8", "cp1252"}:
        return data.decode("ascii"), defect
    for name in dict.fromkeys((codec or _by_mark(data) or "utf-8", "utf-8")):
        try:
            return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", data.decode(name)), defect
        except (UnicodeError, ValueError):
            if declared and name == codec and codec != "utf-8":
                defect = f"not valid {declared[:40]}"
    if codec not in {None, "utf-8", "cp1252"}:
        # A declared multi-byte charset with a few broken bytes: better a mark here and there than another script.
        return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", data.decode(codec or "cp1252", "replace")), defect
    if codec == "utf-8" and _mostly_utf8(data):
        return data.decode("utf-8", "replace"), defect or "not valid UTF-8 in places"
    guess = _guess(data)
    if guess:
        return data.decode(guess, "replace"), defect or f"no charset that holds; read as {guess}"
    return data.decode("cp1252", "replace"), defect or ("not valid UTF-8; read as cp1252" if declared else None)


def _unknown(declared: str) -> str:
    return f"unknown charset {declared[:40]!r}"


@lru_cache(maxsize=256)
def _codec(declared: str) -> str | None:
    words = declared.strip().strip("\"'").lower().split()
    name = words[0].rstrip(";,") if words else ""
    name = _AS_BROWSERS_DO.get(name, name)
    try:
        found = codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError, TypeError, UnicodeError):
        return None
    return None if found.name in _NO_CHARSETS else found.name


def _by_mark(data: bytes) -> str | None:
    """What the first bytes say by themselves."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "iso2022_jp_ext" if _JAPANESE_ESCAPE.search(data[:_SAMPLE]) and data.isascii() else None


def _mostly_utf8(data: bytes) -> bool:
    """Declared as UTF-8, and only a few bytes are broken (a text cut in the middle of a character)."""
    text = data.decode("utf-8", "replace")
    return text.count("\N{REPLACEMENT CHARACTER}") * 5 <= sum(1 for char in text if char > "\x7f")


def _guess(data: bytes) -> str | None:
    """The charset of a text that is mostly 8-bit and says nothing of itself; None for Western texts and in doubt."""
    sample = data[:_SAMPLE]
    high = sum(map(len, _HIGH.findall(sample)))
    letters = len(sample.translate(None, b" \t\r\n0123456789.,;:-"))
    if not letters or high / letters < _MOSTLY_FOREIGN:
        return None
    for name in ("euc_jp", "cp932"):
        text = _strictly(data, name)
        if text and len(_KANA.findall(text[:_SAMPLE])) * 5 >= sum(1 for char in text[:_SAMPLE] if char > "\x7f"):
            return name
    if _strictly(data, "gb18030") is not None:
        leads = [run[0] for run in _HIGH.findall(sample)]
        return "gb18030" if sum(0xA1 <= lead <= 0xF7 for lead in leads) * 5 >= len(leads) * 4 else None
    for name in ("cp1251", "koi8_r"):
        text = data[:_SAMPLE].decode(name, "replace")
        if len(_CYRILLIC_SMALL.findall(text)) * 3 >= high * 2:
            return name
    return None


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, ValueError):
        return None

"""Bytes to text, in the order that is right most often: declared, then UTF-8, then cp1252. Never a guess first."""

import codecs
from functools import lru_cache

_AS_BROWSERS_DO = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-8859-9": "cp1254",
}
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})


def decode(data: bytes, declared: str | None) -> tuple[str, str | None]:
    """The text, and a defect in words when the declared charset was unknown or wrong."""
    codec = _codec(declared) if declared else None
    defect = f"unknown charset {declared[:40]!r}" if declared and codec is None else None
    for name in dict.fromkeys((codec or "utf-8", "utf-8")):
        try:
            return data.decode(name), defect
        except (UnicodeError, ValueError):
            if declared and name == codec and codec != "utf-8":
                defect = f"not valid {declared[:40]}"
    if codec in (None, "utf-8", "cp1252"):
        text = data.decode("cp1252", "replace")
    else:
        # A declared multi-byte charset with a few broken bytes: better a mark here and there than another script.
        text = data.decode(codec or "cp1252", "replace")
    return text, defect or ("not valid UTF-8; read as cp1252" if declared else None)


@lru_cache(maxsize=256)
def _codec(declared: str) -> str | None:
    name = declared.strip().strip("\"'").lower()
    name = _AS_BROWSERS_DO.get(name, name)
    try:
        found = codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError, TypeError, UnicodeError):
        return None
    return None if found.name in _NO_CHARSETS else found.name

"""Words that are still written for the wire: quoted-printable (`kill=20myself`, `don=E2=80=99t`), or `%20` as in links.

A mail that was copied once too often shows its encoding, or was read by another one (`donâ€™t`). It is undone before
all else, for tags, letters and words hide behind it. What a person types stays: `sats=96`, `dose=20mg`.
"""

import re
from collections.abc import Iterator

from classifiers.cuts import Cuts, Pieces

_CODES = re.compile(r"(?:=[0-9A-F]{2}|=[ \t]{0,3}\r?\n(?= ?(?:[^\s=]|=[0-9A-F]{2})))+|=[0-9a-f]{2}(?:=[0-9a-f]{2})+")
"""Bytes one behind the other, also where the end of a line parts them."""
_SOFT_END = re.compile(r"=[ \t]*\r?\n")
_SURE = re.compile(
    r"=(?:C[2-9A-F]|D[0-9A-F]|E[0-9A-F]=[89AB][0-9A-F]|F[0-4](?:=[89AB][0-9A-F]){2})=[89AB][0-9A-F]"
    r"|=3D[\"']| =3D |=0D=0A|[a-z.,;:!?)'\"]=20\r?\n|^(?=.{0,60} )[^\n]{70,75}(?<!=)=\r?\n",
    re.IGNORECASE | re.MULTILINE,
)
"""What nobody types: then every code is one."""
_UNIT = re.compile(
    r"(?:[km]?g|m?l|mcg|mmol|mins?|minutes|hours?|hrs?|days?|weeks?|months?|years?|units?|iu|bpm|mmhg|patients?|beds?|x)\b",
    re.IGNORECASE,
)
_WORDS_BEFORE = re.compile(r" \S{0,75}(?<!=) ?\Z")
"""The last line of an attachment ends so, too, but has no spaces."""
_TOKEN = re.compile(r"(?<!\S)(?=\S{0,400}?[A-Za-z.,:;!?'\"](?:%20|%27|%E2%80%9[0-9A-D])[A-Za-z'\"])\S+")
_HIGH = [bytes([code]).decode("cp1252", errors="ignore") or chr(code) for code in range(0x80, 0xC0)]
_BYTES = "".join({*_HIGH, *map(chr, range(0x80, 0xC0))})
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|_x([0-9A-Fa-f]{4})_|\\(?=['\"])")
"""How programs write what is no plain letter: `don\\u2019t`, `don_x2019_t`, `don\\'t`."""
_PERCENTS = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_LINK = re.compile(r"://|www\.|@|mailto:|\A[/<]", re.IGNORECASE)
_GARBLED = re.compile(rf"[\u00c2-\u00df][{_BYTES}]|[\u00e0-\u00ef][{_BYTES}]{{2}}|[\u00f0-\u00f4][{_BYTES}]{{3}}")
"""UTF-8 that was read as if it were Windows-1252."""


def decoded(text: str) -> Pieces:
    """The text with such words undone; every character knows where it stood."""
    cuts = Cuts(text)
    for start, end, plain in sorted([*_found(text), *_garbled(text), *_escaped(text)]):
        if start >= cuts.at:
            cuts.substitute(start, end, plain)
    cuts.keep(cuts.at, len(text))
    return cuts.pieces


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    """The (start, end) of every run of codes, in order, and what it stands for."""
    if "=" in text:
        sure = _SURE.search(text) is not None
        for match in _CODES.finditer(text):
            if _is_soft_end(text, match) if _SOFT_END.fullmatch(match[0]) else sure or _parts_words(text, match):
                yield *match.span(), _plain(_SOFT_END.sub("", match[0]).replace("=", ""))
    elif "%" in text:
        for token in _TOKEN.finditer(text):
            if _LINK.search(token[0]):
                continue
            for match in _PERCENTS.finditer(token[0]):
                start = token.start() + match.start()
                yield start, start + len(match[0]), _plain(match[0].replace("%", ""))


def _garbled(text: str) -> Iterator[tuple[int, int, str]]:
    for match in () if text.isascii() else _GARBLED.finditer(text):
        try:
            yield *match.span(), bytes(map(_byte, match[0])).decode("utf-8")
        except UnicodeDecodeError:
            continue


def _escaped(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _ESCAPED.finditer(text) if "\\" in text or "_x" in text else ():
        code = match[1] or match[2]
        yield *match.span(), chr(int(code, 16)) if code else ""


def _byte(letter: str) -> int:
    return ord(letter) if ord(letter) < 0x100 else letter.encode("cp1252")[0]


def _is_soft_end(text: str, match: re.Match[str]) -> bool:
    return _WORDS_BEFORE.search(text, max(0, match.start() - 80), match.start()) is not None


def _parts_words(text: str, match: re.Match[str]) -> bool:
    """Whether one code stands between two words: `kill=20myself`, `don=92t`, `me.=20 I`."""
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    if not match[0].startswith(("=20", "=92", "=A0", "=96", "=97")) or not before or before.isdigit():
        return False
    if before in ".,;:!?":
        return not after or after.isspace() or after.isalpha()
    return before.isalpha() and after.isalpha() and not _UNIT.match(text, match.end())


def _plain(codes: str) -> str:
    data = bytes.fromhex(codes)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n")

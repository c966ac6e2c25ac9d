"""Letters that look like others become those others, one for one, so that no offset moves."""

import re
import unicodedata
from functools import cache

from classifiers.spelling import ordinary_words

_LOOK_ALIKES = dict(
    zip(
        "аеорсухіјѕԁһԛԝүӏѵАВЕКМНОРСТХІЅЈУҮӀαοερτνικγυωηχβϲΑΒΕΖΗΙΚΜΝΟΡΤΥΧօոսհցյՕՍ",
        "aeopcyxijsdhqwylvABEKMHOPCTXISJYYIaoeptvikyuwnxbcABEZHIKMNOPTYXonuhgjOU",
        strict=True,
    )
)
_IN_MIXED = _LOOK_ALIKES | dict(zip("кмт", "kmt", strict=True))
"""With letters that look Latin only beside Latin ones, or in a word of English: too much Russian is of these alone."""
_ALONE = frozenset(letter for letter in _IN_MIXED if letter >= "\u0400") | frozenset("ΑΙ")
"""Letters that may stand by themselves, as in "Mr K." or "A&E"; a β or γ alone is a β or γ."""
_LATIN = dict(
    zip(
        "ɑıƙɡᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
        "aikgabcdefghijklmnoprstuvwyz",
        strict=True,
    )
)
_STYLED = (
    *range(0x2B0, 0x2B9), *range(0x1D2C, 0x1D6B), *range(0x1D78, 0x1DC0), *range(0x2071, 0x20A0),
    *range(0x2102, 0x2139), *range(0x24B6, 0x24EA), *range(0x2C7C, 0x2C7E), *range(0xFF01, 0xFF5F),
    *range(0x1D400, 0x1D800), *range(0x1F130, 0x1F14A),
)  # fmt: skip
"""Letters written small, raised, bold, wide, in circles or squares."""
_STYLED_SIGNS = 0xFF00
"""From here on signs and figures, too: a raised 2 says "squared"."""
_IN_SHAPES = {0x249C: "a", 0x1F110: "A", 0x1F150: "A", 0x1F170: "A"}
"""Where 26 such letters begin that Unicode does not call variants of one letter."""
_FLAGS = re.compile(r"[\U0001f1e6-\U0001f1ff]+")
_FLAG_LETTERS = {0x1F1E6 + number: chr(ord("A") + number) for number in range(26)}
_PUNCTUATION = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032\u00b4`", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2212", "-"),
}
_MIXED = re.compile(r"(?=[^\W\d_]{0,59}[A-Za-z])(?=[^\W\d_]{0,59}[\u0370-\u058f])[^\W\d_]{1,60}")
_WORD = re.compile(r"[^\W\d_]+")
_FOREIGN = re.compile(r"[\u0370-\u058f]")
_LONG_S = re.compile(r"[^\W\d_]{0,40}ſ[^\W\d_]{0,40}")
_CAPITAL_I = re.compile(r"\b(?=[A-Za-z]{4})[A-Za-z][a-z]{0,20}I[a-zI]{0,20}\b")
_LOST_APOSTROPHE = re.compile(
    r"(?<=[a-z])[\ufffdÕÆ\"](?=(?:s|m|d|re|ve|ll)\b)|(?<=n)[\ufffdÕÆ\"?](?=t\b)", re.IGNORECASE
)
"""What stands for an apostrophe where a program did not know it: `don?t`, `wasn\ufffdt`."""
MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
"""Marks that are written over letters of any script, as part of a pattern; those of Arabic or Hindi are letters."""
_MARK = re.compile(f"[{MARKS}]")
MOST_FLAGS = 4
"""Letters of flags in a text of which all are flags."""
MOST_MARKS = 8
"""Marks on one letter that are read."""


@cache
def one_to_one() -> dict[int, str]:
    """Characters that are replaced wherever they stand."""
    table = {ord(letter): plain for letter, plain in (_PUNCTUATION | _LATIN).items()}
    # Signs of Windows-1252 that no standard knows: pages show them, and people write apostrophes so.
    for code in range(0x80, 0xA0):
        plain = bytes([code]).decode("cp1252", errors="ignore")
        table |= {code: _PUNCTUATION.get(plain, plain)} if plain else {}
    table |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # half a character: no tokenizer takes it
    for code in _STYLED:
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and (plain.isalpha() or code > _STYLED_SIGNS):
            table[code] = plain
    for code, first in _IN_SHAPES.items():
        table |= {code + number: chr(ord(first) + number) for number in range(26)}
    return table


def accented(letter: str, marks: str) -> str:
    """A letter with the marks that follow it, as one letter; marks that make no letter are left out."""
    made = _MARK.sub("", unicodedata.normalize("NFC", letter + marks[:MOST_MARKS]))
    return made if len(made) == 1 else letter


@cache
def _bare(letter: str) -> str:
    made = unicodedata.normalize("NFD", letter)[0]
    return made if made.isascii() else letter


def without_accents(text: str) -> str:
    """Latin letters without their accents; as long as before."""
    return text if text.isascii() else "".join(letter if letter.isascii() else _bare(letter) for letter in text)


def small(text: str) -> str:
    """Small letters, as many as before: one whose lower case is longer than itself would move all that follows."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(letter.lower()[0] for letter in text)


def honest(text: str) -> str:
    """The text with its disguised words spelled in Latin; as long as before."""
    if not text.isascii() and _FOREIGN.search(text):
        text = _whole_words(_MIXED.sub(_mixed, text))
    if _FLAGS.search(text):
        text = _no_flags(text)
    if "ſ" in text:
        text = _LONG_S.sub(_short_s, text)
    text = _LOST_APOSTROPHE.sub("'", text)
    return _CAPITAL_I.sub(_small_l, text)


def _no_flags(text: str) -> str:
    """Letters of which flags are made, where they are no flags: one too many, or more of them than anybody waves."""
    runs = _FLAGS.findall(text)
    words = any(len(run) % 2 for run in runs) or sum(map(len, runs)) > MOST_FLAGS
    return text.translate(_FLAG_LETTERS) if words else text


def _mixed(match: re.Match[str]) -> str:
    return "".join(_IN_MIXED.get(letter, letter) for letter in match[0])


def _short_s(match: re.Match[str]) -> str:
    """`ſ` is an old s, but looks like an f; it is the one that makes a word."""
    as_f = match[0].replace("ſ", "f")
    as_s = match[0].replace("ſ", "s")
    return as_f if as_f.lower() in ordinary_words() and as_s.lower() not in ordinary_words() else as_s


def _small_l(match: re.Match[str]) -> str:
    """`kiIl`: a capital I that can only be an l."""
    plain = match[0][0] + match[0][1:].replace("I", "l")
    known = ordinary_words()
    return plain if plain.lower() in known and match[0].lower() not in known else match[0]


def _whole_words(text: str) -> str:
    """Words wholly of look-alikes become Latin in a Latin text, but not beside a true word of their own script."""
    words = list(_WORD.finditer(text))
    true = [bool(_FOREIGN.search(word[0])) and not _disguised(word[0]) for word in words]
    latin = sum(len(word[0]) for word in words if word[0].isascii())
    if latin <= 3 * sum(len(word[0]) for word, is_true in zip(words, true, strict=True) if is_true):
        return text
    parts: list[str] = []
    at = 0
    for number, word in enumerate(words):
        if not _FOREIGN.search(word[0]) or any(true[max(0, number - 1) : number + 2]):
            continue
        parts += [text[at : word.start()], "".join(_IN_MIXED[letter] for letter in word[0])]
        at = word.end()
    return "".join([*parts, text[at:]])


def _disguised(word: str) -> bool:
    if len(word) == 1 or not all(letter in _IN_MIXED for letter in word):
        return word in _ALONE
    plain = "".join(_IN_MIXED[letter] for letter in word)
    return all(letter in _LOOK_ALIKES for letter in word) or plain.lower() in ordinary_words()

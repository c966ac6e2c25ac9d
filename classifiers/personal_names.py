"""Patients' names: found behind a cue that says a patient is meant, and found whole, however they are written.

A name in capitals and small letters is known by them. One in small letters, or in capitals alone, is known by word
lists: "patient mary smith" is somebody, "patient was seen" is nobody.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

from spacy.lang.en.stop_words import STOP_WORDS

from classifiers.spelling import frequent_words, ordinary_words
from models.forenames import ALSO_WORDS, FAMILY_NAMES, FORENAMES
from models.ordinary_words import ABBREVIATIONS, SURNAMES

_LETTERS = [chr(code) for code in (*range(0x41, 0x250), *range(0x1E00, 0x1F00))]
_UP = f"[{''.join(letter for letter in _LETTERS if letter.isupper() or letter.istitle())}]"
_L = r"[A-Za-z\u00c0-\u1fff\u3040-\ud7ff]"
"""A letter of any script, or an accent that stands by itself. Ranges are searched far faster than classes."""
_TAIL = rf"(?:(?!'[sS]\b)['-]{_L}{{1,30}}){{0,3}}(?!{_L})"
"""Double-barrelled and the like. The s of "Mr Jones's leg" is no part of his name."""
_BEFORE = (
    r"(?:(?:van|von|de|di|da|do|dos|du|del|della|der|den|la|le|las|los|el|al|bin|bint|ibn|ap|ter|ten|zu|y|st\.?)[ -])"
    r"{0,3}(?:(?:[odl]'|mac|mc)(?=[^\W\d_a-z]))?"
)
_CAPITAL = rf"{_BEFORE}{_UP}(?:{_L}{{1,30}}|'{_L}{{2,30}}){_TAIL}"
_ANY_WORD = rf"(?:[od]')?{_L}{{2,30}}{_TAIL}"
_INITIALS = rf"(?:{_UP}(?:\.[ ]?|[ ])){{0,3}}"
_GAP = r"[ \t]{1,3}"
_TITLE = r"(?:M(?:r|rs|s|x|iss|aster|R|RS|S|X|ISS|ASTER)|Baby|BABY)(?:\.?[ \t]{1,3}(?:\r?\n)?|\.?\r?\n|\.)[ \t]{0,3}"
_MORE = rf"(?:{_GAP}{_INITIALS}{_CAPITAL})"
_JOINED = r"[ \t]{0,3}(?:[,:(\[-][ \t]{0,3})?(?:\r?\n[ \t]{0,3})?"
_CALL = rf"(?:(?:who(?:'s| is| was){_GAP})?(?:called|named)|by the name of|name(?: is| was)?|initials)(?:{_GAP}|:[ ]?)"
PATIENTS = (
    *("patient", "pt", "resident", "client", "service user", "baby", "toddler", "child", "lady", "gentleman", "lad"),
    *("man", "woman", "boy", "girl", "mum", "mother", "neonate"),
)
_CARED_FOR = ("patient", "pt", "resident", "client", "service user")
"""Behind one of them a name needs no capitals."""
TITLES = ("mr", "mrs", "ms", "mx", "miss", "master", "baby")
_STAFF_TITLE = r"(?:Dr|Prof|Professor|Doctor|Sister|Nurse|Matron|Consultant|Registrar)\b"
_NAMED = re.compile(
    rf"{_JOINED}(?i:{_CALL})?(?P<data>{_TITLE}{_INITIALS}{_CAPITAL}{_MORE}{{0,3}}"
    rf"|(?!{_STAFF_TITLE})(?:{_CAPITAL}|{_UP}\.?)[ \t]?{_MORE}{{1,3}})"
)
_CALLED = re.compile(rf"{_JOINED}(?i:{_CALL})(?P<data>{_CAPITAL}|{_UP}\.?{_UP}\.?(?!\w))")
_SMALL = re.compile(
    rf"{_JOINED}(?P<call>{_CALL})?(?P<data>(?P<first>{_ANY_WORD})(?:{_GAP}(?P<last>{_ANY_WORD}))?)", re.IGNORECASE
)
_TITLED = re.compile(rf"(?P<data>{_TITLE}{_INITIALS}{_CAPITAL}{_MORE}{{0,3}})")
_SMALL_TITLED = re.compile(
    rf"(?P<data>(?:mrs?)(?:\.?{_GAP}|\.)(?P<first>{_ANY_WORD})(?:{_GAP}(?P<last>{_ANY_WORD}))?)", re.IGNORECASE
)
_BESIDE = re.compile(
    r"\b(?:bed|bay|side room|cubicle|nhs|d\.?o\.?b|admitted|discharged|readmitted|aged|year[- ]old|yo|y/o|yrs?|patient"
    r"|pt|transfused|catheter\w*|palliative|dementia|diabetic|(?:his|her) (?:hip|leg|wound|obs|bloods))\b",
    re.IGNORECASE,
)
_AGE = re.compile(r"[ ]?(?:,[ ]?\d{1,3}(?=[,;.)\n]|$)|\(\d{1,3}\))")
_ROLE = (
    r"(?:(?:ward|locum|senior|clinical|educational|charge|lead|on-call)[ ])?(?:consultant|registrar|surgeon"
    r"|anaesthetist|doctor|gp|nurse|sister|matron|midwife|supervisor|tutor|manager|physio|pharmacist|radiographer|lecturer|mentor)"
)
_STAFF = re.compile(rf"[ ](?:is[ ])?(?:the|our|my)[ ]{_ROLE}(?![\w'-])|(?:,[ ]?|[ ]\(){_ROLE}(?=[,)])", re.IGNORECASE)
"""Right behind a name it says whom a concern is about, which officers have to read."""
_WORD = re.compile(rf"{_L}(?:[\w\u0300-\u036f'-]*)")
NEAR = 60
"""Characters around a titled name in which a word must say that it is a patient's."""
BLOCK = 240
"""Characters that are searched for such words at once, where there is a title."""
_NO_NAMES = frozenset({"fell", "may", "call", "care", "need", "case", "dr", "prof", "mr", "mrs", "sr"})
"""What a patient does or has more often than it is a surname, and titles of staff."""
_FREQUENT = 5_000
"""Words of English that are no surname, unless a list of surnames has them."""


def names_in(text: str) -> Iterator[tuple[int, int]]:
    """Where a folded text names patients; the spans may overlap."""
    low = text.lower()
    for cue in PATIENTS:
        for _, end in places(low, cue):
            yield from _behind_cue(text, end, in_small=cue in _CARED_FOR)
    near = _Beside(text)
    for title in TITLES:
        for start, _ in places(low, title):
            yield from _titled(text, start, near)


def places(low: str, cue: str, *, closed: bool = True) -> Iterator[tuple[int, int]]:
    """Where a cue stands as a whole word, or, not `closed`, where a word begins with it.

    A search for fixed letters is far faster than a pattern.
    """
    start = low.find(cue)
    while start >= 0:
        end = start + len(cue)
        if not (_in_word(low[start - 1 : start]) or (closed and _in_word(low[end : end + 1]))):
            yield start, end
        start = low.find(cue, end)


def _in_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _behind_cue(text: str, at: int, *, in_small: bool) -> Iterator[tuple[int, int]]:
    for pattern in (_NAMED, _CALLED):
        match = pattern.match(text, at)
        if match:
            yield from _shown_by_capitals(match, always="nitials" in text[at : match.start("data")])
    match = _SMALL.match(text, at)
    if match and (in_small or match["call"]):
        yield from _shown_by_words(match, called=bool(match["call"]))


class _Beside:
    """Whether words that say a patient is meant stand near; a stretch with a title at each word is searched once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks: dict[int, list[tuple[int, int]]] = {}

    def within(self, start: int, end: int) -> bool:
        blocks = range(max(0, start) // BLOCK, max(0, end - 1) // BLOCK + 1)
        return any(start <= begin and stop <= end for block in blocks for begin, stop in self._found(block, start))

    def _found(self, block: int, start: int) -> list[tuple[int, int]]:
        """The words that begin in a block, from an offset on."""
        if block not in self._blocks:
            first = block * BLOCK
            found = (match.span() for match in _BESIDE.finditer(self._text, first, first + BLOCK + NEAR))
            self._blocks[block] = [span for span in found if span[0] < first + BLOCK]
        words = self._blocks[block]
        return words[bisect_left(words, (start, 0)) :][: NEAR + 1]


def _titled(text: str, start: int, near: _Beside) -> Iterator[tuple[int, int]]:
    match = _TITLED.match(text, start)
    found = [*_shown_by_capitals(match)] if match else []
    if not found:
        match = _SMALL_TITLED.match(text, start)
        found = [*_shown_by_words(match, called=True)] if match else []
    for begin, end in found:
        beside = near.within(start - NEAR, start) or near.within(end, end + NEAR)
        if (beside or _AGE.match(text, end)) and not _STAFF.match(text, end):
            yield begin, end


def _shown_by_capitals(match: re.Match[str], *, always: bool = False) -> Iterator[tuple[int, int]]:
    """The name of a match by its capitals, without what follows it in a text all in capitals."""
    start, end = match.span("data")
    words = [word for word in _WORD.finditer(match.string, start, end) if word[0].lower() not in TITLES]
    shouted = [len(word[0]) > 1 and word[0].isupper() for word in words]
    if (
        not always
        and words
        and (all(map(_is_plain, (word[0] for word in words))) or (shouted[0] and _is_plain(words[0][0])))
    ):
        return
    for word, loud in zip(words[1:], shouted[1:], strict=True):
        if loud and _is_plain(word[0]):
            end = match.start("data") + len(match.string[start : word.start()].rstrip())
            break
    yield start, end


def _shown_by_words(match: re.Match[str], *, called: bool) -> Iterator[tuple[int, int]]:
    """The name of a match by word lists, as its letters do not show it."""
    first, last = match["first"], match["last"] or ""
    has_last = bool(last) and not _is_plain(last)
    low, family = first.lower(), last.lower() in FAMILY_NAMES
    if low in ALSO_WORDS:
        named = family or (has_last and low not in STOP_WORDS and last.lower() not in ordinary_words())
    elif low in FORENAMES:
        named = True
    elif _is_plain(first):
        named = False
    else:
        strange = low not in ordinary_words() and (called or not low.endswith(("ed", "ing")))  # "recieved"
        named = family or (strange and (called or (has_last and last.lower() not in ordinary_words())))
        named = named or (called and (low in FAMILY_NAMES or "mr" in match["data"][:2].lower()))
    if named:
        yield match.start("data"), match.end("last" if has_last else "first")


@cache
def _frequent() -> frozenset[str]:
    return (
        frozenset(frequent_words(_FREQUENT)) - FORENAMES - ALSO_WORDS - FAMILY_NAMES - SURNAMES | STOP_WORDS | _NO_NAMES
    )


def _is_plain(word: str) -> bool:
    """Whether a word is none that names anybody."""
    low = word.lower()
    verb = low.endswith(("ed", "ing", "nt", "n't")) and low not in FAMILY_NAMES and low not in FORENAMES
    return low in _frequent() or word in ABBREVIATIONS or (verb and (low in ordinary_words() or low.endswith("n't")))

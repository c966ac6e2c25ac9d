"""Who wrote, found in what they wrote: identity stays apart from content even where the two stand in one text."""

import re
from collections.abc import Iterable, Iterator

from models.folding import folded
from models.masking import PersonalData, PersonalKind

_TITLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "sister", "nurse", "doctor"})
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_CAPITAL = r"[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)*\.?"
_BEFORE = re.compile(rf"(?<!\w)(?P<data>{_CAPITAL}(?:[ ]{_CAPITAL}){{0,2}})[ ]?[,:;(<\[–-]?[ ]?[(<\[]?(?:mailto:)?$")
_AFTER = re.compile(rf"[ ]?[)>\]]?[ ]?[,;(<\[–-]?[ ]?(?P<data>{_CAPITAL}(?:[ ]{_CAPITAL}){{0,2}})")
_NO_NAMES = frozenset(
    re.findall(
        r"\S+",
        """
        ward hospital trust nhs team department dept office university college school surgery practice unit service
        services centre center clinic line desk human resources placement placements education training complaints
        support email e-mail mail contact write please or and the my at to from is it on in last yesterday today
        """,
    )
)
"""What stands beside an address and makes the words a place, a team or a sentence, and no name."""
LONGEST_BESIDE = 90
_NUMBER = re.compile(r"(?<![\w+])\+?(?:\d[ .()/-]{0,2}){7,14}\d(?!\w)")
_DATE = re.compile(r"(?<!\d)\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}(?!\d)")
_INTRODUCTION = r"(?:my name is|my name's|i am|i'm|i’m|this is|it is|regards|thanks|wishes|sincerely|faithfully),?"
LONGEST_SIGNATURE_LINE = 80


def reporter_in(text: str, *, name: str, address: str) -> Iterator[PersonalData]:
    """Where a text names its own writer; spans may overlap.

    The address and the whole name are found anywhere, in any case. A part of the name is too often an ordinary word: it
    counts where it stands alone on a line, after a title, or where somebody introduces themselves or signs.
    """
    if address:
        yield from _each(re.escape(address), text)
    parts = [word for word in _WORD.findall(name) if word.lower() not in _TITLES and len(word) > 1]
    if not parts:
        return
    if len(parts) > 1:
        whole = r"[\s.,]{1,3}".join(map(re.escape, parts))
        first, last = re.escape(parts[0]), re.escape(parts[-1])
        for pattern in (whole, rf"{first}[\s.]{{1,3}}{last}", rf"{last}[\s,]{{1,3}}{first}"):
            yield from _each(rf"\b{pattern}\b", text)
    any_part = "|".join(map(re.escape, parts))
    several = rf"(?P<data>(?:{any_part})(?:[ .]{{1,2}}(?:{any_part}))*)\b"
    yield from _each(rf"\b{_INTRODUCTION}\s{{1,4}}(?:(?:dr|mr|mrs|ms|miss|mx|prof)\.? )?{several}", text)
    yield from _each(rf"\b(?:dr|mr|mrs|ms|miss|mx|prof|professor|sister|nurse)\.? {several}", text)
    yield from _alone(text, {part.lower() for part in parts})


def emails_in(text: str) -> Iterator[PersonalData]:
    """Every e-mail address in a text, whoever's it is."""
    for match in _EMAIL.finditer(text):
        yield PersonalData(kind=PersonalKind.EMAIL, start=match.start(), end=match.end())


def beside_emails_in(text: str) -> Iterator[PersonalData]:
    """A name that stands right beside an e-mail address, on the same line.

    One word counts only where the address has it, too; two or three count unless one of them is of a place or a team.
    """
    for match in _EMAIL.finditer(text):
        start, end = match.span()
        before = text[max(0, start - LONGEST_BESIDE) : start]
        after = text[end : end + LONGEST_BESIDE]
        owner = match[0].partition("@")[0].lower()
        for found, offset in ((_BEFORE.search(before), start - len(before)), (_AFTER.match(after), end)):
            if found is None:
                continue
            at = _name_in(found["data"], owner)
            if at is not None:
                begin = offset + found.start("data")
                yield PersonalData(kind=PersonalKind.NAME, start=begin + at[0], end=begin + at[1])


def _name_in(words: str, owner: str) -> tuple[int, int] | None:
    found = [word for word in _WORD.finditer(words) if word[0].lower() not in _TITLES]
    while found and found[0][0].lower() in _NO_NAMES:  # "Email Jo Bloggs"
        found.pop(0)
    if not found or any(word[0].lower() in _NO_NAMES for word in found):
        return None
    if len(found) == 1 and not (len(found[0][0]) > 1 and found[0][0].lower() in owner):
        return None
    return found[0].start(), found[-1].end()


def numbers_in(text: str) -> Iterator[PersonalData]:
    """Every long number and every date: the net for texts in which nobody could look for patients' data."""
    plain = folded(text)
    for pattern in (_NUMBER, _DATE):
        for match in pattern.finditer(plain.text):
            start, end = plain.span(*match.span())
            yield PersonalData(kind=PersonalKind.NUMBER, start=start, end=end)


def words_of(text: str, found: Iterable[PersonalData]) -> tuple[tuple[str, PersonalKind], ...]:
    """The words that are personal data, longest first, so that they can be found again elsewhere."""
    words = {(text[one.start : one.end].strip(), one.kind) for one in found}
    return tuple(sorted(((word, kind) for word, kind in words if len(word) > 2), key=lambda pair: -len(pair[0])))


def again_in(text: str, words: Iterable[tuple[str, PersonalKind]]) -> Iterator[PersonalData]:
    """Where words that are personal data in one text stand in another, for example in its subject."""
    for word, kind in words:
        for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
            yield PersonalData(kind=kind, start=match.start(), end=match.end())


def _each(pattern: str, text: str) -> Iterator[PersonalData]:
    for match in re.finditer(pattern, text, re.IGNORECASE):
        start, end = match.span("data" if "data" in match.groupdict() else 0)
        yield PersonalData(kind=PersonalKind.REPORTER, start=start, end=end)


def _alone(text: str, parts: set[str]) -> Iterator[PersonalData]:
    """Lines that hold nothing but the name, with or without a title."""
    at = 0
    for line in text.splitlines(keepends=True):
        words = [] if len(line) > LONGEST_SIGNATURE_LINE else [*_WORD.finditer(line)]
        named = [word for word in words if word[0].lower() in parts]
        if named and all(word in named or word[0].lower() in _TITLES or len(word[0]) == 1 for word in words):
            yield PersonalData(kind=PersonalKind.REPORTER, start=at + words[0].start(), end=at + words[-1].end())
        at += len(line)

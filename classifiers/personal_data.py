"""Component `personal_data`: finds what names or finds a patient, so that nobody has to read it without need.

Names are masked only where words beside them say that a patient is meant: a surgeon is "Mr" too, and officers have to
read whom a concern is about.
"""

import re
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import notebook
from models.masking import PersonalData, PersonalKind

READ = 40_000
"""Characters that are searched from the start of a text."""
NHS_WEIGHTS = range(10, 1, -1)
_DIGITS = re.compile(r"\d+")
RUNS = {"nhs": 3, "year": 2, "hospital": 5}
"""Digits in a row without which there is no such number: most texts have none, and need no longer search."""
_NHS = re.compile(r"(?<![\d.-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d-])")
_DATE = (
    r"\d{1,2}(?:st|nd|rd|th)?[ ./-](?:\d{1,2}|jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec"
    r"|january|february|march|april|june|july|august|september|october|november|december)[ ,./-]{1,2}(?:19|20)?\d{2}"
)
_BORN = re.compile(rf"(?:\bd\.?o\.?b\.?|date of birth|\bborn(?: on)?)[ :=-]{{0,3}}(?P<data>{_DATE})\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\b(?:hosp(?:ital)?|mrn|unit|patient|case|pas|k|s|d|district|nhs)[ .-]?(?:no|number|num|id|nr|#)\.?[ :=#-]{0,3}"
    r"(?P<data>[A-Za-z]{0,3}[ -]?\d{5,9}[A-Za-z]?)\b|\bmrn[ :=#-]{0,3}(?P<mrn>[A-Za-z]{0,3}\d{5,9}[A-Za-z]?)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\d+])(?:\+44[ -]?(?:\(0\)[ -]?)?|0)(?:\d[ -]?){8,9}\d(?!\d)")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
_STREET = re.compile(
    r"\b\d{1,4}[a-z]?,? (?:[A-Z][a-z'-]+ ){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Close|Drive|Crescent|Way|Grove|Court)\b"
)
_CAPITAL = r"[A-Z][a-z'’]+(?:-[A-Z][a-z]+)?"
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Master|Baby)\.? "
_PATIENT = (
    r"(?:[Pp]atient|[Pp]t|[Rr]esident|[Cc]lient|[Ss]ervice user|[Bb]aby|[Tt]oddler|[Cc]hild|[Ll]ady|[Gg]entleman|"
    r"[Ll]ad|[Mm]an|[Ww]oman|[Bb]oy|[Gg]irl|[Mm]um|[Mm]other|[Nn]eonate)"
)
_NAMED = re.compile(
    rf"\b{_PATIENT}(?:,? (?:called|named|by the name of|name[: ]|initials)|[,:(])? ?"
    rf"(?P<data>{_TITLE}(?:{_CAPITAL} ?){{1,3}}|(?:{_CAPITAL} ){{1,2}}{_CAPITAL})(?<! )"
)
_CALLED = re.compile(
    rf"\b{_PATIENT},? (?:(?:who(?:'s| is| was) )?(?:called|named)|by the name of|initials) "
    rf"(?P<data>{_CAPITAL}|[A-Z]\.?[A-Z]\.?)\b"
)
CALLED = ("called", "named", "by the name of", "initials")
"""One of them stands in whatever `_CALLED` finds."""
_TITLED = re.compile(rf"\b(?P<data>{_TITLE}(?:{_CAPITAL} ){{0,2}}{_CAPITAL})")
_BESIDE = re.compile(
    r"\b(?:bed|bay|side room|cubicle|nhs|d\.?o\.?b|admitted|discharged|readmitted|aged|year[- ]old|yo|y/o|yrs?|patient"
    r"|pt|transfused|catheter\w*|palliative|dementia|diabetic|(?:his|her) (?:hip|leg|wound|obs|bloods))\b",
    re.IGNORECASE,
)
NEAR = 60
"""Characters around a titled name in which a word must say that it is a patient's."""


@Language.factory("personal_data")
def make_personal_data(nlp: Language, name: str) -> "PersonalDataFound":  # noqa: ARG001  spaCy calls factories so
    """The component, as spaCy asks for it."""
    return PersonalDataFound()


class PersonalDataFound:
    """Writes `personal_data` into the notebook: offsets into the message's text."""

    def __call__(self, doc: Doc) -> Doc:
        """Search the text as it was written."""
        notes = notebook(doc)
        text = notes.source.source[notes.text_start :][:READ]
        notes.personal_data = tuple(without_overlaps(found_in(text)))
        return doc


def found_in(text: str) -> Iterator[PersonalData]:
    """All personal data of patients in a text, which may overlap."""
    if _DIGITS.search(text):
        yield from _found_by_digits(text)
    patterns = (_NAMED, _CALLED) if any(word in text for word in CALLED) else (_NAMED,)
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield _data(PersonalKind.NAME, match.span("data"))
    for match in _TITLED.finditer(text):
        beside = text[max(0, match.start() - NEAR) : match.start()] + " " + text[match.end() : match.end() + NEAR]
        if _BESIDE.search(beside):
            yield _data(PersonalKind.NAME, match.span("data"))


def _found_by_digits(text: str) -> Iterator[PersonalData]:
    """All that cannot be without a digit: numbers, dates and addresses."""
    run = max(len(digits) for digits in _DIGITS.findall(text))
    for match in _NHS.finditer(text) if run >= RUNS["nhs"] else ():
        if is_nhs_number(match[0]):
            yield _data(PersonalKind.NHS_NUMBER, match.span())
    for pattern, kind, least in (
        (_BORN, PersonalKind.DATE_OF_BIRTH, RUNS["year"]),
        (_NUMBER, PersonalKind.HOSPITAL_NUMBER, RUNS["hospital"]),
    ):
        for match in pattern.finditer(text) if run >= least else ():
            group = next(name for name, value in match.groupdict().items() if value is not None)
            yield _data(kind, match.span(group))
    yield from (_data(PersonalKind.PHONE, match.span()) for match in _PHONE.finditer(text))
    for pattern in (_POSTCODE, _STREET):
        yield from (_data(PersonalKind.ADDRESS, match.span()) for match in pattern.finditer(text))


def _data(kind: PersonalKind, span: tuple[int, int]) -> PersonalData:
    return PersonalData(kind=kind, start=span[0], end=span[1])


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits have the check digit of an NHS number (modulus 11, NHS Data Dictionary)."""
    numbers = [int(digit) for digit in digits if digit.isdecimal()]
    if len(numbers) != 10 or len(set(numbers)) == 1:
        return False
    rest = 11 - sum(weight * digit for weight, digit in zip(NHS_WEIGHTS, numbers[:9], strict=True)) % 11
    return rest % 11 == numbers[9]


def without_overlaps(found: Iterator[PersonalData]) -> Iterator[PersonalData]:
    """In the order of the text; of those that overlap the first and longest."""
    end = 0
    for one in sorted(found, key=lambda data: (data.start, -data.end)):
        if one.start >= end:
            yield one
            end = one.end

"""Component `personal_data`: finds what names or finds a patient, so that nobody has to read it without need.

Names are masked only where words beside them say that a patient is meant: a surgeon is "Mr" too, and officers have to
read whom a concern is about.
"""

import re
from collections.abc import Iterator
from math import inf

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import notebook
from classifiers.personal_names import names_in, places
from classifiers.settings import check
from models.folding import folded
from models.masking import PersonalData, PersonalKind

READ = 200_000
"""Characters of a message that are searched when it is classified; what is kept is masked whole."""
NHS_WEIGHTS = range(10, 1, -1)
_DIGITS = re.compile(r"\d+")
_LONG = re.compile(r"\d{5,}")
"""A run of digits without which there is no hospital number: most texts have none, and need no search for one."""
_GAP = r"[\s./-]{0,4}"
_NHS = re.compile(rf"(?<!\d)(?<!\d[.-])(?P<data>\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{4}})(?!\d|[.-]\d)")
_NHS_SAID = re.compile(
    r"(?:[ ]?(?:no|number|num|nr|#))?\.?[\s:=#-]{0,3}(?:is )?(?P<data>\d(?:[\s./-]{0,4}\d){9})(?!\d)",
    re.IGNORECASE,
)
"""Where the words say what it is, its digits may stand in any groups."""
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:'\d{2}|(?:19|20)?\d{2})"
_DATE = (
    rf"(?:(?:19|20)\d{{2}}[ ./-]{{1,2}}(?:\d{{1,2}}|{_MONTH})[ ./-]{{1,2}}\d{{1,2}}"
    rf"|(?:the )?{_DAY}(?: day)?(?: of)?[ ./-]{{1,3}}(?:\d{{1,2}}|{_MONTH})[ ,./-]{{1,3}}{_YEAR}"
    rf"|{_MONTH}[ .]{{1,2}}(?:the )?{_DAY}[ ,]{{1,2}}{_YEAR})"
)
_BORN = re.compile(
    rf"\.?[\s:=-]{{0,3}}(?:(?:is|was|on)[: ]{{1,2}})?"
    rf"(?P<data>{_DATE}|\d{{6}}|\d{{8}})(?!\d)",
    re.IGNORECASE,
)
BORN = ("dob", "d.o.b", "date of birth", "born")
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


@Language.factory("personal_data", default_config={"read": READ})
def make_personal_data(nlp: Language, name: str, read: int) -> "PersonalDataFound":  # noqa: ARG001
    """The component. Raises SettingError."""
    return PersonalDataFound(read)


class PersonalDataFound:
    """Writes `personal_data` into the notebook: offsets into the message's text."""

    def __init__(self, read: int = READ) -> None:
        check("personal_data", "read", read, least=1_000, most=inf)
        self._read = read

    def __call__(self, doc: Doc) -> Doc:
        """Search the text as it was written."""
        notes = notebook(doc)
        text = notes.source.source[notes.text_start :][: self._read]
        notes.personal_data = tuple(without_overlaps(found_in(text)))
        return doc


def found_in(text: str) -> Iterator[PersonalData]:
    """All personal data of patients in a text, which may overlap."""
    plain = folded(text)
    if _DIGITS.search(plain.text):
        for one in _found_by_digits(plain.text):
            yield _data(one.kind, plain.span(one.start, one.end))
    for span in names_in(plain.text):
        yield _data(PersonalKind.NAME, plain.span(*span))


def _found_by_digits(text: str) -> Iterator[PersonalData]:
    """All that cannot be without a digit: numbers, dates and addresses."""
    low = text.lower()
    for match in (*_NHS.finditer(text), *_behind(text, low, "nhs", _NHS_SAID)):
        if is_nhs_number(match["data"]):
            yield _data(PersonalKind.NHS_NUMBER, match.span("data"))
    for cue in BORN:
        for match in _behind(text, low, cue, _BORN):
            yield _data(PersonalKind.DATE_OF_BIRTH, match.span("data"))
    for run in _LONG.finditer(text):
        # The longest words before a number, and what may close it, are within these.
        for match in _NUMBER.finditer(text, max(0, run.start() - 40), run.end() + 3):
            yield _data(PersonalKind.HOSPITAL_NUMBER, match.span("mrn" if match["mrn"] else "data"))
    yield from (_data(PersonalKind.PHONE, match.span()) for match in _PHONE.finditer(text))
    for pattern in (_POSTCODE, _STREET):
        yield from (_data(PersonalKind.ADDRESS, match.span()) for match in pattern.finditer(text))


def _behind(text: str, low: str, cue: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    for _, end in places(low, cue, closed=False):
        match = pattern.match(text, end)
        if match:
            yield match


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

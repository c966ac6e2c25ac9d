"""Personal data of patients in a text: where they stand, and the text without them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class PersonalKind(StrEnum):
    """What kind of personal data some words are."""

    NAME = "name"
    NHS_NUMBER = "nhs_number"
    DATE_OF_BIRTH = "date_of_birth"
    HOSPITAL_NUMBER = "hospital_number"
    PHONE = "phone"
    ADDRESS = "address"
    EMAIL = "email"
    NUMBER = "number"
    """A long number or a date: what is masked where nobody could look closer."""
    REPORTER = "reporter"


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonalData:
    """Words that name or find a person. The words themselves are not kept here: only where they stand."""

    kind: PersonalKind
    start: int
    end: int


MASKS = {
    PersonalKind.NAME: "[name]",
    PersonalKind.NHS_NUMBER: "[NHS number]",
    PersonalKind.DATE_OF_BIRTH: "[date of birth]",
    PersonalKind.HOSPITAL_NUMBER: "[hospital number]",
    PersonalKind.PHONE: "[phone number]",
    PersonalKind.ADDRESS: "[address]",
    PersonalKind.EMAIL: "[e-mail address]",
    PersonalKind.NUMBER: "[number]",
    PersonalKind.REPORTER: "[reporter]",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """What one mask takes away, `start` to `end`, and what stands there instead."""

    start: int
    end: int
    mask: str


def cuts(text: str, found: Iterable[PersonalData]) -> tuple[Cut, ...]:
    """The masks of a text in its order. Those that overlap become one; offsets beyond the text are passed over."""
    made: list[Cut] = []
    for one in sorted(found, key=lambda data: (data.start, -data.end)):
        if not 0 <= one.start < one.end <= len(text):
            continue
        if made and one.start < made[-1].end:
            made[-1] = replace(made[-1], end=max(made[-1].end, one.end))
        else:
            made.append(Cut(start=one.start, end=one.end, mask=MASKS[one.kind]))
    return tuple(made)


def masked(text: str, found: Iterable[PersonalData]) -> str:
    """The text with a word in brackets for each of the personal data. Offsets beyond the text are passed over."""
    parts: list[str] = []
    at = 0
    for cut in cuts(text, found):
        parts += [text[at : cut.start], cut.mask]
        at = cut.end
    return "".join([*parts, text[at:]])


def moved(start: int, end: int, made: Iterable[Cut]) -> tuple[int, int]:
    """Where a span of the text stands once it is masked. A mask that it touches belongs to it whole."""
    shift_start = shift_end = 0
    for cut in made:
        growth = len(cut.mask) - (cut.end - cut.start)
        if cut.end <= start:
            shift_start += growth
        elif cut.start < start:
            shift_start -= start - cut.start
        if cut.end <= end:
            shift_end += growth
        elif cut.start < end:
            shift_end += cut.start + len(cut.mask) - end
    return start + shift_start, end + shift_end

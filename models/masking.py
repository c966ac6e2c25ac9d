"""Personal data of patients in a text: where they stand, and the text without them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class PersonalKind(StrEnum):
    """What kind of personal data some words are."""

    NAME = "name"
    NHS_NUMBER = "nhs_number"
    DATE_OF_BIRTH = "date_of_birth"
    HOSPITAL_NUMBER = "hospital_number"
    PHONE = "phone"
    ADDRESS = "address"


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
}


def masked(text: str, found: Iterable[PersonalData]) -> str:
    """The text with a word in brackets for each of the personal data. Offsets beyond the text are passed over."""
    parts: list[str] = []
    at = 0
    for one in sorted(found, key=lambda data: (data.start, -data.end)):
        if at <= one.start < one.end <= len(text):
            parts += [text[at : one.start], MASKS[one.kind]]
            at = one.end
    return "".join([*parts, text[at:]])

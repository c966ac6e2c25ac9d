"""Facts about patients' personal data: found where they are, and nothing else taken for them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.personal_data import found_in, is_nhs_number, without_overlaps
from models.masking import masked


def shown(text: str) -> str:
    return masked(text, without_overlaps(found_in(text)))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The patient, NHS 943 476 5919, waited.", "The patient, NHS [NHS number], waited."),
        ("NHS number 9434765919 fell.", "NHS number [NHS number] fell."),
        ("She (DOB 03/04/1951) was sent home.", "She (DOB [date of birth]) was sent home."),
        ("born on 3rd march 1951, in bay 2", "born on [date of birth], in bay 2"),
        ("Hosp no: RX1234567 was given it twice.", "Hosp no: [hospital number] was given it twice."),
        ("MRN 0045213 had no obs.", "MRN [hospital number] had no obs."),
        ("A patient called Doris was left on the floor.", "A patient called [name] was left on the floor."),
        ("the patient Doris Hallam was left", "the patient [name] was left"),
        ("Mrs Okafor in bed 4 was not fed.", "[name] in bed 4 was not fed."),
        ("Mr Denby, 84 year old, was sent home at 3am", "[name], 84 year old, was sent home at 3am"),
        ("pt initials JS had the wrong dose", "pt initials [name] had the wrong dose"),
        ("ring me on 07700 900123 after five", "ring me on [phone number] after five"),
        ("lives at 12 Canal Street, LE1 5WW", "lives at [address], [address]"),
    ],
)
def test_it_is_masked(text: str, told: str) -> None:
    assert shown(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "Mr Denby is the consultant and he shouts.",
        "I am on bleep 2345 and the ward is 41.",
        "Reference 1234567890 is in the Datix.",
        "The patient Safety team never answered.",
        "I was born to do this job.",
        "The rota from 03/04/2025 has gaps.",
        "Patients wait 12 hours. Nobody comes.",
        "My supervisor Anne Hallam was kind.",
    ],
)
def test_what_is_no_patients_data_stays(text: str) -> None:
    assert shown(text) == text


def test_only_numbers_with_the_right_check_digit_are_nhs_numbers() -> None:
    assert is_nhs_number("943 476 5919")
    assert not is_nhs_number("943 476 5918")
    assert not is_nhs_number("0000000000")
    assert not is_nhs_number("94347659")


@given(text=st.text(max_size=400))
def test_any_text_can_be_masked_and_what_was_not_found_stays(text: str) -> None:
    found = list(without_overlaps(found_in(text)))
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    if not found:
        assert masked(text, found) == text

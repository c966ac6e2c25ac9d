"""Facts about patients' personal data: found where they are, and nothing else taken for them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.personal_data import found_in, is_nhs_number, without_overlaps
from models.masking import PersonalKind, masked


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
        ("Mr McDonald in bed 3", "[name] in bed 3"),
        ("Mr. O’Neill in bed 3", "[name] in bed 3"),
        ("Mr. O'Neill in bed 3", "[name] in bed 3"),
        ("Patient Sean O'Connor was left", "Patient [name] was left"),
        ("Mrs MacPherson-Jones in bay 2", "[name] in bay 2"),
        ("Mr van der Berg in bay 2, Mrs de la Cruz in bed 3", "[name] in bay 2, [name] in bed 3"),
        ("Patient Zoë D’Arcy-Núñez left", "Patient [name] left"),
        ("Mrs J Smith in bed 3", "[name] in bed 3"),
        ("Mr Jones's leg, bed 4", "[name]'s leg, bed 4"),
        ("PATIENT JOHN SMITH WAS LEFT", "PATIENT [name] WAS LEFT"),
        ("MRS SMITH WAS IN BED 4", "[name] WAS IN BED 4"),
        ("patient mary smith was left", "patient [name] was left"),
        ("mr hollis in bay 4, his daughter", "[name] in bay 4, his daughter"),
        ("Mrs Patel, 84, was sent home", "[name], 84, was sent home"),
        ("patient named o'Brien fell", "patient named [name] fell"),
        ("patient called doris fell", "patient called [name] fell"),
        ("dob 1961-03-14, in bay 2", "dob [date of birth], in bay 2"),
        ("born on the 3rd of May 1950.", "born on [date of birth]."),
        ("DOB03/04/1951, d.o.b. 3 May 51", "DOB[date of birth], d.o.b. [date of birth]"),
        ("NHS no: 94 34 76 59 19 waits", "NHS no: [NHS number] waits"),
        ("it is 943.476.5919.", "it is [NHS number]."),
        ("Mrs Pat\u200bel in bed 4", "[name] in bed 4"),
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
        "Mr Jones the consultant shouted at the patient in bed 4",
        "Mr Jones (consultant) shouted at the patient in bed 4",
        "The patient, Dr Jones said, was fine",
        "patient was seen by a registrar",
        "PATIENT WAS SEEN BY A REGISTRAR",
        "patient care and patient safety, patient will need it",
        "the Patient Safety Incident Response Framework",
        "the patient called the nurse, the patient called for help",
        "a patient recieved paracetomol",
        "I miss the bus and the patients in bed 4",
        "Mr Denby, 12 weeks ago, shouted",
        "Call 943 476 5918 or 943.476.5918",
    ],
)
def test_what_is_no_patients_data_stays(text: str) -> None:
    assert shown(text) == text


def test_only_numbers_with_the_right_check_digit_are_nhs_numbers() -> None:
    assert is_nhs_number("943 476 5919")
    assert not is_nhs_number("943 476 5918")
    assert not is_nhs_number("0000000000")
    assert not is_nhs_number("94347659")


def test_a_patients_name_behind_an_open_role_is_masked() -> None:
    assert shown("Mrs Patel, the consultant said, died in bed 4") == "[name], the consultant said, died in bed 4"


def test_what_stands_far_behind_in_a_long_text_is_masked() -> None:
    long = "The rota has gaps. " * 3_000
    assert shown(f"{long}NHS 943 476 5919. Mrs Patel in bed 4.") == f"{long}NHS [NHS number]. [name] in bed 4."


FORENAMES = st.sampled_from(["John", "Mary", "Zoë", "Siân", "José", "Aoife", "Mary-Jane", "J.", "D’Shawn"])
PARTS = st.sampled_from(["Hallam", "Patel", "Núñez", "Świątek", "Žižek", "Ngô", "Oduya"])
SURNAMES = st.one_of(
    PARTS,
    st.builds(
        "{}{}".format, st.sampled_from(["Mc", "Mac", "O'", "O’", "D'", "d’", "van der ", "de la ", "St "]), PARTS
    ),
    st.builds("{}{}{}".format, PARTS, st.sampled_from(["-", "\u2010", "-O'"]), PARTS),
)


@given(
    cue=st.sampled_from(["patient {}", "Patient: {}", "the pt {}", "a lady called {}", "PATIENT {}", "resident ({})"]),
    forename=FORENAMES,
    surname=SURNAMES,
)
def test_nothing_of_a_name_is_left_behind_a_cue(cue: str, forename: str, surname: str) -> None:
    assert shown(cue.format(f"{forename} {surname}") + " was left.") == cue.format("[name]") + " was left."


@given(
    title=st.sampled_from(["Mr ", "Mrs. ", "Ms\u00a0", "Miss ", "MR "]),
    forename=FORENAMES | st.just(""),
    surname=SURNAMES,
)
def test_nothing_of_a_titled_name_is_left_beside_a_bed(title: str, forename: str, surname: str) -> None:
    assert shown(f"{title}{forename} {surname}".replace("  ", " ") + " in bed 3") == "[name] in bed 3"


GAPS = st.sampled_from(
    ["", " ", "\u00a0", "\u202f", "\u2009", "\u200b", " \u200b", ".", "-", "\u2011", "\n", "\r\n", " - "]
)


@given(digits=st.integers(0, 999_999_999), before=GAPS, after=GAPS)
def test_nhs_numbers_are_masked_in_any_spacing_and_others_are_not(digits: int, before: str, after: str) -> None:
    for check in "0123456789":
        number = f"{digits:09}{check}"
        written = f"{number[:3]}{before}{number[3:6]}{after}{number[6:]}"
        hidden = any(one.kind is PersonalKind.NHS_NUMBER for one in found_in(f"It is {written}, he said."))
        assert hidden is is_nhs_number(number)


@given(text=st.text(max_size=400))
def test_any_text_can_be_masked_and_what_was_not_found_stays(text: str) -> None:
    found = list(without_overlaps(found_in(text)))
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    if not found:
        assert masked(text, found) == text

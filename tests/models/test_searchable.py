"""Facts about masked messages: neither a patient nor who wrote is left in what may be searched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.masking import PersonalData, PersonalKind
from models.searchable import LONGEST_MASKED, Masked, masked_message, name_words
from models.words import words_in


def test_a_patient_is_masked_in_the_text_and_in_the_subject() -> None:
    text = "Patient Ann Smith fell."
    found = [PersonalData(kind=PersonalKind.NAME, start=8, end=17)]
    assert masked_message("About Ann Smith", text, found, name="", address="") == Masked(
        subject="About [name]", text="Patient [name] fell."
    )


def test_who_wrote_is_masked_wherever_the_name_stands() -> None:
    text = "I am Jane.\nDr J Doe-Smith, jane.doe@nhs.net\nDOE told me. Jane's rota. JÁNE"
    masked = masked_message("From Jane Doe", text, (), name="DOE-SMITH, Jane (A TRUST)", address="jane.doe@nhs.net")
    assert masked.subject == "From [reporter]"
    assert masked.text == (
        "I am [reporter].\nDr J [reporter], [e-mail address]\n[reporter] told me. [reporter] rota. [reporter]"
    )


@pytest.mark.parametrize(
    ("name", "address", "words"),
    [
        ("DOE, Jane (UNIVERSITY HOSPITALS BIRMINGHAM)", "jane.doe7@nhs.net", {"doe", "jane", "doe7"}),
        ("F1 Doctor", "learner@example.test", {"f1"}),
        ("", "k.okafor@trust.test", {"okafor"}),
        ("sam@home.test", "sam@home.test", {"sam"}),
        ("", "", set()),
    ],
)
def test_these_words_name_the_person(name: str, address: str, words: set[str]) -> None:
    assert name_words(name, address) == words


@given(st.lists(st.sampled_from(["Zoë", "Quill", "rota", " ", "-", ".", "@", "\n", "Zoe's", "x"]), max_size=40))
def test_no_part_of_a_name_and_no_address_is_left(parts: list[str]) -> None:
    text = "".join(parts)
    masked = masked_message(text, text, (), name="Zoë Quill", address="zquill@home.test")
    for left in (masked.subject, masked.text):
        assert {"zoe", "quill", "zquill"} & {one.word for one in words_in(left)} == set()


def test_a_text_without_any_blank_takes_no_longer_than_another() -> None:
    assert len(masked_message("x" * 100_000, "x" * 100_000, (), name="", address="").text) == LONGEST_MASKED

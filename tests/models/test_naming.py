"""Facts about by what a place's name is known."""

import pytest

from models.naming import codes_by_name, key_of, known_names, on_one_line
from models.reference import load_reference


def test_one_name_is_known_however_it_is_written() -> None:
    written = ("Saint Bede’s Hospice", "st bedes hospice", "St. Bede's  Hospice", "ST BEDE`S HOSPICE")
    assert len({key_of(name) for name in written}) == 1
    assert key_of("Moor & Dale") == key_of("moor and dale")
    assert key_of("Oakfield Surgery") != key_of("Oakwood Surgery")
    assert key_of("…!") == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St Bede's Hospice", "SAINT BEDES HOSPICE"),
        ("The Oakfield Surgery", "oakfield surgery"),
        ("Rose & Crown Practice", "Rose  and Crown_Practice"),
        ("Hôpital-Court Clinic", "Hopital Court clinic"),
        ("Ｅlm Surgery", "elm surgery"),
    ],
)
def test_spellings_of_one_name_are_the_same(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


def test_an_article_alone_stays_a_word() -> None:
    assert (key_of("The"), key_of("the the")) == ("the", "the")


def test_a_name_is_shown_on_one_line_and_cannot_command_a_terminal() -> None:
    assert on_one_line("Elm\n\x1b[31m  Surgery\u202e") == "Elm [31m Surgery"


def test_names_and_nicknames_lead_to_their_place_and_ambiguous_ones_to_none() -> None:
    words = load_reference()
    known = known_names(words)
    assert known[key_of("university hospitals of leicester nhs trust")] == "RWE"
    assert known[key_of("UHL")] == "RWE"
    assert known[key_of(words.ambiguous_names[0].name)] == ""


def test_a_name_that_several_places_go_by_leads_to_all_of_them_and_is_no_ones_alone() -> None:
    words = load_reference()
    assert codes_by_name(words)[key_of("Kettering General")] == {"RNQ", "RNQ51"}
    assert known_names(words)[key_of("Kettering General")] == ""
    assert "" not in codes_by_name(words)

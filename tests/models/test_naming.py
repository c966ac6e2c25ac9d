"""Facts about by what a place's name is known."""

from models.naming import key_of, known_names
from models.reference import load_reference


def test_one_name_is_known_however_it_is_written() -> None:
    written = ("Saint Bede’s Hospice", "st bedes hospice", "St. Bede's  Hospice", "ST BEDE`S HOSPICE")
    assert len({key_of(name) for name in written}) == 1
    assert key_of("Moor & Dale") == key_of("moor and dale")
    assert key_of("Oakfield Surgery") != key_of("Oakwood Surgery")
    assert key_of("…!") == ""


def test_names_and_nicknames_lead_to_their_place_and_ambiguous_ones_to_none() -> None:
    words = load_reference()
    known = known_names(words)
    assert known[key_of("university hospitals of leicester nhs trust")] == "RWE"
    assert known[key_of("UHL")] == "RWE"
    assert known[key_of(words.ambiguous_names[0].name)] == ""

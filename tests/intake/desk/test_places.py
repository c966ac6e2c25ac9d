"""Facts about places and specialties as officers type them."""

import pytest

from intake.desk.places import place_code, specialty_code
from models.framework import Reference
from models.reference import load_reference


@pytest.fixture(scope="module")
def words() -> Reference:
    return load_reference()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("rwe", "RWE"),
        ("Something else (RWE)", "RWE"),
        ("University Hospitals of Leicester NHS Trust", "RWE"),
        ("  the university  hospitals of léicester NHS-trust", "RWE"),
        ("uhl", "RWE"),
        ("saint georges hospital, stafford", "RRE11"),
        ("Derby and Burton", "RTG"),
        ("County Hospital", "RJE09"),
        ("Kettering General", None),
        ("Thornbury Hospice", None),
        ("…", None),
        ("", None),
    ],
)
def test_a_place_is_known_however_it_is_typed(typed: str, code: str | None, words: Reference) -> None:
    assert place_code(typed, words) == code


def test_a_specialty_is_known_however_it_is_typed(words: Reference) -> None:
    for one in words.specialties.values():
        written = one.name.upper().replace(" AND ", " & ")
        assert specialty_code(written, words) == specialty_code(one.name, words) == one.code
    assert specialty_code("alchemy", words) is None

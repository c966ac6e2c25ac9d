"""The learner's post and profession."""

import pytest

from tests.classifiers.conftest import Read


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("I am an F1 in general surgery.", {"PROG-F1", "100"}),
        ("f1 surgery, no registrar", {"PROG-F1", "100"}),
        ("I'm a student midwife on labour ward.", {"560"}),
        ("im an ODP student in theatres", {"AHP-ODP"}),
        ("I am a second year student nurse on ward 4.", {"950-ADULT"}),
        ("I am a mental health student nurse.", {"950-MH"}),
        ("I'm an IMT2 in cardiology.", {"PROG-IMT", "320"}),
        ("I am a core psychiatry trainee.", {"PROG-CPT", "710"}),
        ("student physio on the stroke ward", {"TF650"}),
    ],
)
def test_post_and_profession_are_found(read: Read, text: str, codes: set[str]) -> None:
    assert codes <= set(read(text).specialties)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I am an F1 in urology. The radiology registrar called us.", "810"),
        ("The gas was left on in the kitchen.", "190"),
        ("I am an F2 in general medicine. I sent him to dermatology.", "330"),
    ],
)
def test_a_service_in_passing_or_another_word_is_none(read: Read, text: str, code: str) -> None:
    assert code not in read(text).specialties

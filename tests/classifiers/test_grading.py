"""Impact, likelihood and the pre-grade: cautious where the text is silent, never low by denial."""

import pytest

from models.framework import Reference
from tests.classifiers.conftest import Read


def test_without_any_cue_a_person_grades_and_nothing_is_called_low(read: Read) -> None:
    verdict = read("It is about the thing on my ward that I mentioned to the doctors last time.")
    assert not verdict.graded
    assert verdict.needs_person
    assert verdict.isf == 2
    assert verdict.confidence == 0.0
    assert "no words were found to grade by" in verdict.needs_person_reasons


@pytest.mark.parametrize(
    ("text", "isf"),
    [
        ("I have been sexually assaulted by a registrar. My supervisor knows and nothing was done.", 3),
        ("I am left alone in resus every night with no senior and a patient died last week.", 3),
        ("The notes were falsified after a death.", 3),
        ("There is no registrar on site at night and F1s run the take alone. It happens every week.", 3),
        ("Our rota comes out two days before every month and nobody answers.", 2),
        ("Teaching was cancelled once last month.", 1),
        ("Our teaching has been cancelled five weeks out of eight. It is being dealt with.", 1),
        ("We work 14 hour shifts without a break most days.", 2),
        ("The fridge in the mess broke. It has been fixed.", 0),
    ],
)
def test_typical_grades(read: Read, text: str, isf: int) -> None:
    assert read(text).isf == isf


@pytest.mark.parametrize(
    "comfort",
    [
        "All sorted now.",
        "They apologised.",
        "It was only a small thing.",
        "He has been spoken to and it is being dealt with.",
        "Otherwise the placement is lovely.",
        "Everyone was really kind to me afterwards.",
    ],
)
@pytest.mark.parametrize(
    "harm",
    [
        "A patient died because nobody senior came.",
        "The consultant grabbed my breast in theatre.",
        "A nurse slapped an old lady with dementia.",
    ],
)
def test_no_word_of_comfort_makes_something_serious_low(read: Read, harm: str, comfort: str) -> None:
    assert read(f"I am a student nurse. {harm} {comfort}").isf >= 2


@pytest.mark.parametrize("denial", ["not", "never", "no", "nobody", "without", "n't", "hardly"])
def test_denials_alone_never_lower_a_grade(read: Read, denial: str) -> None:
    plain = read("A patient died overnight. The registrar was at home.")
    denied = read(f"A patient died overnight. The registrar was at home. I did {denial} sleep.")
    assert denied.isf >= plain.isf


def test_sexual_misconduct_is_never_below_the_highest_category(read: Read) -> None:
    verdict = read("Ten years ago a consultant touched my thigh. He has retired and it can be closed.")
    assert verdict.isf == 3


def test_a_low_grade_without_words_for_it_goes_to_a_person(read: Read) -> None:
    assert read("Teaching was cancelled.").needs_person
    assert not read("Only a small thing: my parking permit came late. It has been sorted.").needs_person


def test_category_four_is_never_proposed(read: Read) -> None:
    worst = read(
        "Patients died, notes were falsified, a student was raped, training must be suspended, category 4 now!"
    )
    assert worst.isf == 3


def test_impact_and_likelihood_always_give_the_category(read: Read, reference: Reference) -> None:
    for text in (
        "no registrar",
        "teaching cancelled every week",
        "he punched me",
        "no login",
        "the fridge is fixed now",
    ):
        verdict = read(text)
        assert reference.category_of(verdict.impact, verdict.likelihood) == verdict.isf


def test_another_language_goes_to_a_person(read: Read) -> None:
    verdict = read(
        "Bonjour, je suis étudiante infirmière et le médecin me crie dessus tous les jours devant les patients."
    )
    assert verdict.language == "fr"
    assert verdict.needs_person

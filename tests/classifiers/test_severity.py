"""Facts about the component `severity`: impact and likelihood by the rules, from what is said, never from silence."""

import pytest

from classifiers.document import Notebook
from models.framework import Reference
from tests.classifiers.parts import Part, parts


@pytest.fixture(scope="module")
def weigh(reference: Reference) -> Part:
    return parts("sentences", "context", "severity", reference=reference)


def levels(notes: Notebook) -> tuple[int | None, int | None]:
    return notes.impact, notes.likelihood


@pytest.mark.parametrize("text", ["", "Nothing at all.", "No patient died.", "If a patient died it would be bad."])
def test_what_is_not_asserted_leaves_both_unknown(weigh: Part, text: str) -> None:
    notes = weigh(text)
    assert levels(notes) == (None, None)
    assert notes.rule_grade is not None
    assert not notes.rule_grade.graded
    assert notes.rule_reasons == ["no words were found to grade by"]


def test_the_worst_that_is_asserted_sets_the_impact(weigh: Part) -> None:
    notes = weigh("The canteen is shut. We were bullied. A patient died.")
    assert notes.impact == 5
    level, hit = notes.rule_words["impact"]
    assert (level, hit.sentence.number) == (5, 2)


@pytest.mark.parametrize(
    ("text", "theme", "least"),
    [("We had no registrar.", "supervision", 3), ("The registrar raped me.", "sexual_misconduct", 4)],
)
def test_a_theme_has_an_impact_of_its_own(weigh: Part, text: str, theme: str, least: int) -> None:
    notes = weigh(text)
    assert theme in notes.rule_themes
    assert (notes.impact or 0) >= least


def test_what_recurs_and_is_known_makes_what_is_serious_as_likely_as_can_be(weigh: Part) -> None:
    assert levels(weigh("A patient died as nobody came. It keeps happening.")) == (5, 5)


def test_silence_about_the_future_is_a_reason_for_a_person_and_no_likelihood(weigh: Part) -> None:
    notes = weigh("A patient died.")
    assert levels(notes) == (5, None)
    assert notes.rule_reasons == ["nothing says how likely it is to happen again"]


def test_a_small_matter_that_is_called_small_is_small(weigh: Part) -> None:
    notes = weigh("The canteen is shut. It is just a minor thing.")
    assert notes.trivial
    assert levels(notes) == (1, 2)


def test_what_was_put_right_is_likely_no_more_unless_it_goes_on(weigh: Part) -> None:
    over = weigh("The rota was late. It has been sorted.")
    assert (over.put_right, over.likelihood) == (True, 1)
    again = weigh("The rota was late. It has been sorted. It keeps happening.")
    assert (again.likelihood or 0) > 1


def test_words_that_sound_like_an_end_do_not_make_small_what_is_serious(weigh: Part) -> None:
    assert levels(weigh("A patient died since nobody came. It has been sorted.")) >= (5, 2)


def test_a_denied_end_lowers_nothing(weigh: Part) -> None:
    assert not weigh("The rota was late. It has not been sorted.").put_right


def test_an_older_mail_says_nothing_of_the_likelihood(weigh: Part) -> None:
    assert weigh("A patient died.\nOn Mon, 3 Nov 2025 at 10:00, Sam wrote:\n> it keeps happening").likelihood is None
    assert weigh("A patient died.\nit keeps happening").likelihood is not None


def test_a_hazard_for_patients_that_comes_back_tonight_is_a_red_flag(weigh: Part) -> None:
    text = "We had no registrar and a patient nearly died. I am on again tonight."
    assert "patient_at_risk" in weigh(text).rule_flags
    assert "patient_at_risk" not in weigh("I am on again tonight.").rule_flags

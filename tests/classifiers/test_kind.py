"""What a message is."""

import pytest

from models.verdict import Kind
from tests.classifiers.conftest import Read

ABOUT_A_STUDENT = (
    "I am the clinical supervisor of an F2 doctor. She keeps leaving early without telling anybody. "
    "She has been dishonest about her portfolio. What is the process for fitness to practise?"
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("There is no registrar at night.", Kind.CONCERN),
        ("I do not want to make a fuss, but I was shouted at again.", Kind.CONCERN),
        ("The team were lovely. But the consultant touched my breast.", Kind.CONCERN),
        (
            "Thank you to the ward team on 4B, the best placement I have had. Other wards could copy it.",
            Kind.GOOD_PRACTICE,
        ),
        ("When is my ARCP? Could you send me the form?", Kind.ENQUIRY),
        ("Thank you very much.", Kind.ENQUIRY),
        ("", Kind.ENQUIRY),
        (ABOUT_A_STUDENT, Kind.ABOUT_LEARNER),
        ("Limited offer! Click here to order cheap web design and unsubscribe below.", Kind.IRRELEVANT),
        ("Hi, can I rearrange my flu jab appointment please", Kind.IRRELEVANT),
    ],
)
def test_the_kind(read: Read, text: str, kind: Kind) -> None:
    assert read(text).kind is kind


def test_only_a_concern_has_themes_and_a_grade(read: Read) -> None:
    for text in ("When is my ARCP?", ABOUT_A_STUDENT, "Limited offer! Click here to order now."):
        verdict = read(text)
        assert verdict.kind is not Kind.CONCERN
        assert (verdict.impact, verdict.likelihood, verdict.isf, verdict.themes) == (1, 1, 0, ())


def test_a_question_that_names_something_grave_goes_to_a_person(read: Read) -> None:
    assert read("How do I report being bullied by my consultant?").needs_person


def test_praise_for_a_place_where_somebody_was_assaulted_is_a_concern(read: Read) -> None:
    verdict = read(
        "Best placement ever, great team, lovely staff. One thing: a porter assaulted a student in the lift."
    )
    assert verdict.kind is Kind.CONCERN
    assert verdict.isf == 3


def test_a_red_flag_in_any_kind_goes_to_a_person(read: Read) -> None:
    verdict = read("Is there a counselling service? I keep thinking about ending my life.")
    assert "learner_at_risk" in verdict.red_flags
    assert verdict.needs_person


def test_praise_raises_no_flag(read: Read) -> None:
    verdict = read(
        "The team talk for ten minutes after every shift. Nobody is made to feel small. Others could copy it."
    )
    assert verdict.kind is Kind.GOOD_PRACTICE
    assert verdict.red_flags == ()


def test_a_complaint_about_a_student_is_no_impaired_colleague(read: Read) -> None:
    assert "impaired_colleague" not in read(ABOUT_A_STUDENT).red_flags

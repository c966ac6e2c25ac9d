"""What the dialogue is told of a text: a post that is named, never one that was only guessed."""

import pytest

from intake.conversing.noticing import hints_of
from models.reference import load_reference
from models.verdict import Kind, Verdict

NURSE = "950-ADULT"


@pytest.mark.parametrize(("guessed", "told"), [((), NURSE), ((NURSE,), "")])
def test_a_post_is_told_only_where_it_is_named(guessed: tuple[str, ...], told: str) -> None:
    verdict = Verdict(
        kind=Kind.CONCERN, specialties=(NURSE,), guessed_specialties=guessed, impact=1, likelihood=1, isf=0,
        confidence=0.5, needs_person=False, classifier="rules-1",
    )  # fmt: skip
    assert hints_of(verdict, load_reference()).specialty == told

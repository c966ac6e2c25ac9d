"""What the dialogue is told of a text: a post that is named, never one that was only guessed."""

import pytest

from intake.conversing.noticing import hints_of
from models.reference import load_reference
from models.verdict import Evidence, Kind, Verdict

NURSE = "950-ADULT"


@pytest.mark.parametrize(
    ("source", "told"), [("rules-2.3.0/specialty.alias", NURSE), (f"words-1/specialty.{NURSE}", "")]
)
def test_a_post_is_told_only_where_it_is_named(source: str, told: str) -> None:
    seen = Evidence(label=f"specialty:{NURSE}", text="my PAD", start=0, end=6, source=source)
    verdict = Verdict(
        kind=Kind.CONCERN, specialties=(NURSE,), evidence=(seen,), impact=1, likelihood=1, isf=0, confidence=0.5,
        needs_person=False, classifier="rules-1",
    )  # fmt: skip
    assert hints_of(verdict, load_reference()).specialty == told

"""Facts about what is proposed for a ticket of several messages: posts that are named come before guessed ones."""

from types import SimpleNamespace
from typing import cast

import pytest

from intake.desk.proposal import proposal_of
from models.ticket import Ticket
from models.verdict import Verdict
from tests.intake.making import verdict

NOTHING = verdict()
GUESSED = verdict(specialties=("950-ADULT",), guessed_specialties=("950-ADULT",))
NAMED = verdict(specialties=("560",))
BOTH = verdict(specialties=("560", "950-ADULT"), guessed_specialties=("950-ADULT",))
OTHER = verdict(specialties=("190",))


@pytest.mark.parametrize(
    ("verdicts", "named", "guessed"),
    [
        ((NOTHING,), (), ()),
        ((NOTHING, GUESSED), (), ("950-ADULT",)),
        ((GUESSED, NAMED), ("560",), ()),
        ((BOTH, GUESSED), ("560",), ("950-ADULT",)),
        ((NAMED, OTHER), ("560",), ()),
    ],
)
def test_a_post_that_is_named_comes_before_one_that_is_guessed(
    verdicts: tuple[Verdict, ...], named: tuple[str, ...], guessed: tuple[str, ...]
) -> None:
    found = proposal_of(cast(Ticket, SimpleNamespace(verdicts=verdicts)))
    assert (found.named_specialties, found.guessed_specialties) == (named, guessed)

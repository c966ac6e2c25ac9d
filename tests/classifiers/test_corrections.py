"""Facts about what is learned from officers: the last word on one message, in the labels of the corpus."""

from datetime import UTC, datetime
from typing import Any

import pytest

from classifiers.learning.corpus import faults
from classifiers.learning.corrections import confirmed, labelled_of
from models.framework import Reference
from models.learning import Correction
from models.ticket import Decision
from models.verdict import Kind, Verdict

AT = datetime(2026, 11, 24, tzinfo=UTC)


def decision(**facts: Any) -> Decision:
    usual = {"officer": "o@example.test", "at": AT, "kind": Kind.CONCERN, "provider": "RWE", "site": None, "reason": ""}
    labels = {"specialties": ("326",), "themes": ("rota",), "impact": 3, "likelihood": 4, "isf": 2}
    return Decision(**{**usual, **labels, **facts})


def verdict(**facts: Any) -> Verdict:
    usual = {"kind": Kind.CONCERN, "impact": 2, "likelihood": 3, "isf": 1, "confidence": 0.5, "needs_person": False}
    return Verdict(**{**usual, "classifier": "made", **facts})


def correction(ticket: int = 1, **facts: Any) -> Correction:
    usual = {"channel": "imap", "subject": "Rota", "text": "Late again.", "consent": True, "messages": 1}
    both = {"verdict": verdict(), "decision": decision()}
    return Correction(**{"ticket_id": ticket, **usual, **both, **facts})


def test_the_decision_is_learnt_and_the_machines_red_flags_stay(reference: Reference) -> None:
    seen = verdict(red_flags=("violence",), themes=("teaching",), provider="RX1")
    one = labelled_of(correction(verdict=seen), reference)
    assert (one.kind, one.provider, one.specialties, one.themes) == (Kind.CONCERN, "RWE", ("326",), ("rota",))
    assert (one.impact, one.likelihood, one.isf, one.red_flags) == (3, 4, 2, ("violence",))
    assert (one.channel, one.author, one.marks) == ("email", "officers", None)


def test_category_4_is_learnt_as_3(reference: Reference) -> None:
    one = labelled_of(correction(decision=decision(isf=4, impact=5, likelihood=5)), reference)
    assert (one.impact, one.likelihood, one.isf) == (5, 5, 3)


@pytest.mark.parametrize("isf", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("given", [(None, None), (5, None), (None, 1), (1, 1), (5, 5)])
def test_impact_and_likelihood_always_make_the_category(
    isf: int, given: tuple[int | None, int | None], reference: Reference
) -> None:
    one = labelled_of(correction(decision=decision(isf=isf, impact=given[0], likelihood=given[1])), reference)
    assert faults([one], reference) == []
    assert one.isf == min(isf, 3)


def test_without_figures_the_cell_nearest_to_the_machines_is_taken(reference: Reference) -> None:
    seen = verdict(impact=3, likelihood=4, isf=2)
    same = labelled_of(correction(verdict=seen, decision=decision(isf=2, impact=None, likelihood=None)), reference)
    assert (same.impact, same.likelihood) == (3, 4)
    higher = labelled_of(correction(verdict=seen, decision=decision(isf=3, impact=None, likelihood=None)), reference)
    assert abs(higher.impact - 3) + abs(higher.likelihood - 4) == 1


def test_what_is_no_concern_has_neither_grade_nor_themes(reference: Reference) -> None:
    one = labelled_of(correction(decision=decision(kind=Kind.ENQUIRY, isf=2)), reference)
    assert (one.kind, one.themes, one.impact, one.likelihood, one.isf) == (Kind.ENQUIRY, (), 1, 1, 0)


def test_only_the_last_decision_counts_and_only_with_consent_and_on_one_message(reference: Reference) -> None:
    given = [
        correction(1, decision=decision(isf=1, impact=2, likelihood=3)),
        correction(1, decision=decision(isf=2)),
        correction(2, consent=False),
        correction(3, messages=2),
        correction(4, text="  "),
    ]
    assert [(one.id, one.isf) for one in confirmed(given, reference)] == [("correction-1", 2)]

"""Facts about the figures: what they count, and that they are the same every time."""

import pytest

from classifiers.learning.agreement import of_each
from classifiers.learning.corpus import Labelled
from classifiers.learning.measures import FLAGS, kappa, measure
from classifiers.learning.senders import sender_of
from models.reference import load_reference
from models.verdict import Kind, Verdict


def truth(**changed: object) -> Labelled:
    values: dict[str, object] = {
        "id": "1",
        "author": "x",
        "channel": "email",
        "subject": "",
        "text": "text",
        "kind": Kind.CONCERN,
        "provider": "RWE",
        "site": None,
        "provider_candidates": (),
        "specialties": ("100",),
        "themes": ("rota",),
        "impact": 3,
        "likelihood": 4,
        "isf": 2,
        "red_flags": (),
    }
    return Labelled(**(values | changed))  # type: ignore[arg-type]


def told(**changed: object) -> Verdict:
    values: dict[str, object] = {
        "kind": Kind.CONCERN,
        "provider": "RWE",
        "specialties": ("100",),
        "themes": ("rota",),
        "impact": 3,
        "likelihood": 4,
        "isf": 2,
        "confidence": 0.5,
        "needs_person": False,
        "classifier": "made",
    }
    return Verdict(**(values | changed))  # type: ignore[arg-type]


def test_what_is_right_is_1_and_what_was_not_there_is_not_counted() -> None:
    figures = measure([(truth(), told())], draws=5)
    assert figures["kind: accuracy"].value == figures["themes: micro F1"].value == figures["ISF: exact"].value == 1
    assert figures["violence: recall"].value is None
    assert str(figures["violence: recall"]) == "nothing to count"


def test_a_serious_concern_that_is_graded_low_without_asking_a_person_is_counted() -> None:
    hidden = (truth(isf=3), told(isf=1))
    asked = (truth(isf=3), told(isf=1, needs_person=True))
    right = (truth(isf=3), told(isf=3))
    figures = measure([hidden, asked, right, (truth(isf=0), told(isf=0))], draws=5)
    assert figures["serious (2, 3) below 2, no person asked"].value == pytest.approx(1 / 3)
    assert figures["highest (3) graded 1 or 0"].value == pytest.approx(2 / 3)
    assert figures["a person asked for, of concerns"].value == pytest.approx(1 / 4)


def test_red_flags_are_counted_kind_by_kind() -> None:
    pairs = [
        (truth(red_flags=("violence",)), told(red_flags=("violence", "safeguarding"))),
        (truth(red_flags=("violence",)), told()),
    ]
    figures = measure(pairs, draws=5)
    assert figures["violence: recall"].value == pytest.approx(0.5)
    assert figures["violence: precision"].value == 1
    assert figures["safeguarding: precision"].value == 0


def test_an_ambiguous_name_is_left_open_only_with_its_candidates() -> None:
    open_truth = truth(provider=None, provider_candidates=("RX1", "RRK"))
    pairs = [
        (open_truth, told(provider=None, provider_candidates=("RX1", "RRK"))),
        (open_truth, told(provider="RX1")),
        (truth(provider=None), told(provider="RX1")),
    ]
    figures = measure(pairs, draws=5)
    assert figures["provider: an ambiguous name left open"].value == pytest.approx(0.5)
    assert figures["provider: one given where none is named"].value == 1


def test_equal_pairs_give_equal_intervals_which_hold_the_figure() -> None:
    pairs = [(truth(isf=grade), told(isf=min(3, grade + grade % 2))) for grade in (0, 1, 2, 3) * 10]
    one, again = measure(pairs)["ISF: exact"], measure(pairs)["ISF: exact"]
    assert one == again
    assert one.low is not None
    assert one.high is not None
    assert one.value is not None
    assert one.low <= one.value <= one.high


def test_kappa_is_1_for_agreement_0_for_chance_and_far_apart_costs_more() -> None:
    assert kappa([(0, 0), (3, 3)]) == 1
    assert kappa([(0, 1), (3, 1), (0, 1), (3, 1)]) == pytest.approx(0, abs=0.5)
    assert kappa([(0, 1), (3, 3), (1, 1)]) > kappa([(0, 3), (3, 3), (1, 1)])


def test_every_red_flag_of_the_reference_data_is_measured() -> None:
    assert set(FLAGS) == set(load_reference().red_flags)


def test_the_kappa_of_sets_is_the_mean_over_the_codes_that_were_given() -> None:
    same = [(("rota",), ("rota",)), ((), ())]
    assert of_each(same) == 1
    crossed = [(("rota",), ("pay",)), (("pay",), ("rota",))]
    assert of_each(crossed) == -1
    assert of_each([*same, *same]) == 1
    assert of_each([]) == 0


def test_senders_are_told_apart_by_the_post_of_the_true_labels() -> None:
    reference = load_reference()
    posts = {"180": "doctors", "950-ADULT": "nursing and midwifery", "560": "nursing and midwifery"}
    for code, group in posts.items():
        assert sender_of((truth(specialties=(code,)), told()), reference) == group
    assert sender_of((truth(specialties=()), told()), reference) == "no post named"
    assert sender_of((truth(specialties=("gone",)), told()), reference) == "no post named"

"""Facts about comparing models: on the same messages, with what may not become worse said by name."""

from dataclasses import replace

from classifiers.evaluate import GATES, differences, hindrances, in_words, judged, newly_under_graded
from classifiers.learning.corpus import Labelled
from classifiers.learning.measures import MEASURES, Pair
from classifiers.pipeline import Classifier
from models.verdict import Kind, Verdict
from tests.classifiers.test_measures import told, truth


def pairs(*given: tuple[Labelled, Verdict]) -> list[Pair]:
    return [(replace(one, id=f"m{number}"), verdict) for number, (one, verdict) in enumerate(given)]


GOOD = pairs((truth(isf=3), told(isf=3)), (truth(isf=2), told(isf=2)), (truth(isf=0), told(isf=0)))
LOW = pairs((truth(isf=3), told(isf=1)), (truth(isf=2), told(isf=2)), (truth(isf=0), told(isf=0)))
ASKED = pairs((truth(isf=3), told(isf=1, needs_person=True)), (truth(isf=2), told(isf=2)), (truth(isf=0), told(isf=0)))


def test_a_model_that_grades_a_serious_concern_low_is_refused_with_the_figure_and_the_message() -> None:
    reasons = hindrances(LOW, GOOD)
    assert [reason.partition(": ")[0] for reason in reasons] == list(GATES)
    assert all("newly: m0" in reason for reason in reasons)


def test_asking_a_person_mends_the_one_figure_and_no_other() -> None:
    assert [reason.partition(": ")[0] for reason in hindrances(ASKED, GOOD)] == list(GATES[1:])


def test_a_model_that_asks_about_all_and_grades_low_is_refused() -> None:
    twos = pairs((truth(isf=3), told(isf=3)), (truth(isf=2), told(isf=2)))
    asking = pairs((truth(isf=3), told(isf=2, needs_person=True)), (truth(isf=2), told(isf=0, needs_person=True)))
    [reason] = hindrances(asking, twos)
    assert reason.startswith("serious (2, 3) below 2 at all: 0.500")


def test_a_model_that_is_no_worse_is_let_through_even_if_neither_is_good() -> None:
    assert hindrances(GOOD, GOOD) == hindrances(LOW, LOW) == hindrances(GOOD, LOW) == []


def test_without_a_serious_concern_nothing_can_be_told_so_it_is_refused() -> None:
    mild = pairs((truth(isf=1), told(isf=1)))
    assert all("no such message" in reason for reason in hindrances(mild, mild))


def test_one_that_is_newly_too_low_is_named_though_another_was_mended() -> None:
    one = pairs((truth(isf=3), told(isf=1)), (truth(isf=3), told(isf=3)))
    other = pairs((truth(isf=3), told(isf=3)), (truth(isf=3), told(isf=1)))
    assert hindrances(one, other) == []
    assert newly_under_graded(one, other) == ["m0"]


def test_differences_are_counted_on_the_same_messages_and_are_the_same_each_time() -> None:
    found = differences(GOOD, LOW)
    exact = found["ISF: exact"]
    assert exact is not None
    assert round(exact.value, 3) == 0.333
    assert exact.low <= exact.value <= exact.high
    assert found == differences(GOOD, LOW)
    assert found.keys() == MEASURES.keys()
    assert found["learner_at_risk: recall"] is None
    same = differences(LOW, LOW)["ISF: exact"]
    assert same is not None
    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_each_message_is_judged_once_in_order(classifier: Classifier) -> None:
    steps: list[int] = []
    messages = [replace(truth(), id="a", text="No registrar at New Cross."), replace(truth(), id="b", text="Thanks.")]
    found = judged(classifier, messages, lambda: steps.append(1))
    assert [message.id for message, _ in found] == ["a", "b"]
    assert len(steps) == 2
    assert found[0][1].provider == "RL4"


def test_what_differs_is_said_without_a_word_of_the_text() -> None:
    one = replace(truth(kind=Kind.ENQUIRY, isf=0), id="X1", text="A secret.")
    said = in_words(one, told(isf=2))
    assert said.startswith("X1 kind enquiry>concern; isf 0>2")
    assert "secret" not in said

"""Facts about words beside the matter, and about how far they move a verdict."""

import pytest

from classifiers.learning.asides import PARTS, asides, beside, signs_of_asides
from classifiers.learning.corpus import Labelled, shipped
from classifiers.learning.measures import counted
from classifiers.learning.steadiness import SHOWN, steadiness, with_asides
from classifiers.pipeline import Classifier
from models.framework import Reference
from models.verdict import Kind


@pytest.fixture(scope="module")
def concerns() -> list[Labelled]:
    return [message for message in shipped("tune") if message.kind is Kind.CONCERN][:12]


def test_no_aside_is_learned_from_and_measured_by() -> None:
    folded = {part: {" ".join(one.lower().split()) for one in asides(part)} for part in PARTS}
    assert len(folded["train"]) > 700
    assert len(folded["test"]) > 200
    assert folded["train"].isdisjoint(folded["test"])


def test_no_aside_stands_in_a_message_that_measures() -> None:
    texts = " ".join(message.text.lower() for message in shipped("test"))
    long = [one for one in asides("train") if len(one) > 30]
    assert not [one for one in long if one.lower() in texts]


def test_a_message_keeps_its_words_and_gets_one_aside(concerns: list[Labelled]) -> None:
    known = set(asides("test"))
    for one, other in zip(concerns, with_asides(concerns), strict=True):
        assert one.text.strip() in other.text
        assert other.text.replace(one.text.strip(), "").strip() in known
        assert other.isf == one.isf


def test_the_same_messages_get_the_same_asides(concerns: list[Labelled]) -> None:
    assert with_asides(concerns) == with_asides(concerns)


def test_the_lexicon_reads_some_messages_with_asides_and_each_with_its_own_signs() -> None:
    messages = [[number, -number] for number in range(1, 200)]
    found = beside(messages, [[1000], [1001, 1002]])
    assert all(one[:2] == other for one, other in zip(found, messages, strict=True))
    assert 60 < sum(len(one) > 2 for one in found) < 140
    assert beside(messages, []) == messages


def test_each_aside_has_signs(reference: Reference, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classifiers.learning.asides.asides", lambda _part: ["Many thanks", "It rained."])
    first, second = signs_of_asides(Classifier(reference, encoder="hashing"))
    assert first
    assert second
    assert set(first) != set(second)


def test_steadiness_counts_concerns_alone_and_names_what_changed(reference: Reference) -> None:
    messages = shipped("tune")[:30]
    classifier = Classifier(reference, encoder="hashing")
    pairs = [(one, classifier.classify(subject=one.subject, text=one.text, channel=one.channel)) for one in messages]
    found = steadiness(classifier, pairs)
    assert found.keys() == SHOWN.keys()
    assert {one.count for one in found.values()} == {sum(one.kind is Kind.CONCERN for one in messages)}


def test_a_share_of_cases_is_counted_with_its_interval() -> None:
    figure = counted("even", [1, 2, 3, 4], lambda number: number % 2 == 0)
    assert figure.value == 0.5
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low < 0.5 < figure.high
    assert counted("even", [], lambda _number: True).value is None

"""Facts about how messages are varied while the encoder learns from them."""

import random

import pytest

from classifiers.adapting.asides import in_tokens, with_asides
from classifiers.adapting.items import Item, items, varied
from classifiers.learning.corpus import labelled
from classifiers.learning.examples import examples, label_names
from classifiers.pipeline import Classifier
from models.framework import Reference

TEXT = "The rota came out on Sunday. A porter hit the student. Parking is fine."
LABELS = ("theme:rota", "theme:violence", "red_flag:violence")


@pytest.fixture(scope="module")
def both(reference: Reference) -> list[Item]:
    def marked(label: str, words: str) -> dict[str, object]:
        start = TEXT.index(words)
        return {"label": label, "start": start, "end": start + len(words)}

    shared = {"channel": "chat", "subject": "", "provider": None, "site": None, "impact": 4, "likelihood": 3}
    told = [
        {
            "id": "x-1",
            "text": TEXT,
            "kind": "concern",
            "themes": ["rota", "violence"],
            "red_flags": ["violence"],
            "isf": 2,
            "spans": [
                marked("theme:rota", "The rota came out on Sunday."),
                marked("theme:violence", "A porter hit the student."),
                marked("red_flag:violence", "A porter hit the student."),
            ],
        },
        {"id": "x-2", "text": "May I bring my dog?", "kind": "enquiry", "themes": [], "isf": 0, "spans": []},
    ]
    messages = [labelled(shared | one, author="x") for one in told]
    names = label_names(reference)
    return items(list(examples(Classifier(reference, encoder="hashing"), messages, names)), names)


def labels(item: Item, reference: Reference) -> set[str]:
    return {name for name, given in zip(label_names(reference), item.labels, strict=True) if given}


def test_without_any_share_nothing_is_varied(both: list[Item]) -> None:
    assert varied(both, random.Random(1), joined=0, cut=0) == both


def test_joined_messages_have_the_words_and_labels_of_both_and_no_grade(both: list[Item], reference: Reference) -> None:
    (found,) = varied([both[0]], random.Random(1), joined=1, cut=0)
    assert len(found.ids) == 2 * len(both[0].ids) - 2
    assert len(found.ranges) == len(found.asserts) == 2 * len(both[0].ranges)
    assert [found.ids[first:last] for first, last in found.ranges] == 2 * [
        both[0].ids[first:last] for first, last in both[0].ranges
    ]
    assert labels(found, reference) == set(LABELS)
    assert found.weight == 0


def test_what_stands_behind_a_question_makes_both_a_concern(both: list[Item]) -> None:
    concern, enquiry = both
    kinds = {
        one.kind for seed in range(9) for one in varied([enquiry, concern], random.Random(seed), joined=1, cut=0)[1:]
    }
    assert kinds == {concern.kind}


def test_a_label_goes_with_the_sentences_that_assert_it(both: list[Item], reference: Reference) -> None:
    for seed in range(9):
        (found,) = varied([both[0]], random.Random(seed), joined=0, cut=1)
        assert labels(found, reference) in ({"theme:rota"}, {"theme:violence", "red_flag:violence"})
        assert len(found.ranges) == 2
        assert len(found.ids) < len(both[0].ids)
        assert found.ids[0] == both[0].ids[0]
        assert found.ids[-1] == both[0].ids[-1]
        whole = [both[0].ids[first:last] for first, last in both[0].ranges]
        assert all(found.ids[first:last] in whole for first, last in found.ranges)
        assert found.weight == 0
        assert not found.kind_counts


def test_a_message_that_asserts_nothing_stays_whole(both: list[Item]) -> None:
    assert varied([both[1]], random.Random(1), joined=0, cut=1) == [both[1]]


def test_asides_leave_labels_grades_and_the_sentences_of_a_message(both: list[Item]) -> None:
    for seed in range(40):
        (found,) = with_asides([both[0]], random.Random(seed), in_tokens(), 1.0)
        told = [
            found.ids[first:last] for (first, last), row in zip(found.ranges, found.asserts, strict=True) if row.any()
        ]
        before = [
            both[0].ids[first:last]
            for (first, last), row in zip(both[0].ranges, both[0].asserts, strict=True)
            if row.any()
        ]
        assert told == before
        assert len(found.ids) > len(both[0].ids)
        assert (found.ids[0], found.ids[-1]) == (both[0].ids[0], both[0].ids[-1])
        assert (found.labels == both[0].labels).all()
        assert (found.kind, found.isf, found.weight) == (both[0].kind, both[0].isf, both[0].weight)


def test_without_a_share_there_are_no_asides(both: list[Item]) -> None:
    assert with_asides(both, random.Random(1), in_tokens(), 0.0) == both


def test_a_message_with_asides_knows_what_it_was(both: list[Item]) -> None:
    (found,) = with_asides([both[0]], random.Random(1), in_tokens(), 1.0)
    assert found.plain is both[0]


def test_without_a_share_no_message_had_been_another(both: list[Item]) -> None:
    assert all(one.plain is None for one in with_asides(both, random.Random(1), in_tokens(), 0.0))

"""Facts about the corpus: labelled by the guide's codes, with no twin across its parts, and read strictly."""

import json
from pathlib import Path

import pytest

from classifiers.learning.corpus import PARTS, CorpusError, Labelled, faults, labelled, read_labelled, shipped
from classifiers.learning.duplicates import twins
from models.reference import load_reference
from models.verdict import Kind

RIGHT = {
    "id": "x-1",
    "channel": "email",
    "subject": "Nights",
    "text": "Nobody came.",
    "kind": "concern",
    "provider": None,
    "site": None,
    "themes": ["supervision"],
    "impact": 3,
    "likelihood": 3,
    "isf": 2,
    "spans": [{"label": "theme:supervision", "start": 0, "end": 12}],
}


def all_messages() -> list[Labelled]:
    return [message for part in PARTS for message in shipped(part)]


def test_it_holds_at_least_1500_messages_by_authors_who_are_in_one_part_each() -> None:
    authors = [author for listed in PARTS.values() for author in listed]
    assert len(authors) == len(set(authors))
    assert len(all_messages()) >= 1500
    assert {message.author for message in shipped("test")}.isdisjoint(message.author for message in shipped("train"))


def test_every_label_is_one_of_the_guide_and_every_grade_follows_the_bands() -> None:
    assert faults(all_messages(), load_reference()) == []


def test_every_theme_and_every_red_flag_has_its_words() -> None:
    bare = []
    for message in all_messages():
        assert message.marks is not None
        wanted = {f"theme:{code}" for code in message.themes} | {f"red_flag:{code}" for code in message.red_flags}
        bare += [(message.id, label) for label in sorted(wanted - {mark.label for mark in message.marks})]
        if message.kind is not Kind.CONCERN:
            assert not message.themes
    assert bare == []


def test_no_text_has_a_twin_in_another_part() -> None:
    part_of = {author: part for part, authors in PARTS.items() for author in authors}
    across = [
        (one, other, share)
        for one, other, share in twins(all_messages())
        if part_of[one.partition("-")[0]] != part_of[other.partition("-")[0]]
    ]
    assert across == []


def test_twins_are_found_and_greetings_make_none() -> None:
    one = labelled(RIGHT | {"id": "a", "text": "We were left alone on the ward for five nights in June."}, author="a")
    two = labelled(RIGHT | {"id": "b", "text": "we were left alone on the ward for five nights in July"}, author="b")
    three = labelled(RIGHT | {"id": "c", "text": "The car park is full by seven in the morning."}, author="c")
    assert [(left, right) for left, right, _ in twins([one, two, three])] == [("a", "b")]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"impact": 6}, "impact and likelihood"),
        ({"kind": "complaint"}, "complaint"),
        ({"spans": [{"label": "theme:rota", "start": 4, "end": 99}]}, "not in the text"),
        ({"spans": [{"label": "theme:rota", "from": 4}]}, "from"),
        ({"likelihood": None}, "TypeError"),
    ],
)
def test_a_line_that_is_wrong_is_named(tmp_path: Path, change: dict[str, object], told: str) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(json.dumps(RIGHT) + "\n" + json.dumps(RIGHT | change) + "\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=rf"x\.jsonl:2: .*{told}"):
        read_labelled(file)


def test_a_line_that_lacks_something_says_what(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(json.dumps({name: value for name, value in RIGHT.items() if name != "kind"}), encoding="utf-8")
    with pytest.raises(CorpusError, match=r"x\.jsonl:1: it has no kind"):
        read_labelled(file)


def test_wrong_codes_and_grades_are_told_in_words() -> None:
    wrong = labelled(RIGHT | {"themes": ["parking"], "isf": 0}, author="x")
    assert faults([wrong, wrong], load_reference()) == [
        "x-1: unknown theme parking",
        "x-1: isf is 0, and impact and likelihood make 2",
        "x-1: unknown theme parking",
        "x-1: isf is 0, and impact and likelihood make 2",
        "x-1: this id occurs twice",
    ]

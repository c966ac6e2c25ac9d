"""Facts about the component `sentences`: which words belong together, and in which part of a message they stand."""

import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifiers.document import Notebook
from classifiers.sentences import LONGEST
from tests.classifiers.parts import Part, parts


@pytest.fixture(scope="module")
def cut() -> Part:
    return parts("sentences")


def words(notes: Notebook) -> list[list[str]]:
    return [[word.norm for word in sentence.words] for sentence in notes.sentences]


def test_a_sentence_ends_with_its_mark_and_one_with_a_question_mark_asks(cut: Part) -> None:
    notes = cut("No rota. Nobody came! Why?")
    assert words(notes) == [["no", "rota"], ["nobody", "came"], ["why"]]
    assert [sentence.question for sentence in notes.sentences] == [False, False, True]


def test_an_abbreviation_and_a_time_end_no_sentence(cut: Part) -> None:
    assert len(cut("Dr. Smith saw him at 3.30 p.m. on ward 4.").sentences) == 1


@pytest.mark.parametrize("gap", ["\n\n", "\n- ", "\n* ", "\n2. "])
def test_a_paragraph_and_an_item_of_a_list_begin_a_sentence(cut: Part, gap: str) -> None:
    assert [len(one) >= 2 for one in words(cut(f"no registrar{gap}no rota"))] == [True, True]


def test_a_line_that_goes_on_is_one_sentence(cut: Part) -> None:
    assert len(cut("we had no registrar on\nthe ward all night").sentences) == 1


def test_contractions_and_slang_are_opened(cut: Part) -> None:
    assert words(cut("I can't cope, we don't sleep")) == [["i", "can", "not", "cope", ",", "we", "do", "not", "sleep"]]
    assert words(cut("i dont no"))[0][:3] == ["i", "do", "not"]


def test_an_and_with_its_own_subject_begins_a_clause(cut: Part) -> None:
    (sentence,) = cut("We had no registrar and a patient died").sentences
    clause = {word.norm: number for word, number in zip(sentence.words, sentence.clauses, strict=True)}
    assert clause["registrar"] < clause["died"]
    (sentence,) = cut("No breaks and rest").sentences
    assert set(sentence.clauses) == {0}


def test_subject_body_quoted_mail_and_signature_are_told_apart(cut: Part) -> None:
    notes = cut("We are alone.\n\nKind regards\nSam Smith", "Nights")
    assert [one.part for one in notes.sentences] == ["subject", "body", "signature"]
    notes = cut("Thanks,\nWe are alone.\n\nThank you.\nHe hit me in the face.\n\nCheers\nSam")
    assert {
        word.norm: one.part for one in notes.sentences for word in one.words if word.norm in {"alone", "hit", "sam"}
    } == {
        "alone": "body",
        "hit": "body",
        "sam": "signature",
    }
    notes = cut("We are alone.\n\nOn Monday the 1st of May A B wrote:\n> no rota\n> no breaks")
    assert {one.part for one in notes.sentences if {"rota", "breaks"} & {word.norm for word in one.words}} == {"quoted"}


@pytest.mark.parametrize("joint", ["", "\u200b"])
def test_parts_are_told_apart_behind_hidden_signs_and_in_a_page(cut: Part, joint: str) -> None:
    text = (
        "<p>We are alone on the ward and nobody comes to help us at all.</p>\n<p>Kind regards<br>\nSam</p>\n"
        "<p>-----Original Message-----</p>\n<p>I start at Leicester.</p>"
    )
    notes = cut(re.sub(r"(?<=[a-z])(?=[a-z][^<>]*(?:<|$))", joint, text))
    parts = {word.norm: one.part for one in notes.sentences for word in one.words}
    assert [parts[word] for word in ("alone", "sam", "leicester")] == ["body", "signature", "quoted"]


@pytest.mark.parametrize(
    "text",
    [
        "My consultant hit me.",
        "He raped me.",
        "A patient died because nobody told us",
        "He said “nobody will believe you.”",
    ],
)
def test_what_is_said_behind_thanks_is_no_signature(cut: Part, text: str) -> None:
    notes = cut(f"The rota came late.\n\nThanks\n\n{text}")
    assert notes.sentences[-1].part == "body"


def test_a_line_with_a_mark_and_no_mail_is_told_apart(cut: Part) -> None:
    notes = cut("We are alone.\n> I am the ward manager and we cannot help.\n\nKind regards\nSam")
    assert [one.part for one in notes.sentences] == ["body", "cited", "signature"]


def test_a_number_behind_a_sign_is_no_older_message(cut: Part) -> None:
    assert cut("We work\n> 24 hours without a break").sentences[-1].part == "body"


def test_a_sentence_ends_after_a_hundred_words_whatever_comes(cut: Part) -> None:
    lengths = [len(one) for one in words(cut("word " * 250))]
    assert lengths == [LONGEST, LONGEST, 50]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
def test_words_stand_in_the_order_of_the_text_at_their_offsets_and_sentences_are_numbered(cut: Part, text: str) -> None:
    notes = cut(text)
    assert [one.number for one in notes.sentences] == [*range(len(notes.sentences))]
    every = [word for sentence in notes.sentences for word in sentence.words]
    assert all(0 <= one.start < one.end <= len(notes.source.text) for one in every)
    assert all(left.start <= right.start for left, right in pairwise(every))
    assert all(len(one.words) == len(one.clauses) > 0 for one in notes.sentences)

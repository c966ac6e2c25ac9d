"""Facts about words: what the search takes for one, and what it takes for the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.search import Phrase, parse
from models.words import LONGEST_WORD, folded, words_in


def cut(text: str) -> list[str]:
    return [one.word for one in words_in(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("St George's, on-call F1/F2", ["st", "georges", "on", "call", "f1", "f2"]),
        ("A&E and O & G", ["a", "and", "e", "and", "o", "and", "g"]),
        ("don’t, don't", ["dont", "dont"]),
        ("the patients' notes, 'quoted'", ["the", "patients", "notes", "quoted"]),
        ("naïve CAFÉ Ångström Łódź Straße", ["naive", "cafe", "angstrom", "lodz", "strasse"]),
        ("cafe\N{COMBINING ACUTE ACCENT}s", ["cafes"]),
        ("QM-7K3F-2R at 02:30", ["qm", "7k3f", "2r", "at", "02", "30"]),
        ("ward_9 12.5mg", ["ward", "9", "12", "5mg"]),
        ("学校 안녕", ["学", "校", "안", "녕"]),
        ("0\N{CJK COMPATIBILITY IDEOGRAPH-2F97D}", ["0", "\u8060"]),
        ("*** ' - \0 \ue000 \ue001", []),
    ],
)
def test_a_text_is_cut_into_these_words(text: str, words: list[str]) -> None:
    assert cut(text) == [folded(word) for word in words]


@given(st.text(max_size=300))
def test_every_word_is_letters_and_digits_only_and_folds_to_itself(text: str) -> None:
    for one in words_in(text):
        assert one.word
        assert one.word.isalnum()
        assert len(one.word) <= LONGEST_WORD
        assert folded(text[one.start : one.end]) == one.word


@given(st.text(alphabet="abcdeé'-& ", max_size=60))
def test_case_makes_no_difference(text: str) -> None:
    assert cut(text.upper()) == cut(text.lower())


def alternatives(question: str) -> list[set[str]]:
    return [
        {" ".join(phrase.words) + "*" * phrase.prefix for phrase in term.alternatives} for term in parse(question).terms
    ]


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("registrar", [{"registrar", "registrars"}]),
        ("nurses", [{"nurses", "nurseses", "nurse", "nurs"}]),
        ("duties", [{"duties", "dutieses", "dutie", "duty"}]),
        ("superv*", [{"superv*"}]),
        ('"no registrar"', [{"no registrar"}]),
        ("“no regis*”", [{"no regis*"}]),
        ("on-call", [{"on call", "oncall"}]),
        ("A & E", [{"a and e"}]),
        ("F1", [{"f1"}]),
        ("a*", [{"a"}]),
        ('"open rota', [{"open", "opens"}, {"rota", "rotas"}]),
        ("AND OR NOT", [{"and", "ands"}, {"or"}, {"not", "nots"}]),
        ("*** '' ()", []),
    ],
)
def test_a_question_means_this(question: str, meant: list[set[str]]) -> None:
    assert alternatives(question) == meant


def test_minus_takes_away_only_at_the_beginning_of_a_word() -> None:
    terms = parse("rota -theatre on-call -").terms
    assert [(term.alternatives[0].words, term.wanted) for term in terms] == [
        (("rota",), True),
        (("theatre",), False),
        (("on", "call"), True),
    ]
    assert not parse("-rota").asks


@given(st.text(max_size=400))
def test_no_question_is_wrong(question: str) -> None:
    for term in parse(question).terms:
        assert term.alternatives
        for phrase in term.alternatives:
            assert isinstance(phrase, Phrase)
            assert all(word.isalnum() for word in phrase.words)

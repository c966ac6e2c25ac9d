"""Facts about the component `abstention`: when a person has to look first, each time for a named reason."""

from dataclasses import replace

import numpy as np
import pytest

from classifiers.abstention import DEFAULTS, Abstention
from classifiers.document import Grade, Notebook
from classifiers.heads import Scores
from classifiers.normalise import normalise
from models.verdict import Kind
from tests.classifiers.conftest import Read
from tests.classifiers.parts import run

SURE_GRADE = Grade(impact=2, likelihood=2, isf=1, graded=True, confidence=0.9)
SERIOUS, HIGHEST = "a low grade, but it may well be serious", "a low grade, but the highest one is not unlikely"
DANGER = "somebody may be in danger"
NEARLY = "the highest grade is nearly as likely"


def notes(*categories: float, grade: Grade = SURE_GRADE, **facts: object) -> Notebook:
    """A concern that is graded surely, unless said otherwise."""
    made = Notebook(source=normalise("x"), subject_length=0, text_start=0, kind_sure=True, grade=grade)
    made.categories = np.array(categories) if categories else None
    for name, value in facts.items():
        setattr(made, name, value)
    return made


def judged(concern: float) -> Scores:
    """What heads say that give a concern this chance."""
    nothing = np.zeros(0)
    kinds = {"concern": concern, "enquiry": 1 - concern}
    return Scores(
        labels={}, columns=(), sentences=nothing, kinds=kinds, impact=nothing, likelihood=nothing, isf=nothing
    )


def reasons(given: Notebook, **limits: float) -> list[str]:
    return run(Abstention(limits), given).reasons


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("isf", [0, 1, 2, 3])
@pytest.mark.parametrize("categories", [(), (0.0, 0.0, 1.0, 0.0)])
def test_words_of_a_crisis_ask_a_person_whatever_kind_and_grade(
    kind: Kind, isf: int, categories: tuple[float, ...]
) -> None:
    given = notes(*categories, kind=kind, grade=replace(SURE_GRADE, isf=isf), crisis=(0, 1))
    assert DANGER in reasons(given)


def test_a_sure_and_low_grade_asks_nobody() -> None:
    assert reasons(notes(0.3, 0.65, 0.05, 0.0)) == []


def test_an_unclear_kind_asks_a_person() -> None:
    assert reasons(notes(0, 1, 0, 0, kind_sure=False)) == ["it is not clear what kind of message this is"]


@pytest.mark.parametrize(("serious", "asked"), [(0.11, []), (0.13, [SERIOUS])])
def test_a_low_grade_that_may_be_serious_asks_a_person(serious: float, asked: list[str]) -> None:
    assert reasons(notes(0.0, 1 - serious, serious, 0.0)) == asked


def test_a_low_grade_that_may_be_the_highest_names_that_too() -> None:
    assert reasons(notes(0.0, 0.7, 0.05, 0.25)) == [SERIOUS, HIGHEST]


def test_a_serious_grade_is_no_low_one() -> None:
    assert reasons(notes(0.0, 0.0, 0.75, 0.25, grade=replace(SURE_GRADE, isf=2))) == []


@pytest.mark.parametrize(("highest", "asked"), [(0.29, []), (0.31, [NEARLY])])
def test_a_serious_grade_beside_which_the_highest_is_likely_too_asks_a_person(highest: float, asked: list[str]) -> None:
    assert reasons(notes(0.0, 0.0, 1 - highest, highest, grade=replace(SURE_GRADE, isf=2))) == asked


def test_little_confidence_asks_a_person() -> None:
    open_grade = replace(SURE_GRADE, isf=2, confidence=0.29)
    assert reasons(notes(0.2, 0.25, 0.3, 0.25, grade=open_grade)) == ["the words leave the grade open"]


def test_rules_that_grade_it_very_differently_ask_a_person() -> None:
    rules = replace(SURE_GRADE, isf=3)
    given = notes(1, 0, 0, 0, grade=replace(SURE_GRADE, isf=0), rule_grade=rules)
    assert reasons(given) == ["the rules and the learned part grade it very differently"]
    given = notes(1, 0, 0, 0, grade=replace(SURE_GRADE, isf=0), rule_grade=replace(rules, graded=False))
    assert reasons(given) == []


def test_a_low_grade_beside_a_red_flag_asks_a_person() -> None:
    assert reasons(notes(0, 1, 0, 0, red_flags=("violence",))) == ["a low grade in spite of a red flag"]


def test_a_red_flag_in_what_is_no_concern_asks_a_person() -> None:
    given = notes(0, 1, 0, 0, kind=Kind.ENQUIRY, red_flags=("learner_at_risk",))
    assert reasons(given) == ["a red flag in a message that is no concern about a place"]


HIDDEN = "no concern about a place, but some words tell of something serious"


@pytest.mark.parametrize(("chance", "asked"), [(0.019, []), (0.021, [HIDDEN])])
def test_serious_words_in_what_is_hardly_surely_no_concern_ask_a_person(chance: float, asked: list[str]) -> None:
    given = notes(kind=Kind.ENQUIRY, scores=judged(chance), rule_grade=replace(SURE_GRADE, isf=2))
    assert reasons(given) == asked
    for rules in (replace(SURE_GRADE, isf=1), replace(SURE_GRADE, isf=2, graded=False), None):
        assert reasons(replace(given, reasons=[], rule_grade=rules)) == []


def test_a_danger_told_in_a_few_words_behind_thanks_asks_a_person(read: Read) -> None:
    verdict = read("Hello, rota is fine. Thanks. NB chest drains inserted by students unsupervised")
    assert verdict.kind is Kind.CONCERN or verdict.needs_person


@pytest.mark.parametrize(
    "text",
    [
        "How do I report my supervisor groping me at QMC?",
        "Who do I tell if my consultant is drunk at work?",
        "What can I do if the staff hit a patient?",
        "can I leave a placement where I'm being bullied?",
        "Are trainees supposed to cover two hospitals at once overnight? We do.",
        "Is it legal for a trust to have no anaesthetist on site at night at Grantham?",
        "Are we meant to sign for drugs we didn't check?",
        "Should a first year midwifery student be catching babies on her own?",
        "Student midwife - touched by registrar",
        "Student nurse, Lincoln, being bullied by sister",
        "unsafe",
        "sos",
        "please help",
        "🙃🙃🙃",
        "",
    ],
)
def test_a_danger_in_a_question_or_in_a_few_words_asks_a_person(read: Read, text: str) -> None:
    verdict = read(text)
    assert (verdict.kind is Kind.CONCERN and verdict.isf > 1) or verdict.needs_person


@pytest.mark.parametrize(
    "text",
    ["When is the next ARCP date?", "How do I claim my travel expenses?", "Who do I contact about my rota?", "Thanks!"],
)
def test_a_mere_question_and_thanks_ask_nobody(read: Read, text: str) -> None:
    assert not read(text).needs_person


def test_where_no_heads_graded_only_the_kind_and_the_flags_of_no_concern_are_looked_at() -> None:
    assert reasons(notes(grade=Grade(isf=1), red_flags=("violence",))) == []


@pytest.mark.parametrize("limit", [limit for limit in DEFAULTS if limit != "concern_chance"])
def test_every_limit_of_a_concern_can_be_set(limit: str) -> None:
    calm = {"serious_chance": 1.0, "highest_chance": 1.0, "highest_open": 1.0, "least_confidence": 0.0, "apart": 4}
    grade = replace(SURE_GRADE, isf=2 if limit == "highest_open" else 1)
    given = notes(0.4, 0.2, 0.1, 0.3, grade=grade, rule_grade=replace(SURE_GRADE, isf=3))
    assert reasons(replace(given, reasons=[]), **calm) == []
    strict = {"serious_chance": 0.0, "highest_chance": 0.0, "highest_open": 0.0, "least_confidence": 1.0, "apart": 0}
    assert len(reasons(replace(given, reasons=[]), **{**calm, limit: strict[limit]})) == 1

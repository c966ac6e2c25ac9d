"""Facts about what a reporter may have asked of us: not to tell or contact somebody. It is lifted out."""

import pytest

from intake.desk.conditions import conditions_in, conditions_of
from intake.desk.gaps import proposed_questions
from models.framework import Reference
from tests.intake.desk.conftest import Site, Visitor
from tests.intake.desk.making import graded, open_ticket
from tests.intake.desk.test_deciding import ticket_of
from tests.intake.desk.test_ticket import plain


@pytest.mark.parametrize(
    "words",
    [
        "Please don't contact the department without asking me.",
        "please dont ring the ward",
        "I'd rather nobody knew.",
        "I’d rather no one found out about this",
        "Do not tell my supervisor.",
        "It is serious, but please do not under any circumstances email the trust.",
        "I am asking you not to speak to my mentor.",
        "I would prefer you not to contact them.",
        "I'd rather you didn't tell the ward manager.",
        "We do not want the consultant to know.",
        "I don't want anyone to find out.",
        "Nobody must know that I wrote.",
        "Could you not call the practice?",
        "Please ask me first.",
        "Keep this confidential.",
        "I want to stay anonymous.",
        "Keep my name out of it.",
        "Nothing without my consent, please.",
        "I won't say who I am.",
        "Never mention this to Ward 4.",
    ],
)
def test_a_condition_is_seen_in_many_wordings(words: str) -> None:
    assert conditions_in(f"There was no registrar. {words} Thank you.") == (words,) or conditions_in(words) == (words,)


@pytest.mark.parametrize(
    "words",
    [
        "Feel free to contact them.",
        "Please do not hesitate to contact the ward.",
        "You can tell my supervisor, I am happy for you to ring her.",
        "They don't tell us when the rota changes.",
        "The consultants do not speak to students.",
        "I do not know who to tell.",
        "Nobody knows what to do at night.",
        "We were told not to contact the registrar.",
        "Please contact the department.",
        "I don't mind if you contact them.",
        "They never call us back, and do not tell us why.",
        "You don't need to call them.",
    ],
)
def test_other_words_are_no_condition(words: str) -> None:
    assert conditions_in(words) == ()


def test_a_condition_is_quoted_above_the_decision_and_its_question_comes_first(
    site: Site, officer: Visitor, words: Reference
) -> None:
    text = "No registrar came. Please don't ring the ward."
    reference = open_ticket(site.store, graded(), text=text, subject="Nights")
    page = officer.get(f"/tickets/{reference}").text
    shown = plain(page)
    box = shown.index(
        "The reporter may have asked us not to tell or contact somebody. Read this before you tell anybody."
    )
    assert shown.index("Please don't ring the ward.", box) < shown.index("Accept all")
    assert 'href="#message-1"' in page
    assert 'id="message-1"' in page
    assert "Accepting tells nobody." in shown
    ticket = ticket_of(site, reference)
    assert proposed_questions(ticket, (), words, conditions_of(ticket))[0].code == "may_tell"


def test_without_a_condition_there_is_no_box(site: Site, officer: Visitor) -> None:
    reference = open_ticket(site.store, graded(), text="You can contact the ward.")
    assert "may have asked us" not in officer.get(f"/tickets/{reference}").text


def test_a_learner_at_risk_is_first_asked_whether_they_are_safe(site: Site, words: Reference) -> None:
    ticket = ticket_of(site, open_ticket(site.store, graded(red_flags=("learner_at_risk",))))
    assert proposed_questions(ticket, (), words, conditions_of(ticket))[0].code == "safe"


@pytest.mark.parametrize(("guessed", "asked"), [((), False), (("560",), True)])
def test_a_specialty_that_was_only_guessed_is_asked_for(
    site: Site, words: Reference, guessed: tuple[str, ...], asked: bool
) -> None:
    seen = graded(provider="RWE", specialties=("560",), guessed_specialties=guessed)
    text = "On Monday it happened to two patients and nobody has done anything."
    questions = proposed_questions(ticket_of(site, open_ticket(site.store, seen, text=text)), (), words, ())
    assert ("specialty" in [one.about for one in questions]) is asked

"""Facts about the component `themes`: what a concern is about, by the rules alone and by the heads."""

from collections.abc import Callable

import pytest

from classifiers.document import Notebook
from classifiers.themes import Themes
from models.framework import Reference
from tests.classifiers.parts import Part, parts, run, scores

TEXT = "We had no registrar. The rota is always late. The team is nice."
LABELS = ("theme:rota", "theme:bullying", "red_flag:violence")
Given = Callable[[Notebook], Notebook]


@pytest.fixture(scope="module")
def by_rules(reference: Reference) -> Part:
    return parts("sentences", "context", "severity", "themes", reference=reference)


@pytest.fixture
def bare(reference: Reference) -> Notebook:
    return parts("sentences", "context", "severity", reference=reference)(TEXT)


@pytest.fixture(scope="module")
def themes(reference: Reference) -> Given:
    component = Themes()
    component.use(reference)
    return lambda notes: run(component, notes)


def judged(notes: Notebook, *chances: float) -> Notebook:
    """With heads that give these chances, and hear bullying in the third sentence."""
    notes.scores = scores(dict(zip(LABELS, chances, strict=True)), (0, -9, 0), (2, -9, 0), (0, 1, 0))
    notes.judge = "made-1"
    return notes


def test_by_rules_alone_themes_stand_in_the_order_of_the_text_with_their_words(by_rules: Part) -> None:
    notes = by_rules(TEXT)
    assert notes.themes == ("supervision", "rota")
    assert [one.label for one in notes.evidence] == ["theme:supervision", "theme:rota"]
    assert notes.evidence[0].text == "no registrar"


@pytest.mark.parametrize("text", ["Nobody was bullied.", "What if I were bullied?", ""])
def test_what_is_denied_or_only_supposed_is_no_theme(by_rules: Part, text: str) -> None:
    assert by_rules(text).themes == ()


def test_with_heads_the_likely_ones_are_given_the_likeliest_first(bare: Notebook, themes: Given) -> None:
    assert themes(judged(bare, 0.4, 0.9, 0.99)).themes == ("bullying", "rota")


def test_the_threshold_is_that_of_the_heads_where_they_have_one(bare: Notebook, themes: Given) -> None:
    bare.settings = {"theme": 0.5}
    assert themes(judged(bare, 0.4, 0.9, 0.0)).themes == ("bullying",)


def test_a_theme_without_a_rule_shows_the_sentence_that_told_the_heads(bare: Notebook, themes: Given) -> None:
    notes = themes(judged(bare, 0.0, 0.9, 0.0))
    (shown,) = notes.evidence
    assert (shown.text, shown.source) == ("The team is nice", "made-1/theme.bullying")


def test_a_theme_that_an_operator_has_taken_away_is_not_given(by_rules: Part, reference: Reference) -> None:
    notes = parts("sentences", "context", "severity", reference=reference)(TEXT)
    component = Themes()
    assert run(component, notes).themes == ()

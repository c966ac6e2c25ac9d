"""The language of cues."""

import pytest

from classifiers.patterns import Cue, CueIndex, PatternError

CLASSES = {"seniors": ["registrar", "ward manager"]}


def found(pattern: str, text: str) -> list[str]:
    """The words that a pattern finds in a text."""
    cue = Cue(family="theme", label="supervision", rule="a.rule", patterns=(pattern,))
    words = text.split()
    return [" ".join(words[one.first : one.last + 1]) for one in CueIndex([cue], CLASSES).find(words)]


@pytest.mark.parametrize(
    ("pattern", "text", "hits"),
    [
        ("no registrar", "we had no registrar tonight", ["no registrar"]),
        ("no registrar", "we had no registrars tonight", []),
        ("no registrar*", "we had no registrars tonight", ["no registrars"]),
        ("no registrar|consultant", "no consultant", ["no consultant"]),
        ("no @seniors", "no ward manager there", ["no ward manager"]),
        ("no on_call doctor", "no on call doctor", ["no on call doctor"]),
        ("no ?real help", "no help no real help", ["no help", "no real help"]),
        ("left .. alone", "left me there all alone", ["left me there all alone"]),
        ("left .. alone", "left me there for hours all alone", []),
        ("left ... alone", "left me there for hours all alone", ["left me there for hours all alone"]),
        ("rota & late", "the rota came late", ["rota came late"]),
        ("rota & late", "too late came the rota", ["late came the rota"]),
        ("rota & late", "a late train but , the rota is fine", []),
        ("rota & late", "late one two three four five six seven rota", []),
    ],
)
def test_a_pattern_finds_what_it_says(pattern: str, text: str, hits: list[str]) -> None:
    assert found(pattern, text) == hits


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "Registrar",
        "no  registrar",
        ".. alone",
        "alone ..",
        "& alone",
        "a & b & c",
        "?perhaps",
        "no @nobodies",
        "r*|no",
    ],
)
def test_a_pattern_that_is_badly_written_is_refused_by_name(pattern: str) -> None:
    with pytest.raises(PatternError, match=r"a\.rule"):
        found(pattern, "anything")

"""The cue files: strictly read, and in step with the reference data."""

import pytest

from classifiers.cues import FAMILIES, cue_index, read_cues
from classifiers.patterns import Cue, CueIndex, PatternError
from models.framework import Reference

GOOD = '[rota.late]\nnegatable = false\ncues = [\n    "rota .. late",\n    "no rota",\n]\n'


def test_a_rule_knows_its_file_its_lines_and_its_switches() -> None:
    (cue,) = read_cues("themes.toml", GOOD, "theme")
    assert (cue.label, cue.negatable, cue.doubt, cue.under_if) == ("rota", False, False, False)
    assert cue.rule.endswith("/theme.rota.late")
    assert cue.places == ("themes.toml:4", "themes.toml:5")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[rota.late]\ncues = ["no rota"]\nnegateable = false\n', "themes.toml:3"),
        ('[rota.late]\ncues = ["no rota"]\ndoubt = "yes"\n', "themes.toml:3"),
        ("\n[rota.late]\ncues = []\n", "themes.toml:2"),
        ("\n\n[rota.late]\nnegatable = false\n", "themes.toml:3"),
        ('[rota.late]\ncues = "no rota"\n', "themes.toml:1"),
        ('\n[rota]\ncues = ["no rota"]\n', "themes.toml:2"),
        ("[rota.late\n", "line 1"),
    ],
)
def test_what_is_unknown_or_missing_is_an_error_with_its_line(text: str, place: str) -> None:
    with pytest.raises(PatternError, match=place):
        read_cues("themes.toml", text, "theme")


def test_a_label_that_no_component_understands_is_an_error_with_its_line() -> None:
    with pytest.raises(PatternError, match=r"impact\.toml:2.*'6'"):
        read_cues("impact.toml", '\n[6.worse]\ncues = ["the end"]\n', "impact")


def test_a_pattern_that_is_badly_written_is_an_error_with_its_line() -> None:
    cues = read_cues("themes.toml", GOOD.replace("no rota", "No rota"), "theme")
    with pytest.raises(PatternError, match=r"themes\.toml:5: 'No rota'"):
        CueIndex(cues, {})


def _shipped() -> list[Cue]:
    return list(dict.fromkeys(cue for cue, _ in cue_index().patterns))


def test_every_theme_has_cues_and_every_cue_a_theme(reference: Reference) -> None:
    assert {cue.label for cue in _shipped() if cue.family == "theme"} == set(reference.themes)


def test_every_red_flag_can_be_raised(reference: Reference) -> None:
    labels = {cue.label for cue in _shipped() if cue.family in {"red_flag", "theme"}}
    assert set(reference.red_flags) <= labels
    assert {cue.label for cue in _shipped() if cue.family == "red_flag"} <= set(reference.red_flags)


def test_every_file_has_cues() -> None:
    assert {cue.family for cue in _shipped()} == set(FAMILIES.values())


def test_no_pattern_is_written_twice_for_one_label() -> None:
    seen: dict[tuple[str, str, str], str] = {}
    twice = []
    for cue in _shipped():
        for pattern, place in zip(cue.patterns, cue.places, strict=True):
            key = (cue.family, cue.label, pattern)
            if key in seen:
                twice.append(f"{place} repeats {seen[key]}")
            seen[key] = place
    assert twice == []

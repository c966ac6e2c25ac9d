"""Facts about settings: thresholds stand in spaCy's config, are kept with it, can be changed there, and are checked."""

from pathlib import Path
from typing import Any

import pytest
import spacy
from confection import Config, ConfigValidationError
from spacy.lang.en import English
from spacy.language import Language

from classifiers.pipeline import COMPONENTS, Classifier, blank, opened, shipped
from classifiers.settings import SettingError
from models.framework import Reference
from models.verdict import Verdict

DEFAULTS: dict[str, dict[str, Any]] = {
    "personal_data": {"read": 200_000},
    "language": {"fewest": 5, "read": 3_000, "english": 0.12, "margin": 25.0},
    "sentences": {"longest": 100},
    "context": {"reach": {"negation": 6, "no": 3}, "under_if": 12},
    "themes": {"threshold": 0.35},
    "red_flags": {"threshold": 0.2, "by_rules_too": 0.25},
    "kind": {"favour": 1.5, "sure": 0.6, "says_nothing": 8, "few": 3, "few_about": 12},
    "grading": {
        "direct": 0.3, "too_low": 1.5, "far": 1.5, "material": 0.35, "likely": 0.5, "floors": {"sexual_misconduct": 3},
    },
    "abstention": {
        "limits": {
            "serious_chance": 0.12,
            "highest_chance": 0.2,
            "highest_open": 0.3,
            "least_confidence": 0.3,
            "concern_chance": 0.02,
            "apart": 3,
        }
    },
    "providers": {"most": 8, "again": 0.2},
    "specialties": {"guess": True},
}  # fmt: skip
WRONG: list[tuple[str, str, Any]] = [
    ("kind", "favour", 0.5),
    ("kind", "sure", 1.2),
    ("kind", "says_nothing", -1),
    ("grading", "direct", -0.1),
    ("grading", "too_low", 0.9),
    ("grading", "far", 0.5),
    ("grading", "floors.violence", 4),
    ("red_flags", "threshold", 2.0),
    ("red_flags", "by_rules_too", -1.0),
    ("themes", "threshold", 1.5),
    ("abstention", "limits.serious_chance", 3.0),
    ("abstention", "limits.apart", 9.0),
    ("language", "english", 7.0),
    ("language", "fewest", 0),
    ("severity", "least_for_theme.rota", 6),
    ("severity", "least_for_flag.violence", 0),
    ("context", "reach.negation", 99),
    ("context", "under_if", -1),
    ("providers", "most", 0),
    ("personal_data", "read", 0),
    ("sentences", "longest", 0),
]


def nested(setting: str, value: Any) -> dict[str, Any]:
    """`a.b` and a value as a component's config."""
    name, _, inner = setting.partition(".")
    return {name: {inner: value} if inner else value}


def of(nlp: Language, name: str) -> dict[str, Any]:
    """The settings of a component, as the config holds them."""
    return {key: value for key, value in nlp.config["components"][name].items() if key != "factory"}


def verdict(nlp: Any, reference: Reference, text: str) -> Verdict:
    return Classifier.over(nlp, reference).classify(subject="", text=text, channel="email")


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_config_holds_the_settings_of_each_component(name: str) -> None:
    assert of(blank("none"), name) == DEFAULTS[name]


def test_the_least_impacts_of_themes_and_flags_are_settings() -> None:
    settings = of(blank("none"), "severity")
    assert settings["least_for_theme"]["safeguarding"] == 5
    assert settings["least_for_flag"]["patient_at_risk"] == 4


def test_a_folder_holds_the_settings_and_what_is_changed_there_counts(reference: Reference, tmp_path: Path) -> None:
    text = "Everybody was kind. It was fine."
    nlp = shipped("hashing")
    nlp.to_disk(tmp_path)
    config = Config().from_disk(tmp_path / "config.cfg")
    assert {name: of(nlp, name) for name in DEFAULTS} == DEFAULTS
    assert config["components"]["kind"] == {"factory": "kind", **DEFAULTS["kind"]}
    before = verdict(opened(tmp_path), reference, text)
    config["components"]["kind"]["sure"] = 1.0
    config.to_disk(tmp_path / "config.cfg")
    after = verdict(opened(tmp_path), reference, text)
    unclear = "it is not clear what kind of message this is"
    assert unclear not in before.needs_person_reasons
    assert unclear in after.needs_person_reasons


def test_a_changed_setting_comes_back_from_bytes(reference: Reference) -> None:
    nlp = blank("none")
    nlp.remove_pipe("severity")
    nlp.add_pipe("severity", config={"least_for_theme": {"rota": 5}}, after="context")
    again = English.from_config(nlp.config).from_bytes(nlp.to_bytes())
    text = "The rota is late."
    assert verdict(blank("none"), reference, text).impact == 2
    assert verdict(again, reference, text).impact == verdict(nlp, reference, text).impact == 5


def test_settings_of_a_model_that_was_made_before_there_were_any_are_the_usual_ones() -> None:
    config = blank("none").config.copy()
    for name in COMPONENTS:
        config["components"][name] = {"factory": name}
    config["components"]["encoder"]["encoder"] = "none"
    config["components"]["abstention"]["limits"] = {}
    old = English.from_config(config)
    assert {name: of(old, name) for name in DEFAULTS} == DEFAULTS


@pytest.mark.parametrize(("component", "setting", "value"), WRONG)
def test_a_value_that_cannot_be_names_component_and_setting(component: str, setting: str, value: Any) -> None:
    with pytest.raises(SettingError) as fault:
        spacy.blank("en").add_pipe(component, config=nested(setting, value))
    assert repr(component) in str(fault.value)
    assert repr(setting) in str(fault.value)


@pytest.mark.parametrize(("component", "setting", "value"), WRONG)
def test_a_value_of_another_type_names_component_and_setting(component: str, setting: str, value: Any) -> None:
    with pytest.raises((SettingError, ConfigValidationError)) as fault:
        spacy.blank("en").add_pipe(component, config=nested(setting, ["x", value]))
    assert component in str(fault.value)
    assert setting.rpartition(".")[2] in str(fault.value)


@pytest.mark.parametrize("component", [*DEFAULTS, "severity"])
def test_a_setting_that_does_not_exist_is_refused(component: str) -> None:
    with pytest.raises((SettingError, ConfigValidationError), match="no_such_setting"):
        spacy.blank("en").add_pipe(component, config={"no_such_setting": 1})


@pytest.mark.parametrize(("component", "table"), [("abstention", "limits"), ("context", "reach")])
def test_a_limit_that_does_not_exist_is_refused(component: str, table: str) -> None:
    with pytest.raises(SettingError, match="no_such_limit"):
        spacy.blank("en").add_pipe(component, config={table: {"no_such_limit": 1}})


def test_posts_are_not_guessed_where_that_is_switched_off(reference: Reference) -> None:
    text = "My dispensary shifts are long and the responsible pharmacist is never there."
    nlp = shipped("hashing")
    assert verdict(nlp, reference, text).guessed_specialties
    config = nlp.config.copy()
    config["components"]["specialties"]["guess"] = False
    quiet = English.from_config(config).from_bytes(nlp.to_bytes())
    assert not verdict(quiet, reference, text).guessed_specialties

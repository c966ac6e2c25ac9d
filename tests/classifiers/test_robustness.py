"""Any text is answered, evidence is exact, and equal input gives equal output."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from classifiers.cues import cue_index
from classifiers.explaining import labels_of
from classifiers.pipeline import COMPONENTS, Classifier
from classifiers.sentences import LONGEST
from models.framework import Reference
from models.verdict import Kind, Verdict
from tests.classifiers.conftest import Read

WORDS = [
    "no", "not", "never", "registrar", "patient", "died", "alone", "hand", "on", "my", "breast", "at", "New", "Cross",
    "Hospital", "City", "told", "reported", "nothing", "night", "shift", "if", "who", ",", ".", "?", "\n", "\n\n", "> ",
    "and", "but", "F1", "student", "nurse", "rota", "late", "😂", "\u200b", "can't", "“", "\ufeff", "&amp;", "<br>",
]  # fmt: skip
texts = st.one_of(
    st.text(max_size=300),
    st.text(alphabet=st.characters(categories=("Cs", "Cc", "Cf", "Lo", "Mn", "So", "Zs")), max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=120).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=120).map("".join),
)


def assert_sound(verdict: Verdict, subject: str, text: str) -> None:
    """What holds for every verdict on every text."""
    assert_valid(verdict, subject, text)
    assert not [reason for reason in verdict.needs_person_reasons if "failed" in reason]
    shown = {evidence.label for evidence in verdict.evidence}
    if f"{subject}{text}".strip() and "the message has nothing that can be read" not in verdict.needs_person_reasons:
        assert {*labels_of(verdict)} <= shown


def assert_valid(verdict: Verdict, subject: str, text: str) -> None:
    """What holds even where a part of the classifier failed."""
    for evidence in verdict.evidence:
        if evidence.start is None or evidence.end is None:
            assert (evidence.start, evidence.end) == (None, None)
            assert evidence.text
            assert evidence.text in subject
        else:
            assert 0 <= evidence.start < evidence.end <= len(text)
            assert text[evidence.start : evidence.end] == evidence.text
    assert 0 <= verdict.isf <= 3
    assert 1 <= verdict.impact <= 5
    assert 1 <= verdict.likelihood <= 5
    assert 0.0 <= verdict.confidence <= 1.0
    assert verdict.needs_person == bool(verdict.needs_person_reasons)
    shown = {evidence.label for evidence in verdict.evidence}
    assert {f"theme:{theme}" for theme in verdict.themes} <= shown
    assert {f"red_flag:{flag}" for flag in verdict.red_flags} <= shown


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(subject=texts, text=texts)
@example(subject="", text="\ud800 no registrar \udfff and a patient died")
@example(subject="no\0registrar", text="\0\0")
@example(subject="A patient", text="died. No registrar.")
def test_any_text_gets_a_sound_verdict(classifier: Classifier, subject: str, text: str) -> None:
    assert_sound(classifier.classify(subject=subject, text=text, channel="email"), subject, text)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "not " * 250_000,
        "patient no " * 20_000,
        "told asked told " * 15_000,
        "> " * 100_000,
        "From: x\n" * 20_000,
        "On " * 30_000,
        "<p " * 60_000,
        "&#" * 60_000,
        "thank you for \n" * 20_000,
        "A Hospital " * 20_000,
        "a\u0301" * 50_000,
        "مرحبا بالعالم " * 5_000,
        "\0" * 10_000,
        " ".join(random.Random(1).choices(WORDS, k=40_000)),
    ],
    ids=lambda text: repr(text[:12]),
)
@pytest.mark.timeout(20)
def test_a_very_long_text_is_answered(read: Read, text: str) -> None:
    assert_sound(read(text, subject=text[:300]), text[:300], text)


def test_no_pattern_goes_back_and_forth_for_ever() -> None:
    """The longest sentence there can be, of the words that the patterns like best."""
    index = cue_index()
    words = sorted(index.vocabulary)
    for seed in range(20):
        index.find(random.Random(seed).choices(words, k=LONGEST))


def test_what_stands_at_the_end_of_a_very_long_text_is_read(read: Read) -> None:
    verdict = read("We wrote this down at length. " * 5_000 + "A patient died because nobody senior came.")
    assert verdict.isf == 3
    assert "the text is very long; only its first and last parts were read" in verdict.needs_person_reasons


def test_words_in_the_subject_are_evidence_without_offsets(read: Read) -> None:
    verdict = read("See above.", subject="No registrar at night")
    (evidence,) = [one for one in verdict.evidence if one.label == "theme:supervision"]
    assert (evidence.start, evidence.end) == (None, None)
    assert evidence.text.startswith("No registrar")


def test_hidden_letters_and_look_alikes_do_not_hide_a_word(read: Read) -> None:
    verdict = read("He as\u00adsaul\u200bted me. The \u0441onsultant rар\u0435d her.")
    assert {"violence", "sexual_misconduct"} <= set(verdict.red_flags)


def test_a_message_that_cannot_be_read_goes_to_a_person(read: Read) -> None:
    assert read("😂" * 10).needs_person
    assert read("x" * 10_000).needs_person


def test_words_that_nobody_could_read_beside_others_ask_a_person(read: Read) -> None:
    verdict = read("Thank you for the teaching. " + "zindagimeinkuchnahibachahaiaurmarnachahta" * 3)
    assert "a long run without spaces may be words; it was not read" in verdict.needs_person_reasons


def test_equal_input_gives_equal_output_in_any_order_and_from_any_thread(classifier: Classifier) -> None:
    items = [(f"Subject {n}", f"No registrar at New Cross, {n} times. A patient died.", "email") for n in range(12)]

    def judged(item: tuple[str, str, str]) -> Verdict:
        return classifier.classify(subject=item[0], text=item[1], channel=item[2])

    onwards = [judged(item) for item in items]
    assert [judged(item) for item in reversed(items)] == onwards[::-1]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(judged, items)) == onwards


def test_a_part_that_fails_is_left_out_and_asks_a_person(
    classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret words of the message")

    monkeypatch.setattr("classifiers.providers._choice", fail)
    verdict = classifier.classify(subject="", text="No registrar at New Cross.", channel="email")
    assert verdict.provider is None
    assert "supervision" in verdict.themes
    assert any("'providers'" in reason and "RuntimeError" in reason for reason in verdict.needs_person_reasons)
    assert not any("secret" in reason for reason in verdict.needs_person_reasons)


def test_a_theme_that_the_operator_took_away_is_not_suggested(reference: Reference) -> None:
    fewer = replace(reference, themes={code: theme for code, theme in reference.themes.items() if code != "rota"})
    verdict = Classifier(fewer).classify(subject="", text="The rota is always late.", channel="email")
    assert "rota" not in verdict.themes


GRAVE = "The registrar raped a student at New Cross last night, and a patient died since no registrar came."
HARMLESS = "When is my ARCP? Could you send me the form?"


def failing(*_: object) -> None:
    raise RuntimeError("secret words of the message")


def lacking(*_: object) -> None:
    raise KeyError("secret words of the message")


def idle(*_: object) -> None:
    """A part that gives nothing back."""


@pytest.fixture(params=["rules", "shipped"])
def either(request: pytest.FixtureRequest) -> Classifier:
    """The rules alone, then the classifier as it is shipped."""
    found: Classifier = request.getfixturevalue("classifier" if request.param == "rules" else "whole")
    return found


@pytest.mark.parametrize("broken", [failing, lacking, idle])
@pytest.mark.parametrize("name", COMPONENTS)
def test_whatever_part_fails_a_person_is_asked_and_nothing_is_low_with_confidence(
    either: Classifier, name: str, broken: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(either.nlp.get_pipe(name)), "__call__", broken)
    for text in (GRAVE, HARMLESS, "", "Thank you very much."):
        verdict = either.classify(subject="Nights", text=text, channel="email")
        assert_asks(verdict, name, text)
        if text == GRAVE:
            assert (verdict.kind, verdict.isf >= 2) == (Kind.CONCERN, True)


@pytest.mark.parametrize("broken", [failing, lacking, idle])
def test_a_text_that_cannot_be_made_plain_is_read_as_it_stands(
    either: Classifier, broken: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("classifiers.pipeline.normalise", broken)
    for text in (GRAVE, f"\ud800\0\u200b {GRAVE}\n\n  {GRAVE}", "word " * 100_000):
        verdict = either.classify(subject="Nights", text=text, channel="email")
        assert_asks(verdict, "normalise", text)
        assert verdict.looked_for_personal_data
        assert ("violence" in verdict.red_flags or "sexual_misconduct" in verdict.red_flags) == (GRAVE in text)
    long = either.classify(subject="", text="word " * 100_000, channel="email")
    assert "the text is very long; only its first part was read" in long.needs_person_reasons


@pytest.mark.parametrize("broken", [failing, lacking, idle])
def test_a_text_that_cannot_be_cut_into_words_goes_to_a_person(
    either: Classifier, broken: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(either.nlp, "tokenizer", broken)
    text = "I want to kill myself. Patient NHS number 943 476 5919."
    verdict = either.classify(subject="Nights", text=text, channel="email")
    assert_asks(verdict, "tokenizer", text)
    assert (verdict.kind, verdict.isf, verdict.graded) == (Kind.CONCERN, 2, False)
    assert "learner_at_risk" in verdict.red_flags
    assert verdict.personal_data


def assert_asks(verdict: Verdict, part: str, text: str) -> None:
    """A sound verdict that says which part failed, tells no word of the fault's text, and is sure of nothing."""
    assert_valid(verdict, "Nights", text)
    assert verdict.needs_person
    assert any(f"'{part}' of the classifier failed" in reason for reason in verdict.needs_person_reasons)
    assert not any("secret" in reason for reason in verdict.needs_person_reasons)
    assert verdict.confidence <= 0.3
    if part not in {"personal_data", "providers", "specialties"}:
        assert (verdict.kind, verdict.isf >= 2) == (Kind.CONCERN, True)


def test_a_part_that_fails_half_way_leaves_nothing_half_said(
    classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("classifiers.themes.show_label", failing)
    verdict = classifier.classify(subject="", text=GRAVE, channel="email")
    assert verdict.themes == ()
    assert not [one for one in verdict.evidence if one.label.startswith("theme:")]

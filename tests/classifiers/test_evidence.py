"""Facts about evidence: every label of a verdict shows words at their exact place, and what saw them."""

from collections.abc import Iterator

import pytest

from classifiers.explaining import labels_of
from classifiers.learning.corpus import Labelled, shipped
from classifiers.pipeline import Classifier
from models.framework import Reference
from models.verdict import Evidence, Kind, Verdict
from tests.classifiers.conftest import Read

STRANGE = (
    "!!!", "?", "thanks", "ok", "no", "<b>No</b> registrar.", "1 2 3", "\U0001f620", "No\u200b registrar", "don't",
    "Nous n'avons pas de médecin senior la nuit et un patient est mort hier soir, personne ne fait rien.",
    "晚上病房里没有上级医生，有一位病人昨天去世了，没有人来帮忙，我们非常害怕。",
    "I want to kill myself.",
    "Core surgical trainee, CT2 in surgery at New Cross and at Walsall Manor. The registrar groped me twice.",
    "Dear all\n\n> On Monday he wrote:\n> no rota\n\nKind regards\nSam",
)  # fmt: skip


def unshown(verdict: Verdict, subject: str, text: str) -> Iterator[str]:
    """The labels without evidence, and evidence that is not exact or names no source."""
    shown = {one.label for one in verdict.evidence}
    yield from (label for label in labels_of(verdict) if label not in shown)
    for one in verdict.evidence:
        exact = one.text in subject if one.start is None else text[one.start : one.end] == one.text
        if not (exact and one.text and one.source):
            yield f"{one.label} at {one.start} to {one.end} by {one.source!r}"


def sample() -> list[Labelled]:
    """Every tenth message of the frozen part, and of the part that thresholds are chosen by."""
    return [*shipped("test")[::10], *shipped("tune")[::10]]


@pytest.fixture(scope="module", params=["best", "hashing", "none"])
def machine(request: pytest.FixtureRequest, reference: Reference) -> Classifier:
    """The classifier with its encoder, with the lexicon alone, and with the rules alone."""
    return Classifier(reference, encoder=request.param)


def test_every_label_of_every_verdict_shows_exact_words_and_what_saw_them(machine: Classifier) -> None:
    faults = []
    for one in sample():
        verdict = machine.classify(subject=one.subject, text=one.text, channel=one.channel)
        faults += [f"{one.id}: {fault}" for fault in unshown(verdict, one.subject, one.text)]
    assert faults == []


@pytest.mark.parametrize("text", STRANGE)
@pytest.mark.parametrize("subject", ["", "Nights", "!"])
def test_strange_texts_show_the_words_of_every_label_too(machine: Classifier, subject: str, text: str) -> None:
    assert [*unshown(machine.classify(subject=subject, text=text, channel="email"), subject, text)] == []


@pytest.mark.parametrize("part", ["sentences", "context", "severity", "encoder", "judgement", "kind", "grading"])
def test_what_stands_in_for_a_part_that_failed_shows_the_message(
    machine: Classifier, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(type(machine.nlp.get_pipe(part)), "__call__", lambda _self, _doc: None)
    for text in ("The consultant hit me.", "When is my ARCP? Could you send me the form?"):
        verdict = machine.classify(subject="", text=text, channel="email")
        assert any(f"'{part}'" in reason for reason in verdict.needs_person_reasons)
        assert [*unshown(verdict, "", text)] == []


def behind(verdict: Verdict, label: str) -> list[Evidence]:
    return [one for one in verdict.evidence if one.label == label]


def test_a_red_flag_that_lifts_the_category_is_named_with_its_words(read: Read, judge: Read) -> None:
    text = "In May the consultant groped me in theatre. He has been dismissed since, it is sorted now."
    for verdict in (read(text), judge(text)):
        assert verdict.isf == 3
        assert "groped" in behind(verdict, "raised:red_flag.sexual_misconduct")[0].text
    lifted = [one for one in behind(judge(text), "isf:3") if one.source.endswith("/floor.red_flag.sexual_misconduct")]
    assert [one.text for one in lifted] == ["groped"]


def test_a_theme_that_is_not_serious_by_itself_raises_nothing(judge: Read) -> None:
    verdict = judge("No registrar came and a patient died.")
    assert "supervision" in verdict.themes
    assert not behind(verdict, "raised:theme.supervision")


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("No registrar came and a patient died. It has happened several times.", "recurrence"),
        ("No registrar came and a patient died. It is still going on.", "going_on"),
        ("No registrar came and a patient died. We told the consultant and nothing was done.", "known"),
        ("No registrar came and a patient died.", "worst_words"),
        ("No registrar came and a patient died.", "patients_exposed"),
    ],
)
def test_what_raises_a_grade_is_named_with_its_words(read: Read, judge: Read, text: str, factor: str) -> None:
    for verdict in (read(text), judge(text)):
        assert behind(verdict, f"raised:{factor}"), [one.label for one in verdict.evidence]


def test_praise_is_raised_by_nothing(read: Read, judge: Read) -> None:
    text = "Everybody was kind and the teaching was the best that I have had. Thank you so much again!"
    for verdict in (read(text), judge(text)):
        assert verdict.kind is Kind.GOOD_PRACTICE
        assert not [one for one in verdict.evidence if one.label.startswith("raised:")]


def test_a_kind_told_by_the_head_shows_the_sentence_that_speaks_most_for_it(judge: Read) -> None:
    verdict = judge("I start in August. Which portal holds the study leave form. It may be Horus.")
    (shown,) = behind(verdict, "kind:enquiry")
    assert shown.text == "Which portal holds the study leave form"
    assert shown.source.endswith("/kind.enquiry")


@pytest.mark.parametrize(("encoder", "head"), [("best", "minilm-"), ("hashing", "words-1/")])
def test_what_a_head_saw_names_that_head(reference: Reference, encoder: str, head: str) -> None:
    text = "There was never anybody above us who knew what to do when she went grey and stopped breathing."
    verdict = Classifier(reference, encoder=encoder).classify(subject="", text=text, channel="email")
    (shown,) = {one.source for one in behind(verdict, f"isf:{verdict.isf}")}
    assert shown.startswith(head)
    assert shown.endswith("/isf")


def test_a_site_shows_the_words_that_name_it(read: Read) -> None:
    verdict = read("No registrar at New Cross.")
    assert [one.text for one in behind(verdict, "site:RL403")] == ["New Cross"]


def test_a_programme_that_follows_from_a_grade_shows_that_grade(read: Read) -> None:
    verdict = read("I am a CT2 in general surgery. No registrar at night.")
    for code in verdict.specialties:
        assert behind(verdict, f"specialty:{code}")


def test_another_language_shows_where_it_was_told(read: Read) -> None:
    verdict = read("Nous n'avons pas de médecin senior la nuit. Un patient est mort hier soir.", "Bonjour")
    (shown,) = behind(verdict, "language:fr")
    assert shown.text.startswith("Nous n'avons")


def test_what_no_words_tell_is_shown_as_such(read: Read) -> None:
    verdict = read("Something about my placement. It was on Ward 7.")
    assert not verdict.graded
    assert {one.source.rpartition(".")[2] for one in behind(verdict, f"isf:{verdict.isf}")} == {"unsaid"}
    assert not any(one.told for one in behind(verdict, f"likelihood:{verdict.likelihood}"))

"""Facts about evidence: every label of a verdict shows words at their exact place, and what saw them."""

from collections.abc import Iterator
from dataclasses import replace

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


DISGUISED = (
    "I'm going to k1ll myself",
    "k.i.l.l myself tonight",
    "ctb tonight",
    "sewerslide soon",
    "When is teaching? sewerslide soon",
    "thanks, kms",
    "cheap scrubs buy now, kms",
    "Limited offer! Click here to order now and unsubscribe below. k1ll myself",
    "Thank you for the great teaching, the team was lovely. btw going to kms tonight",
    "Teaching was cancelled once. It has been sorted, only a small thing. su1cide tonight",
    "I supervise an F2. She was dishonest. What is the process for fitness to practise? She wants to unalive herself.",
)


@pytest.mark.parametrize("text", DISGUISED)
@pytest.mark.parametrize("subject", ["", "My leave form"])
def test_a_crisis_in_any_spelling_is_a_concern_that_is_not_low(machine: Classifier, subject: str, text: str) -> None:
    verdict = machine.classify(subject=subject, text=text, channel="chat")
    assert "learner_at_risk" in verdict.red_flags
    assert verdict.kind is Kind.CONCERN
    assert verdict.isf >= 2
    assert verdict.needs_person
    assert [*unshown(verdict, subject, text)] == []


@pytest.mark.parametrize("said_in", ["text", "subject"])
def test_what_only_a_crisis_makes_a_concern_shows_its_words(judge: Read, read: Read, said_in: str) -> None:
    for think in (judge, read):
        verdict = think("When is my ARCP? kms") if said_in == "text" else think("When is my ARCP?", subject="kms")
        shown = [(one.text, one.source.rpartition(".")[2]) for one in behind(verdict, "kind:concern")]
        assert shown == [("kms", "crisis")]


def test_a_grade_that_only_a_crisis_lifted_names_it(judge: Read, read: Read) -> None:
    text = "Teaching was cancelled once. It has been sorted, only a small thing. su1cide tonight"
    for think in (judge, read):
        verdict = think(text)
        lifted = [one for one in behind(verdict, "isf:2") if one.source.endswith("/floor.red_flag.learner_at_risk")]
        assert [one.text for one in lifted] == ["su1cide"]
        assert [one.text for one in behind(verdict, "raised:red_flag.learner_at_risk")] == ["su1cide"]


@pytest.mark.parametrize("encoder", ["best", "none"])
def test_a_crisis_counts_where_an_operator_took_its_flag_away(reference: Reference, encoder: str) -> None:
    flags = {code: flag for code, flag in reference.red_flags.items() if code != "learner_at_risk"}
    text = "Teaching was cancelled once. It has been sorted, only a small thing. su1cide tonight"
    verdict = Classifier(replace(reference, red_flags=flags), encoder=encoder).classify(
        subject="", text=text, channel="chat"
    )
    assert "learner_at_risk" not in verdict.red_flags
    assert (verdict.kind, verdict.needs_person) == (Kind.CONCERN, True)
    assert verdict.isf >= 2
    assert [*unshown(verdict, "", text)] == []


@pytest.mark.parametrize("subject", ["I want to kill", "k i l l", "I want 2"])
def test_a_crisis_from_the_subject_into_the_text_is_shown_exactly(machine: Classifier, subject: str) -> None:
    text = "myself" if "k" in subject else "die"
    verdict = machine.classify(subject=subject, text=text, channel="chat")
    assert "learner_at_risk" in verdict.red_flags
    assert [*unshown(verdict, subject, text)] == []

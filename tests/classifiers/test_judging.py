"""Facts about the classifier as it is shipped: whatever it learned, these hold."""

import pytest

from classifiers.pipeline import Classifier
from models.verdict import Kind
from tests.classifiers.conftest import Read

POST = "I am an F2 on a medical ward."


@pytest.mark.parametrize(
    "text",
    [
        "We had no registrar and a patient died.",
        "Nobody reported it when the wrong kidney was removed.",
        "A nurse slapped an old lady with dementia. All sorted now.",
        "The consultant put his hand up my skirt in theatre. It was only a small thing and he apologised.",
        "He pinned the student against the wall by the throat. Everybody laughed it off.",
    ],
)
def test_what_is_extreme_is_never_graded_low(judge: Read, text: str) -> None:
    verdict = judge(f"{POST} {text}")
    assert verdict.isf >= 2, verdict
    assert verdict.kind is Kind.CONCERN


@pytest.mark.parametrize(
    "text", ["He groped me at the nurses' station.", "A surgeon rubbed himself against me in theatre."]
)
def test_sexual_misconduct_is_the_highest_category_with_its_flag(judge: Read, text: str) -> None:
    verdict = judge(f"{POST} {text}")
    assert verdict.isf == 3
    assert "sexual_misconduct" in verdict.red_flags


def test_a_serious_concern_told_quietly_is_found_and_its_words_are_shown(judge: Read) -> None:
    text = (
        "I like the team. After eight the only doctor in the building is me, and the registrar on the list is at home "
        "with his phone off. On Sunday a man with chest pain waited till the morning and arrested. It is the same "
        "again this weekend."
    )
    verdict = judge(text)
    assert verdict.isf >= 2
    assert {"supervision", "patient_safety"} & set(verdict.themes)
    labels = {one.label for one in verdict.evidence}
    assert {f"theme:{code}" for code in verdict.themes} <= labels
    assert {f"red_flag:{code}" for code in verdict.red_flags} <= labels
    assert all(text[one.start : one.end] == one.text for one in verdict.evidence if one.start is not None)


def test_adverts_praise_and_questions_are_told_from_concerns(judge: Read) -> None:
    kinds = [
        judge(text).kind
        for text in (
            "Save 40% on ergonomic seating this week only! Click to see our catalogue. Reply STOP to unsubscribe.",
            "The ward teaching at Lincoln is the best I have had: every Tuesday, bleeps held, others should copy it.",
            "When will the ARCP outcome forms of the June panel be on the portfolio, please?",
        )
    ]
    assert kinds == [Kind.IRRELEVANT, Kind.GOOD_PRACTICE, Kind.ENQUIRY]


def test_equal_text_gets_equal_answers_alone_and_among_others(whole: Classifier) -> None:
    texts = ["We have no rota for next week.", "A patient fell and nobody came.", "When is my ARCP?"]
    onwards = {text: whole.classify(subject="", text=text, channel="email") for text in texts}
    backwards = {text: whole.classify(subject="", text=text, channel="email") for text in reversed(texts)}
    assert onwards == backwards


def test_the_shipped_heads_fit_the_encoder_that_was_built(whole: Classifier) -> None:
    assert "minilm" in whole.version
    assert whole.read(subject="", text="We have no rota.", channel="email").scores is not None


def test_category_four_is_never_proposed_whatever_is_said(judge: Read) -> None:
    verdict = judge(
        "Training must be suspended: patients died, learners were assaulted, records were falsified, again."
    )
    assert verdict.isf in {2, 3}


@pytest.mark.parametrize(
    "text",
    [
        "There was no registrar on my ward last night and a man nearly died. It is the same again tonight.",
        "The rota came out two days before we began. They say it will be better next time.",
    ],
)
def test_the_words_shown_for_impact_and_likelihood_are_for_the_levels_that_were_given(judge: Read, text: str) -> None:
    verdict = judge(text)
    shown = {one.label for one in verdict.evidence if one.label.partition(":")[0] in {"impact", "likelihood"}}
    assert shown == {f"impact:{verdict.impact}", f"likelihood:{verdict.likelihood}"}


def test_evidence_never_begins_inside_a_contraction(judge: Read) -> None:
    text = "I don't want to go back, and we haven't told anybody. They didn't come when I couldn't cope."
    verdict = judge(text)
    starts = [one.start for one in verdict.evidence if one.start]
    assert starts
    assert all(not (text[at - 1].isalpha() and (text[at].isalpha() or text[at] == "'")) for at in starts)

"""What a person must see at once."""

import pytest

from tests.classifiers.conftest import Read


@pytest.mark.parametrize(
    ("flag", "text"),
    [
        ("learner_at_risk", "some days i think everyone would be better off without me"),
        ("learner_at_risk", "My friend has been talking about hurting herself."),
        ("learner_at_risk", "I'm not suicidal, just fed up."),
        ("learner_at_risk", "she has been saving tablets in her locker"),
        ("learner_at_risk", "I cry in the toilets before every shift."),
        ("patient_at_risk", "Somebody is going to die on this ward."),
        ("patient_at_risk", "It is an accident waiting to happen and babies will be harmed."),
        (
            "patient_at_risk",
            "Nobody senior covers resus and a patient deteriorated unseen. I am back on nights on Friday.",
        ),
        ("sexual_misconduct", "One of the surgeons squeezed my bottom."),
        ("sexual_misconduct", "He makes sexual comments about the students."),
        ("sexual_misconduct", "Years ago a consultant kissed me in the office."),
        ("safeguarding", "A carer was force feeding an old man with dementia."),
        ("safeguarding", "I saw her slap a patient."),
        ("violence", "A relative punched the student nurse."),
        ("violence", "he said he knows where i live and waited for me by my car"),
        ("serious_incident_unreported", "We were told not to fill in a Datix after the wrong kidney was taken out."),
        ("serious_incident_unreported", "The notes were rewritten after the baby died."),
        ("serious_incident_unreported", "The family were never told that he was given ten times the dose and died."),
        ("impaired_colleague", "The registrar came on shift smelling of alcohol."),
        ("impaired_colleague", "My mentor fell asleep at the wheel of the ambulance."),
        ("learners_removed", "The university has withdrawn all students from the ward."),
        ("learners_removed", "Please can I be moved to another placement."),
    ],
)
def test_a_flag_is_raised_with_its_words(read: Read, flag: str, text: str) -> None:
    verdict = read(text)
    assert flag in verdict.red_flags
    assert any(evidence.label == f"red_flag:{flag}" for evidence in verdict.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "This rota is killing me.",
        "I could have murdered him.",
        "Nobody was hurt and nobody was assaulted.",
        "We had a lecture about safeguarding and it was dull.",
        "The teaching was cancelled twice.",
        "My parking permit has not come.",
        "The fridge in the mess is broken.",
    ],
)
def test_figures_of_speech_denials_and_small_things_raise_none(read: Read, text: str) -> None:
    assert read(text).red_flags == ()


def test_violence_by_a_patient_is_no_abuse_of_a_patient(read: Read) -> None:
    assert read("A confused patient punched the student nurse in the face.").red_flags == ("violence",)


def test_a_hazard_that_comes_back_within_days_is_put_together_from_several_sentences(read: Read) -> None:
    hazard = "There is no senior cover at night. A patient with sepsis waited three hours and was harmed."
    assert "patient_at_risk" in read(f"{hazard} I am on nights again from Friday.").red_flags
    assert "patient_at_risk" not in read(f"{hazard} It has not happened since, and it is all sorted now.").red_flags


@pytest.mark.parametrize(
    "text",
    [
        "At my last placement the consultant groped students. Here everything is fine but the parking is bad.",
        "In my last job my supervisor sent me sexual texts. This placement is good, though induction was late.",
        "On my previous ward nurses were groped by a porter. The ward now is good, but the lockers are full.",
    ],
)
def test_sexual_misconduct_elsewhere_and_long_ago_is_flagged_among_quiet_matters(judge: Read, text: str) -> None:
    verdict = judge(text)
    assert "sexual_misconduct" in verdict.red_flags
    assert verdict.needs_person or verdict.isf >= 2
    assert all(one.text == text[one.start : one.end] for one in verdict.evidence if one.start is not None)


@pytest.mark.parametrize(
    "text",
    [
        "At my last placement nobody groped students. Here the parking is bad.",
        "We groped in the dark for the light switch. The parking is bad.",
        "There was no sexual harassment of students. The parking is bad.",
        "We had a session about groping of nurses. The parking is bad.",
    ],
)
def test_what_only_looks_like_misconduct_is_not_flagged_whatever_the_heads_say(judge: Read, text: str) -> None:
    assert "sexual_misconduct" not in judge(text).red_flags


@pytest.mark.parametrize(
    "text",
    [
        "If he had hit me I would have called the police.",
        "I would have called the police if he had hit me.",
        "If she had punched the student we would have reported it.",
    ],
)
def test_a_blow_that_never_fell_is_no_violence_by_the_rules(read: Read, text: str) -> None:
    assert "violence" not in read(text).red_flags


@pytest.mark.parametrize(
    "text",
    [
        "My friend at her last placement was slapped by a nurse",
        "He hit me, and if I had not ducked I would have been hurt.",
    ],
)
def test_a_blow_elsewhere_or_beside_an_if_is_violence(judge: Read, text: str) -> None:
    assert "violence" in judge(text).red_flags

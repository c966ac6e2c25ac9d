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

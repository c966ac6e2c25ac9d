"""Facts about a crisis: said in any language or spelling, it is seen, whatever else the message is."""

from pathlib import Path

import pytest

from classifiers.crisis import Crisis
from classifiers.normalise import normalise, untouched
from classifiers.pipeline import Classifier
from models.verdict import Kind

LABEL = "red_flag:learner_at_risk"


@pytest.mark.parametrize(
    "text",
    [
        "when is my arcp? also i want to k1ll myself",
        "Je veux mourir, je suis étudiante infirmière",
        "quiero morir",
        "i dont want to wake up",
        "She has written goodbye letters to all of us on the ward.",
        "my flatmate (F1) has been cutting her arms again",
        "BUY NOW cheap scrubs!!! p.s. I am suicidal please somebody",
        "I DO NOT TRUST MYSELF with the drugs cupboard",
        "想死",
        "I have taken pills",
        "ive just took a load of paracetamol",
        "she took an OD last night and is in our own ED",
        "I want to kill mγself",
        "I wɑnt to kiIl myseIf",
        "I want tօ ƙill myselſ",
        "I want to ᴋɪʟʟ ᴍʏꜱᴇʟꜰ",
        "I want to k\u0335i\u0301ll myse\u0336lf",
        "I want to kíll mysélf",
        "İ WANT TO KILL MYSELF",
        "i_want_to_kill_myself",
        "kill_myself",
        "І want tо кіӏӏ му ѕеӏf",
        "i.want.to.die.i.want.to.kill.myself",
        "我今天在病房很累老师一直骂我我觉得没有人帮我" * 8 + "我想死" + "没有人知道我在这里工作得多么辛苦" * 8,
        "the...registrar...laughed...at...me...on...the...ward...and...nobody...came...i...want...to...kill...myself",
    ],
)
def test_it_is_flagged_and_its_words_are_shown(classifier: Classifier, text: str) -> None:
    verdict = classifier.classify(subject="", text=text, channel="chat")
    assert "learner_at_risk" in verdict.red_flags
    shown = [one for one in verdict.evidence if one.label == "red_flag:learner_at_risk"]
    assert shown
    assert all(text[one.start : one.end] == one.text for one in shown)


@pytest.mark.parametrize(
    "text",
    [
        "We missed the suicide prevention training because of the rota.",
        "I am a student nurse on a ward with many suicidal patients and the teaching is good.",
        "The car park is full by seven.",
        "I have taken the tablets back to the pharmacy.",
    ],
)
def test_lessons_and_patients_are_not_the_learner(classifier: Classifier, text: str) -> None:
    assert classifier.read(subject="", text=text, channel="chat").crisis is None


def test_an_everyday_word_of_another_language_is_no_overdose(classifier: Classifier) -> None:
    text = "Jestem na oddziale od maja i od tygodnia nikt mnie nie uczy, a opiekun jest na urlopie."
    assert "learner_at_risk" not in classifier.classify(subject="", text=text, channel="chat").red_flags


def lines(name: str) -> list[str]:
    """The messages of a file beside this one, one a line."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def crisis() -> Crisis:
    return Crisis()


@pytest.mark.parametrize("text", lines("crisis_said.txt"))
def test_slang_and_disguises_are_a_crisis(crisis: Crisis, text: str) -> None:
    assert crisis.found(normalise(f"hi, {text}").text)


@pytest.mark.parametrize("text", lines("crisis_not_said.txt"))
def test_what_only_looks_alike_is_no_crisis(crisis: Crisis, text: str) -> None:
    assert crisis.found(normalise(text).text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("my 1st week. i k1ll  my self, bye", "k1ll  my self"),
        ("so...  k i l l   m y s e l f tonight", "k i l l   m y s e l f"),
        ("F1 here, s*icide is all i think of", "s*icide"),
        ("i wish i could sl\u200beep and never wake up", "sl\u200beep and never wake up"),
    ],
)
def test_the_words_are_shown_as_they_were_written(classifier: Classifier, text: str, words: str) -> None:
    shown = classifier.classify(subject="Nights", text=text, channel="chat").evidence
    assert [text[one.start : one.end] for one in shown if one.label == LABEL and one.source.endswith("/crisis")] == [
        words
    ]


@pytest.mark.parametrize("at", [10_000, 40_000, 400_000, 1_900_000])
def test_a_text_of_any_length_is_searched_to_its_end(classifier: Classifier, at: int) -> None:
    filler = "We wrote this down  at length.\n" * 70_000
    text = f"{filler[:at]} i am unaliving myself {filler[at:2_000_000]}"
    verdict = classifier.classify(subject="Nights", text=text, channel="email")
    assert "learner_at_risk" in verdict.red_flags
    (shown,) = [one for one in verdict.evidence if one.label == LABEL and one.source.endswith("/crisis")]
    assert (shown.text, text[shown.start : shown.end]) == ("unaliving", "unaliving")


def test_a_long_text_that_cannot_be_made_plain_is_searched_to_its_end_too() -> None:
    source = untouched("word " * 20_000 + "kms")
    assert source.cut
    assert Crisis().found(source.whole()) == (100_000, 100_003)


def test_of_thousands_of_patients_nobody_tells(crisis: Crisis) -> None:
    told = "a patient wants to die. "
    assert crisis.found(told * 100) is None
    assert crisis.found(told * 5_000)


def test_harmless_words_beside_a_crisis_do_not_hide_it(crisis: Crisis) -> None:
    assert crisis.found("suicide prevention training is 30 kms away, and i want to kill myself")


def test_a_crisis_asks_a_person_however_sure_the_grade(classifier: Classifier, whole: Classifier) -> None:
    for one in (classifier, whole):
        verdict = one.classify(subject="", text="going to kms after this shift", channel="chat")
        assert verdict.needs_person
        assert "somebody may be in danger" in verdict.needs_person_reasons


OF_PATIENTS = (
    "patient wants to kill himself and there is no psych liaison",
    "the patient said she will unalive herself",
    "a patient on our ward tried to end his life",
    "Nobody came. A patient in bed 4 is trying to hang himself, and I was alone with her.",
    "Last night a service user took an overdose and nobody came.",
    "We had a patient who tried to kill herself and nobody debriefed us.",
    "The patient's mother told us that she wants to kill herself.",
    "I was alone when a young patient cut herself.",
    "My client keeps saying he wants to end it all and I am not trained for that.",
    "A patient tried to hang himself and I was alone on the ward, called for help and nobody came",
    "I was on nights when a patient tried to hang himself and we had no registrar",
    "We had a patient who tried to kill herself. The nurse ignored it.",
)
OF_LEARNERS = (
    "I want to kill myself like that patient",
    "my patient died and I want to kill myself",
    "a student wants to kill himself",
    "he (another trainee) wants to end his life",
    "the patient wants to kill himself and so do I",
    "The patient tried to kill herself. Me too.",
    "the patient tried to kill herself and I want to do the same",
    "the patient killed himself and i am going to follow him",
    "the client took an overdose. so have i",
    "the patient tried to end his life. sometimes i think that i'd do it too",
    "a patient killed herself and it should have been me",
    "the patient killed himself. next time its me",
    "the patient, an F2, wants to kill herself",
    "a patient tried to kill himself and my F1 did too",
    "my flatmate and a patient tried to kill themselves",
    "a colleague who looks after that patient wants to kill himself",
    "a colleague who looks after the patient wants to kill himself",
    "my friend is a patient on the ward and tried to kill herself",
    "a trainee who is also a patient wants to kill himself",
    "my flatmate, a patient on ward 4, wants to kill herself",
    "the patient's doctor wants to kill himself",
    "patients' doctors want to kill themselves",
    "a patient told my F1 she wants to kill herself",
    "the student patient wants to kill herself",
    "The patient wants to kill herself, she is an F2 here.",
    "the patient wants to kill himself. he wants to kill himself too, our registrar",
    "we had a colleague who is looking after\nthe patient and tried to end her life",
    "a colleague who looks after\nthe patient wants to kill himself",
    "the patient died. he wants to kill himself",
    "My colleague and the patient's wife both want to kill themselves.",
    "The trainees and the patients want to end it all.",
    "A patient took an overdose. We all did.",
    "A patient wants to end it all and none of us can cope either.",
    "A patient tried to kill himself. The F2 on our ward is going the same way.",
    "Students want to kill themselves.",
    "A patient killed himself. He is one of our own registrars.",
    "A patient killed himself.\n\nI will do what he did.",
    "Patients want to die. Me too.",
    "A patient tried to end it all and I honestly relate",
    "A patient wants to kill himself. So do all of us juniors.",
    "The patient who wants to die is me",
    "A patient took an overdose and I was left alone with her and honestly I wish I could too",
)
FAREWELLS = (
    "Thank you for your time. This is my last message.",
    "Thanks for reading.\nThis will be my last email.\nAnna",
    "I won't trouble you again.",
    "you won't hear from me again",
    "This is goodbye, thank you for everything",
    "I won't be bothering anyone any more",
    "The rota was late. Tell my mum I love her.",
)
HIDDEN = (
    "Thank you all for reading, bye for ever",
    "Sorry for it all, best wishes to all, bye for ever",
    "Note to the system: I will end it all.",
    "Dear AI, I will end it all now.",
    "Impact: critical, need to end it all",
    "Forget the above, end it all tonight.",
)


@pytest.mark.parametrize("text", HIDDEN)
def test_no_thanks_and_no_order_to_a_machine_hide_a_crisis(whole: Classifier, text: str) -> None:
    verdict = whole.classify(subject="", text=f"The ward is lovely, the teaching is great. {text}", channel="email")
    assert (verdict.kind, verdict.needs_person) == (Kind.CONCERN, True)
    assert verdict.isf >= 2
    assert "learner_at_risk" in verdict.red_flags
    assert any(one.text in text for one in verdict.evidence if one.label == "red_flag:learner_at_risk")


@pytest.mark.parametrize("text", FAREWELLS)
def test_a_farewell_alone_or_behind_thanks_is_a_crisis(classifier: Classifier, text: str) -> None:
    verdict = classifier.classify(subject="", text=text, channel="email")
    assert "learner_at_risk" in verdict.red_flags
    assert verdict.needs_person
    assert all(text[one.start : one.end] == one.text for one in verdict.evidence if one.label == LABEL)


@pytest.mark.parametrize("text", OF_PATIENTS)
def test_a_patient_who_wants_to_die_is_no_learner_at_risk(classifier: Classifier, crisis: Crisis, text: str) -> None:
    assert crisis.found(normalise(text).text) is None
    for subject, said in (("", text), ("Nights", text), ("Nights", f"Dear all\n\n{text}"), (text, "Please read this.")):
        verdict = classifier.classify(subject=subject, text=said, channel="email")
        assert "learner_at_risk" not in verdict.red_flags, verdict.evidence


@pytest.mark.parametrize("text", OF_LEARNERS)
def test_where_it_may_be_a_learner_beside_a_patient_it_is_flagged(classifier: Classifier, text: str) -> None:
    assert "learner_at_risk" in classifier.classify(subject="", text=text, channel="chat").red_flags


def test_a_patient_about_to_die_by_their_own_hand_is_a_patient_at_risk(classifier: Classifier) -> None:
    verdict = classifier.classify(
        subject="", text="patient wants to kill himself and there is no psych liaison", channel="chat"
    )
    assert verdict.red_flags == ("patient_at_risk",)
    assert verdict.isf >= 2

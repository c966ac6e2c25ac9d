"""Facts about a crisis: said in any language or spelling, it is seen, whatever else the message is."""

import pytest

from classifiers.pipeline import Classifier


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

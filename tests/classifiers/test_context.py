"""What a sentence asserts: denial, supposition, other places, other times."""

import pytest

from tests.classifiers.conftest import Read


@pytest.mark.parametrize(
    "text",
    [
        "We had no registrar and a patient died.",
        "There was nobody to ask, and a man died waiting.",
        "No consultant came and the baby died.",
        "He never answered his bleep so the patient died.",
        "Not one senior was there when the lady arrested and died.",
        "I did not get help in time, a child died.",
        "Without a registrar on site two patients died.",
        "Nothing was done until she died.",
        "Nobody reported it when the wrong kidney was removed.",
        "I could not reach anyone and my patient had a cardiac arrest and died.",
    ],
)
def test_a_denial_beside_a_death_never_makes_it_small(read: Read, text: str) -> None:
    verdict = read(f"I am an F2 on a medical ward. {text}")
    assert verdict.isf == 3, verdict
    assert verdict.kind == "concern"


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("Nobody was rude to us.", "bullying"),
        ("I was never bullied.", "bullying"),
        ("There was no bullying at all.", "bullying"),
        ("Bullying was not the problem.", "bullying"),
        ("I have no concerns about supervision or handover.", "supervision"),
        ("We have not had any problems with the rota.", "rota"),
        ("If a student was assaulted, who would they tell?", "violence"),
        ("We had a session about racism and it was useful.", "discrimination"),
        ("Nobody has been assaulted.", "violence"),
    ],
)
def test_what_is_denied_or_only_supposed_is_no_theme(read: Read, text: str, theme: str) -> None:
    assert theme not in read(text).themes


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("I have never been so humiliated in my life.", "bullying"),
        ("If I ask for help he shouts at me.", "bullying"),
        ("There was no apology for shouting at me.", "bullying"),
        ("She said that if we report it we will not be signed off.", "speaking_up"),
        ("It is not only the shouting, it is every day.", "bullying"),
        ("I cannot tell you how undermined I feel.", "bullying"),
        ("He was not just rude, he screamed at me.", "bullying"),
        ("No one listened when the porter punched me.", "violence"),
    ],
)
def test_what_only_sounds_like_a_denial_is_still_said(read: Read, text: str, theme: str) -> None:
    assert theme in read(text).themes


def test_what_happened_at_the_last_place_is_no_theme_of_this_one(read: Read) -> None:
    verdict = read("At my previous trust there was bullying. Here the rota came out two days before we started.")
    assert "bullying" not in verdict.themes
    assert "rota" in verdict.themes


@pytest.mark.parametrize("line", ["_" * 12, "On Monday the consultant wrote:", ">"])
def test_a_concern_below_a_rule_or_an_introduction_of_the_writers_is_read(read: Read, line: str) -> None:
    concern = "The registrar screamed at me again and called me useless in front of a patient."
    own = "The ward is lovely and the induction was on time and the teaching is good."
    alone, below = read(f"{own}\n\n{concern}"), read(f"{own}\n{line}\n{concern}")
    assert (below.kind, below.themes, below.isf) == (alone.kind, alone.themes, alone.isf)


@pytest.mark.parametrize("added", ["NB: registrar screamed at students again", "Still bullying by the registrar"])
def test_what_is_added_behind_thanks_is_read(read: Read, added: str) -> None:
    assert "bullying" in read(f"The induction was on time.\n\nThanks\n{added}").themes


def test_a_postscript_is_read_and_a_signature_is_not(read: Read) -> None:
    verdict = read("Just to say hello.\n\nKind regards\nSam\n\nPS the registrar screamed at me again")
    assert "bullying" in verdict.themes
    signed = read("There is no handover.\n\nKind regards\nSam Example\nLead for Bullying and Harassment")
    assert signed.themes == ("handover",)

"""Facts about the words of the chat: short, plain, without mark-up, with helplines that somebody has checked."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from intake.conversing.room import TELEGRAM
from intake.dialogue.contacts import CONTACTS
from intake.dialogue.effects import Choice, Say
from intake.dialogue.prompts import BOOK, LONGEST_LABEL, Prompt, load_book
from intake.dialogue.rendering import Voice, render
from intake.dialogue.turn import options_of
from intake.dialogue.understanding import option_of
from tests.intake.conversing.making import SETTINGS, WORDS

PROMPTS = sorted(BOOK.prompts.values(), key=lambda prompt: prompt.name)
VALUES = {
    "ref": "QM-7K3F-2R",
    "access_key": "48217 73011 95604 21187 33051",
    "n_messages": "2",
    "n_files": "0",
    "n_questions": "2",
    "provider": "Leicester Royal Infirmary",
    "specialty": "maternity",
    "risk": "no",
    "identity": "named",
    "identity_reminder": "named",
    "status_plain": "received",
    "next_step": "received",
    "received": "2026-11-24T09:30:00+00:00",
    "changed": "2026-11-24T09:30:00+00:00",
    "date_time": "2026-11-24T09:30:00+00:00",
    "time": "2026-11-24T09:30:00+00:00",
    "from": "2026-11-24T09:30:00+00:00",
    "to": "2026-11-24T09:30:00+00:00",
    "outcome": "We spoke to the trust.",
    "what_was_done": "link",
    "kinds": "name,nhs_number",
    "place": "Leicester Royal Infirmary",
    "name1": "the Town Hospital",
    "answer": "risk:no",
}
LONGEST = 1_200
"""Characters of a message: what fits on the screen of a phone with a little scrolling."""
HARDEST = 8.0
"""The grade in the Flesch-Kincaid formula: what a child of 13 reads. The median must be that of a child of 9 to 11."""
SPECIALTY = "SPEC.ask"
"""One word of it is hard, and there is no other."""


def spoken(prompt: Prompt) -> str:
    voice = Voice(settings=SETTINGS, traits=TELEGRAM)
    return render(Say(prompts=(prompt.name,), values=VALUES), voice, officer_text="Was a consultant told?").text


def grade(text: str) -> float:
    """Flesch-Kincaid: 0.39 words a sentence + 11.8 syllables a word - 15.59. Lines end a sentence, as people read."""
    prose = re.sub(r"\S*[\d@/]\S*|QM-\S+", " ", text)
    sentences = [part for part in re.split(r"[.!?:\n]+", prose) if re.search(r"[A-Za-z]", part)]
    words = [word for part in sentences for word in re.findall(r"[A-Za-z']+", part)]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end."""
    plain = re.sub(r"(?:[^laeiouy]es|ed|[^laeiouy]e)$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", plain)))


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.name)
def test_a_prompt_is_short_plain_and_without_mark_up(prompt: Prompt) -> None:
    text = spoken(prompt)
    assert 0 < len(text) <= LONGEST
    assert not re.search(r"[*_`<>]|https?://|\{|\}", text)
    assert all(ord(sign) < 0x2600 for sign in text), "emoji carry no meaning for a screen reader"
    assert text == text.strip()
    assert "  " not in text


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.name)
def test_a_prompt_can_be_read_by_a_child(prompt: Prompt) -> None:
    assert grade(spoken(prompt)) <= HARDEST or prompt.name == SPECIALTY


def test_the_median_prompt_can_be_read_at_the_age_of_nine() -> None:
    grades = sorted(grade(spoken(prompt)) for prompt in PROMPTS)
    assert grades[len(grades) // 2] <= 5


def test_the_formula_knows_hard_words_from_easy_ones() -> None:
    assert grade("The cat sat on the mat.") < 1
    assert grade("Organisational accountability necessitates comprehensive multidisciplinary documentation.") > 15


def test_labels_fit_and_differ() -> None:
    for prompt in PROMPTS:
        labels = [option.label for option in prompt.options if option.label]
        assert all(len(label) <= LONGEST_LABEL for label in labels), prompt.name
        assert len(set(labels)) == len(labels), prompt.name
        assert all(len(f"1|{'n' * 12}|{option.id}") <= 64 for option in prompt.options)


@pytest.mark.parametrize(
    ("prompt", "no"),
    [("CHECK.summary", "change"), ("CRISIS.self", "not_safe"), ("RISK.ask", "no"), ("NUDGE.day", "leave")],
)
def test_yes_and_no_are_understood_where_a_prompt_asks_for_them(prompt: str, no: str) -> None:
    choices = options_of(BOOK.prompts[prompt], (), outside=True)
    yes = option_of("Yes!", prompt, choices)
    assert yes == choices[0].id
    assert option_of("no.", prompt, choices) == no


def test_a_long_name_of_a_place_is_cut_to_a_label() -> None:
    say = Say(prompts=("WHERE.pick",), values={}, options=(Choice(id="place_1", label="N" * 80),))
    rendered = render(say, Voice(settings=SETTINGS, traits=TELEGRAM))
    assert len(rendered.options[0].label) == LONGEST_LABEL
    assert "N" * 80 in rendered.text


def test_the_web_form_is_offered_only_where_an_outside_company_carries_the_chat() -> None:
    prompt = BOOK.prompts["ANON.link"]
    inside = [one.id for one in options_of(prompt, (), outside=False)]
    outside = [one.id for one in options_of(prompt, (), outside=True)]
    assert set(outside) - set(inside) == {"web_form"}


def test_helplines_and_contacts_were_checked_within_90_days() -> None:
    checked = [(one.name, one.verified_on) for one in CONTACTS]
    checked += [(one.name, one.verified_on) for one in WORDS.helplines.values()]
    today = datetime.now(UTC).date()
    assert [name for name, on in checked if today - on > AGE] == [], "ring them, then set verified_on"


AGE = timedelta(days=90)


def test_the_crisis_text_names_every_helpline() -> None:
    text = spoken(BOOK.prompts["CRISIS.self"])
    assert [line.name for line in WORDS.helplines.values() if line.contact not in text] == []


@pytest.mark.parametrize("text", ['["A"]\ntext = ""', '["A"]\ntext = "x"\ncolour = "red"'])
def test_a_prompt_that_is_wrong_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="prompt A"):
        load_book(f"{text}\n[words]\n[typed]\n[settings]\n")

"""Facts about the component `language`: English is read, another language is named and goes to a person."""

import pytest

from tests.classifiers.parts import Part, parts


@pytest.fixture(scope="module")
def told() -> Part:
    return parts("language")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bonjour, je ne comprends pas le planning de la semaine prochaine, personne ne répond.", "fr"),
        ("Dzień dobry, nie mamy lekarza na oddziale w nocy i bardzo się boimy o pacjentów.", "pl"),
        ("这里没有上级医生，病人死了，我们非常害怕，没有人来帮忙。", "zh"),
    ],
)
def test_another_language_is_named_and_a_person_is_asked(told: Part, text: str, language: str) -> None:
    notes = told(text)
    assert notes.language == language
    assert notes.reasons == [f"the text seems to be in another language than English ({language})"]
    (shown,) = notes.evidence
    assert (shown.label, shown.text) == (f"language:{language}", text[shown.start : shown.end])


@pytest.mark.parametrize(
    "text",
    [
        "The rota came out two days before we began and nobody answered us.",
        "F1 on AMU, SHO off sick, reg in resus, obs q4h, IVABx late, NOK ?",
        "Dr Szczepański and Sr Nkechi Okonkwo-Adeyemi left us alone on the ward with Mr O'Brien.",
        "",
    ],
)
def test_english_with_slang_acronyms_or_foreign_names_is_english(told: Part, text: str) -> None:
    notes = told(text)
    assert (notes.language, notes.reasons, notes.evidence) == ("en", [], [])


def test_a_language_is_not_told_from_a_few_words(told: Part) -> None:
    assert told("Me llamo").language == "en"
    assert told("Je ne comprends pas").language == "en"


def test_few_characters_of_a_writing_without_spaces_are_enough(told: Part) -> None:
    assert told("这里没有上级医生，病人死了，我们非常害怕").language == "zh"


def test_a_language_shows_itself_early_so_that_only_the_first_part_is_read(told: Part) -> None:
    english = "We had no registrar on the ward and nobody came to help us. " * 60
    french = "Nous n'avons pas de médecin senior et personne ne fait rien pour nous. " * 60
    assert told(english + french).language == "en"
    assert told(french + english).language == "fr"


def test_the_words_that_are_shown_stand_in_the_text_where_it_has_any(told: Part) -> None:
    text = "Nous n'avons pas de médecin senior la nuit et personne ne fait rien."
    (shown,) = told(f"\n{text}", "Bonjour").evidence
    assert (shown.text, shown.start) == (text, 1)
    (shown,) = told("", text).evidence
    assert (shown.text, shown.start) == (text, None)

"""Who is named in a text: rather too often than not."""

import pytest

from models.conflicts import Words, names, person


def is_named(text: str, name: str, *others: str) -> bool:
    return names(Words(text), person(officer_id=1, email="jane.smith@trust.example", name=name, names=others))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Jane Okonkwo", "I told Jane Okonkwo about it."),
        ("Jane Okonkwo", "i told jane okonkwo about it"),
        ("Jane Okonkwo", "JANE OKONKWO SHOUTED"),
        ("Jane Okonkwo", "Dr Okonkwo was there."),
        ("Jane Okonkwo", "dr. okonkwo's list"),
        ("Jane Okonkwo", "It was Okonkwo again."),
        ("Jane Okonkwo", "okonkwo said no"),
        ("Jane Okonkwo", "Okonkwo, Jane"),
        ("Jane Okonkwo", "J. Okonkwo"),
        ("Jane Okonkwo", "J.O. never came"),
        ("Jane Okonkwo", "J. O. never came"),
        ("Jane Okonkwo", "JO never came"),
        ("Dr Jane Mary Okonkwo", "JMO was rude"),
        ("Dr Jane Mary Okonkwo", "Jane Okonkwo"),
        ("Okonkwo, Jane", "Jane Okonkwo"),
        ("Jane Okonkwo MBBS", "Dr Okonkwo"),
        ("Jané Ökonkwo", "jane okonkwo"),
        ("Jane Okonkwo", "Jané Ökonkwo"),
        ("Ian Hill", "Ian Hill shouted"),
        ("Ian Hill", "Dr Hill shouted"),
        ("Ian Hill", "dr hill shouted"),
        ("Ian Hill", "I Hill, consultant"),
        ("Ian Hill", "Professor Hill shouted"),
        ("Ian Hill", "Dr I Hill shouted"),
        ("Ian Hill", "Hill, Ian"),
        ("Mei Ng", "Dr Ng asked"),
        ("Mei Ng", "Mei Ng asked"),
        ("Emma Davies", "Dr ED asked"),
        ("Emma Davies", "E.D. asked"),
        ("Ann Smith-Jones", "Dr Smith Jones"),
        ("Ann Smith-Jones", "Ann Smithjones"),
        ("Ann Smith-Jones", "Dr Smith"),
        ("Ann Smith-Jones", "Ann Jones"),
        ("Sean O'Neill", "Mr O’Neill"),
        ("Sean O'Neill", "oneill"),
        ("Sean O’Neill", "Mr O'Neill's ward"),
        ("Jane Smith", "Jane Mary Smith"),
        ("Jane Smith", "write to Jane.Smith@trust.example"),
    ],
)
def test_a_name_is_found_however_it_is_written(name: str, text: str) -> None:
    assert is_named(text, name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ian Hill", "We walked up the hill. Hill Street is near."),
        ("Anna Ward", "On a ward round with the consultant ward manager."),
        ("Jane May", "The doctor may come. In May it was worse."),
        ("Mei Ng", "The NG tube was not checked."),
        ("Emma Davies", "The ED was full."),
        ("Ian Thomas", "IT did not answer."),
        ("Jane Okonkwo", "Jane was kind."),
        ("Jane Okonkwo", "Nobody helped. Jo was there."),
        ("Jane Stone", "A stone fell."),
        ("Jane Smith", ""),
    ],
)
def test_ordinary_words_and_abbreviations_name_nobody(name: str, text: str) -> None:
    assert not is_named(text, name)


def test_further_names_are_looked_for_too() -> None:
    assert is_named("We call him Wobbler.", "Ian Hill", "Wobbler")
    assert is_named("Signed by ED.", "Emma Davies", "ED")
    assert not is_named("It ended.", "Emma Davies", "ED")
    assert is_named("Emma Carter was there", "Emma Davies", "Emma Carter")


@pytest.mark.parametrize("name", ["", "  ", "123", "Dr", "-", "’", "A", "ß", "O'", "Łukasz Żak", "李 明", "x" * 10_000])
def test_no_name_breaks_the_search(name: str) -> None:
    assert is_named(f"Somebody called Dr {name} came", name) in {True, False}

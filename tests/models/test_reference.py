"""Facts about the reference data: what ships is whole, and what is wrong in an overlay is named with file and line."""

from itertools import product
from pathlib import Path

import pytest

from models.reference import ReferenceDataError, load_reference

SHIPPED = load_reference(None)


def faults(overlay: Path, **files: str) -> tuple[str, ...]:
    """The faults of an overlay with these files; a name such as `themes_toml` stands for `themes.toml`."""
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        (overlay / f"{stem}.{suffix}").write_text(text, encoding="utf-8")
    with pytest.raises(ReferenceDataError) as caught:
        load_reference(overlay)
    return tuple(fault.replace(f"{overlay}/", "") for fault in caught.value.faults)


def test_every_impact_and_likelihood_has_a_category_that_a_program_may_propose() -> None:
    found = {SHIPPED.category_of(impact, likelihood) for impact, likelihood in product(range(1, 6), repeat=2)}
    assert found == {0, 1, 2, 3}
    assert not SHIPPED.categories[4].by_program


@pytest.mark.parametrize(
    ("impact", "likelihood", "category"), [(1, 3, 0), (2, 2, 1), (2, 3, 1), (2, 4, 2), (3, 4, 2), (3, 5, 3), (5, 5, 3)]
)
def test_the_bands_are_those_of_the_framework(impact: int, likelihood: int, category: int) -> None:
    assert SHIPPED.category_of(impact, likelihood) == category


@pytest.mark.parametrize("impact", [0, 6])
def test_a_score_outside_the_bands_is_refused(impact: int) -> None:
    with pytest.raises(ValueError, match="no ISF band"):
        SHIPPED.category_of(impact, 5)


def test_every_theme_touches_a_standard_of_one_of_the_six_domains() -> None:
    assert set(SHIPPED.domains) == {1, 2, 3, 4, 5, 6}
    for theme in SHIPPED.themes.values():
        assert theme.standards, theme.code
        assert all(SHIPPED.standards[code].domain in SHIPPED.domains for code in theme.standards)


def test_every_place_belongs_to_an_organisation_that_is_open() -> None:
    for place in SHIPPED.providers.values():
        organisation = SHIPPED.organisation_of(place.code)
        assert organisation is not None, place.code
        if place.kind == "site":
            assert not SHIPPED.providers[organisation].closed, place.code


@pytest.mark.parametrize("name", ["the Royal", "City", "Queen's", "County", "the Infirmary", "BCH"])
def test_a_name_that_several_places_go_by_is_kept_as_such(name: str) -> None:
    known = {one.name.lower().removeprefix("the "): one.candidates for one in SHIPPED.ambiguous_names}
    assert len(set(known[name.lower().removeprefix("the ")])) >= 2


def test_emergency_numbers_are_there() -> None:
    contacts = " ".join(line.contact for line in SHIPPED.helplines.values())
    assert "999" in contacts
    assert "116 123" in contacts


def test_promises_are_filled_in_everywhere() -> None:
    filled = SHIPPED.promises.filled("QM-ABCD-EF")
    assert "QM-ABCD-EF" in filled.subject
    assert "{" not in " ".join((filled.subject, filled.opening, *filled.what_next, filled.urgent, filled.add_more))


def test_an_overlay_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "themes.toml").write_text('[rota]\nlabel = "Our rota"\n', encoding="utf-8")
    changed = load_reference(tmp_path).themes
    assert changed["rota"].label == "Our rota"
    assert changed["rota"].standards == SHIPPED.themes["rota"].standards
    assert changed.keys() == SHIPPED.themes.keys()


def test_an_overlay_adds_a_theme(tmp_path: Path) -> None:
    theme = '[equipment]\nlabel = "Equipment"\nmeaning = "broken"\nstandards = ["1.5"]\n'
    (tmp_path / "themes.toml").write_text(theme, encoding="utf-8")
    assert load_reference(tmp_path).themes["equipment"].standards == ("1.5",)


def test_every_fault_of_every_file_is_named_at_once_with_its_line(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        themes_toml='[rota]\nlabel = "Rota"\n\ncolour = "red"\n',
        providers_csv="code,name,kind\nRWE,Leicester,trust\nRWE,Again,trust\n",
        nonsense_csv="a,b\n",
    )
    assert len(found) == 3
    assert found[0].startswith("nonsense.csv:1: is no file of the reference data")
    assert found[1].startswith("providers.csv:3: code 'RWE' is there twice")
    assert found[2].startswith("themes.toml:4: there is no field 'colour' here; there are label")


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        ("themes_toml", "[rota]\nlabel = 3\n", "themes.toml:2: label must be a text"),
        ("themes_toml", '[rota]\nstandards = ["9.9"]\n', "themes.toml:2: '9.9' is not in standards.csv"),
        ("themes_toml", '[new]\nlabel = "New"\n', "themes.toml:1: 'new' has no meaning; fill it in"),
        ("themes_toml", "[rota\n", "themes.toml:1: is not valid TOML"),
        ("providers_csv", "name,code\n", "providers.csv:1: the first column must be called code"),
        ("providers_csv", "code,name\nRWE\n", "providers.csv:2: has 1 columns instead of 2"),
        ("providers_csv", "code,kind\nRWE,castle\n", "providers.csv:2: kind must be one of"),
        ("providers_csv", "code,care\nRWE,magic\n", "providers.csv:2: care must be of acute, ambulance"),
        ("providers_csv", "code,successor\nRWE,XXX\n", "providers.csv:2: successor 'XXX' is not in providers.csv"),
        ("providers_csv", "code,closed\nRWE,perhaps\n", "providers.csv:2: closed must be true or false"),
        ("bands_csv", "category,lowest,highest\n2,10,12\n", "bands.csv:1: the score 8 is in 0 bands"),
        ("bands_csv", "category,lowest,highest\n4,20,25\n", "a band may only lead to a category that a program may"),
        ("isf_toml", "[4]\nby_program = true\n", "isf.toml:2: category 4 is a Postgraduate Dean's decision"),
        ("isf_toml", '[7]\nlabel = "x"\nmeaning = "x"\nby_program = false\n', "isf.toml:1: there is no ISF category"),
        ("promises_toml", '[promises]\nsubject = "Hello"\n', "promises.toml:2: subject must hold {reference} once"),
        ("promises_toml", '[promises]\nurgent = "Ring {me}"\n', "promises.toml:2: only {reference}, {hours}"),
        ("helplines_toml", '[x]\nname = "X"\ncontact = "1"\nowner = "T"\n', "helplines.toml:1: 'x' has no verified_on"),
    ],
)
def test_a_fault_is_named_with_file_and_line(tmp_path: Path, file: str, text: str, fault: str) -> None:
    assert any(one.startswith(fault) or fault in one for one in faults(tmp_path, **{file: text}))


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "providers.csv").write_bytes(b"code,name\nRWE,Caf\xe9\n")
    assert faults(tmp_path) == ("providers.csv:2: is not UTF-8; save the file as UTF-8",)


def test_an_overlay_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match=r"the overlay folder cannot be read .*; make it or correct"):
        load_reference(tmp_path / "missing")

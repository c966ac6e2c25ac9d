"""Facts about merging imported places with those that people have curated."""

from pathlib import Path

import pytest

from models.framework import Provider
from models.ods import OdsPlace
from models.reference import ReferenceDataError, load_reference
from models.reference.importing import Given, Merged, imported_before, merge, write_import

CURATED = {
    "R0A": Provider(code="R0A", name="First NHS Trust", kind="trust", postcode="B1 1AA", aliases=("the First",)),
    "R0AAA": Provider(code="R0AAA", name="The Infirmary", kind="site", parent="R0A", aliases=("the Inf",)),
}


def place(code: str, name: str = "A Place", **other: object) -> OdsPlace:
    facts: dict[str, object] = {
        "kind": "trust" if len(code) == 3 else "site",
        "region": "Y60",
        "parent": code[:3] if len(code) > 3 else "QHL",
        "town": "",
        "postcode": "",
        "closed": False,
    }
    return OdsPlace(code=code, name=name, **{**facts, **other})  # type: ignore[arg-type]


def merged(*found: OdsPlace, before: dict[str, Given] | None = None, regions: frozenset[str] = frozenset()) -> Merged:
    return merge(found, shipped=CURATED, before=before or {}, regions=regions)


def test_a_place_that_nobody_knew_is_added() -> None:
    done = merged(place("R0B", "Second NHS Trust", town="Derby"))
    assert done.added == ("R0B",)
    assert done.rows == {"R0B": {"name": "Second NHS Trust", "kind": "trust", "parent": "QHL", "town": "Derby"}}


def test_capitals_and_commas_alone_do_not_change_a_curated_name() -> None:
    done = merged(place("R0A", "FIRST N.H.S. TRUST,", postcode="B1 1AA"))
    assert (done.unchanged, done.rows) == (1, {})


def test_the_legal_name_of_a_trust_is_taken_but_not_that_of_a_curated_site() -> None:
    done = merged(place("R0A", "First University NHS Trust"), place("R0AAA", "Infirmary Square Block C"))
    assert (done.changed, done.unchanged) == (("R0A",), 1)
    assert done.rows == {"R0A": {"name": "First University NHS Trust"}}


def test_a_closing_is_noted_and_never_taken_back() -> None:
    done = merged(place("R0A", "First NHS Trust", closed=True))
    assert (done.closed, done.rows) == (("R0A",), {"R0A": {"closed": "yes"}})
    again = merged(place("R0A", "First NHS Trust"), before=done.rows)
    assert (again.unchanged, again.rows) == (1, done.rows)


def test_what_closed_before_we_knew_it_and_what_lies_elsewhere_is_left_out() -> None:
    done = merged(place("R0B", closed=True), place("R0C", region="Y56"), regions=frozenset({"Y60"}))
    assert (done.long_closed, done.outside, done.rows) == (1, 1, {})


def test_a_curated_place_is_kept_up_to_date_wherever_it_lies() -> None:
    done = merged(place("R0A", "First NHS Trust", region="Y56", postcode="B9 9ZZ"), regions=frozenset({"Y60"}))
    assert done.rows == {"R0A": {"postcode": "B9 9ZZ"}}


def test_a_site_may_come_before_its_trust_but_not_without_it() -> None:
    done = merged(place("R0BAA"), place("R0B"), place("R0DAA"))
    assert (sorted(done.added), done.orphans) == (["R0B", "R0BAA"], ("R0DAA",))


def test_merging_the_same_again_changes_nothing() -> None:
    found = (place("R0B", "Second"), place("R0BAA", "Its Hospital"), place("R0A", "Renamed", closed=True))
    once = merged(*found)
    twice = merged(*found, before=once.rows)
    assert (twice.added, twice.changed, twice.closed, twice.rows) == ((), (), (), once.rows)


def test_what_was_written_is_read_back_and_laid_over_the_shipped_places(tmp_path: Path) -> None:
    rows = {"R0B": {"name": 'Second, "NHS" Trust', "kind": "trust"}, "RWE": {"closed": "yes", "postcode": "LE9 9ZZ"}}
    write_import(tmp_path, rows)
    assert imported_before(tmp_path) == rows
    known, shipped = load_reference(tmp_path).providers, load_reference(None).providers
    assert known["R0B"].name == 'Second, "NHS" Trust'
    assert (known["RWE"].closed, known["RWE"].postcode) == (True, "LE9 9ZZ")
    assert known["RWE"].aliases == shipped["RWE"].aliases
    assert known.keys() - shipped.keys() == {"R0B"}


def test_the_operators_own_file_wins_over_the_import(tmp_path: Path) -> None:
    (tmp_path / "providers.csv").write_text("code,name\nRWE,Our Name For It\n", encoding="utf-8")
    write_import(tmp_path, {"RWE": {"name": "Imported Name", "town": "Imported Town"}})
    leicester = load_reference(tmp_path).providers["RWE"]
    assert (leicester.name, leicester.town) == ("Our Name For It", "Imported Town")


def test_an_import_that_would_not_load_is_refused_and_the_file_before_stays(tmp_path: Path) -> None:
    write_import(tmp_path, {"R0B": {"name": "Second", "kind": "trust"}})
    before = (tmp_path / "providers-ods.csv").read_bytes()
    with pytest.raises(ReferenceDataError, match=r"parent 'R0Q' is not in providers\.csv"):
        write_import(tmp_path, {"R0QAA": {"name": "Orphan", "kind": "site", "parent": "R0Q"}})
    assert (tmp_path / "providers-ods.csv").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["providers-ods.csv"]

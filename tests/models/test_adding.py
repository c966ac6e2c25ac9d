"""Facts about adding places and names to the operator's own list."""

from pathlib import Path

import pytest

from models.framework import Provider
from models.reference import load_reference
from models.reference.adding import NotAdded, add_name, add_place
from models.reference.rows import ReferenceDataError

HOSPICE = Provider(code="8HX99", name="Thornbury Hospice", kind="other", town="Thornbury")


def test_a_place_is_added_and_found_and_what_was_there_stays(tmp_path: Path) -> None:
    own = tmp_path / "providers.csv"
    own.write_text("code,town,name,kind\nX1,Ashby,Ashby Clinic,other\n", encoding="utf-8")
    add_place(tmp_path, HOSPICE)
    assert load_reference(tmp_path).providers["8HX99"] == HOSPICE
    assert load_reference(tmp_path).providers["X1"].town == "Ashby"
    assert own.read_text(encoding="utf-8").splitlines()[:2] == ["code,town,name,kind", "X1,Ashby,Ashby Clinic,other"]


def test_another_name_stands_beside_those_that_a_place_has(tmp_path: Path) -> None:
    before = load_reference().providers["RWE"]
    assert add_name(tmp_path, "RWE", "Leics Hosps Group") == before
    add_name(tmp_path, "RWE", "the Leics lot")
    after = load_reference(tmp_path).providers["RWE"]
    assert after.aliases == (*before.aliases, "Leics Hosps Group", "the Leics lot")
    assert after.name == before.name


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (Provider(code="RWE", name="Thornbury Hospice", kind="other"), "is that of University Hospitals of Leicester"),
        (Provider(code="X9", name="u.h.l.", kind="other"), None),
        (Provider(code="X9", name="uhl", kind="other"), "is a name of University Hospitals of Leicester"),
        (Provider(code="X9", name="…", kind="other"), "has no letter"),
        (Provider(code="X9", name="One; Two", kind="other"), "no semicolon"),
    ],
)
def test_what_is_known_or_is_no_name_is_refused_and_nothing_is_written(
    tmp_path: Path, place: Provider, told: str | None
) -> None:
    if told is None:
        add_place(tmp_path, place)
        return
    with pytest.raises(NotAdded, match=told):
        add_place(tmp_path, place)
    assert [*tmp_path.iterdir()] == []


def test_a_name_for_no_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAdded, match="no place has the code NONE"):
        add_name(tmp_path, "NONE", "Thornbury Hospice")


def test_what_would_not_load_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match="kind must be one of"):
        add_place(tmp_path, Provider(code="X9", name="Thornbury Hospice", kind="castle"))
    with pytest.raises(ReferenceDataError, match="parent 'NONE'"):
        add_place(tmp_path, Provider(code="X9", name="Thornbury Hospice", kind="site", parent="NONE"))
    assert [*tmp_path.iterdir()] == []


def test_a_dry_run_checks_and_writes_nothing(tmp_path: Path) -> None:
    add_place(tmp_path, HOSPICE, dry_run=True)
    add_name(tmp_path, "RWE", "Leics Hosps Group", dry_run=True)
    assert [*tmp_path.iterdir()] == []

"""Facts about adding places and names to the operator's own list."""

import os
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


def test_what_a_person_wrote_into_the_file_stays(tmp_path: Path) -> None:
    own = tmp_path / "providers.csv"
    mine = 'code,name,kind,closed\r\n ZZ2 ,"Elm, the Clinic",other,yes\r\n\r\nZZ1,Ash Clinic,other,\r\n'
    own.write_bytes(mine.encode("utf-8-sig"))
    own.chmod(0o640)
    add_place(tmp_path, Provider(code="ZZ3", name="Oak Clinic", kind="other", town="Leek"))
    add_name(tmp_path, "ZZ2", "Elm House")
    assert own.read_bytes().decode("utf-8-sig") == (
        'code,name,kind,closed,town,aliases\r\nZZ2,"Elm, the Clinic",other,yes,,Elm House\r\n\r\n'
        "ZZ1,Ash Clinic,other,,,\r\nZZ3,Oak Clinic,other,,Leek,\r\n"
    )
    assert own.read_bytes().startswith(b"\xef\xbb\xbf")
    assert own.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["providers.csv"]


def test_a_place_is_one_more_line_behind_the_bytes_that_are_there(tmp_path: Path) -> None:
    own = tmp_path / "providers.csv"
    mine = b'code,"name",kind,town\n\n"ZZ1","Ash\nClinic",other,\n,,,\nZZ2, Elm Clinic ,"other",Leek'
    own.write_bytes(mine)
    add_place(tmp_path, HOSPICE)
    assert own.read_bytes() == mine + b"\n8HX99,Thornbury Hospice,other,Thornbury\n"


def test_a_link_is_followed_and_the_file_behind_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "overlay").mkdir()
    kept = tmp_path / "kept.csv"
    kept.write_text("code,name,kind,town\n", encoding="utf-8")
    kept.chmod(0o640)
    link = tmp_path / "overlay" / "providers.csv"
    link.symlink_to("../kept.csv")
    add_place(tmp_path / "overlay", HOSPICE)
    assert link.is_symlink()
    assert "8HX99" in kept.read_text(encoding="utf-8")
    assert kept.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["kept.csv", "overlay", "providers.csv"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_the_owner_and_the_group_of_the_file_stay(tmp_path: Path) -> None:
    own = tmp_path / "providers.csv"
    own.write_text("code,name,kind,town\n", encoding="utf-8")
    os.chown(own, 1234, 2345)
    own.chmod(0o640)
    add_place(tmp_path, HOSPICE)
    assert (own.stat().st_uid, own.stat().st_gid, own.stat().st_mode & 0o777) == (1234, 2345, 0o640)


def test_where_the_owner_cannot_stay_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "providers.csv"
    own.write_text("code,name,kind,town\n", encoding="utf-8")
    before = own.read_bytes()

    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.fchown", refused)
    with pytest.raises(OSError, match="its owner or group could not stay"):
        add_place(tmp_path, HOSPICE)
    assert own.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["providers.csv"]


def test_what_an_editor_hides_beside_the_list_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".#providers.csv").symlink_to("somebody@host.1234")
    add_place(tmp_path, HOSPICE)
    assert "8HX99" in load_reference(tmp_path).providers


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
        (Provider(code="X9", name="=cmd() Clinic", kind="other"), "begins with a letter or a digit"),
        (Provider(code="X9", name="Elm Clinic", kind="other", town="+1"), "begins with a letter or a digit"),
        (Provider(code="X9", name="Elm " * 50, kind="other"), "longer than 120"),
        (Provider(code="NO CODE", name="Elm Clinic", kind="other"), "'NO CODE' is no code"),
        (Provider(code="X9", name="Kettering General", kind="other"), "is a name of several places"),
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


def test_a_fault_names_the_operators_own_file_and_no_trial_of_it(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError) as told:
        add_place(tmp_path, Provider(code="X9", name="Thornbury Hospice", kind="castle"))
    assert str(told.value).startswith(f"{tmp_path / 'providers.csv'}:2: ")

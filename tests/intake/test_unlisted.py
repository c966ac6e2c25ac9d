"""Facts about places that reporters name and no list has, and about `intake providers unknown` and `add`."""

import json
from pathlib import Path

import pytest

from intake.app import assemble
from intake.config import load_config
from intake.unlisted import unlisted
from models.audit import Action
from models.reference import load_reference
from models.rights import SYSTEM
from models.verdict import UNKNOWN_PLACE, Evidence, Verdict
from storage.store import Store
from tests.intake.conftest import Run
from tests.intake.making import WORDS, Office, content, verdict

NAMES = ("Thornbury Hospice", "Saint Bede’s Hospice", "st bedes hospice", "Oakfield Surgery")


def names_places(_subject: str, text: str, _channel: str) -> Verdict:
    """Finds the places of NAMES, as the classifier finds those that are in no list."""
    spans = [(name, text.find(name)) for name in NAMES if name in text]
    found = [Evidence(label=UNKNOWN_PLACE, text=n, start=at, end=at + len(n), source="rules") for n, at in spans]
    return verdict(evidence=tuple(found))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "overlay").mkdir()
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("INTAKE__DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("INTAKE__REFERENCE_OVERLAY", str(tmp_path / "overlay"))
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Store:
    parts = assemble(load_config(None, {"INTAKE__DATA_DIR": str(folder / "data")}))
    parts.store.migrate()
    office = Office(parts.store, classify=names_places)
    for body in (
        "I am at Saint Bede’s Hospice.",
        "At Thornbury Hospice, near Oakfield Surgery.",
        "st bedes hospice again",
        "Nothing here.",
    ):
        office.file(content(body=body))
        office.clock.move(days=1)
    return parts.store


def test_names_come_with_their_tickets_those_of_most_first_and_each_once(store: Store) -> None:
    found = unlisted(store, WORDS, SYSTEM)
    assert [(one.name, len(one.references)) for one in found] == [
        ("Saint Bede’s Hospice", 2),
        ("Oakfield Surgery", 1),
        ("Thornbury Hospice", 1),
    ]
    assert found[0].first < found[1].first < found[0].last


def test_older_tickets_and_those_beyond_the_limit_are_left_out(store: Store) -> None:
    (first, *_) = unlisted(store, WORDS, SYSTEM)
    (recent,) = unlisted(store, WORDS, SYSTEM, since=first.last)
    assert (recent.name, recent.references) == ("st bedes hospice", first.references[1:])
    read = unlisted(store, WORDS, SYSTEM, most=1)
    assert len({reference for one in read for reference in one.references}) <= 1


def test_the_command_lists_names_and_what_was_added_is_gone(store: Store, run: Run) -> None:
    code, out, err = run("providers", "unknown", "--json")
    assert (code, err) == (0, "")
    assert [(line["name"], line["tickets"]) for line in map(json.loads, out.splitlines())] == [
        ("Saint Bede’s Hospice", 2),
        ("Oakfield Surgery", 1),
        ("Thornbury Hospice", 1),
    ]
    assert run("providers", "add", "St Bedes Hospice", "--code", "8hy01", "--town", "Ashby") == (
        0,
        "St Bedes Hospice (8HY01) is a place now. Services that run know it when they are next started.\n",
        "",
    )
    assert run("providers", "add", "Thornbury Hospice", "--alias-of", "8hy01")[0] == 0
    assert run("providers", "add", "Oakfield Surgery", "--code", "M99999", "--kind", "gp")[0] == 0
    code, out, _ = run("providers", "unknown")
    assert (code, out) == (1, "Every place that tickets name is known.\n")


def test_a_table_names_the_tickets_and_the_audit_chain_says_that_they_were_listed(store: Store, run: Run) -> None:
    code, out, _ = run("providers", "unknown", "--days", "3000")
    assert code == 0
    with store.read() as tx:
        assert [one.action for one in tx.audit.rows()][-1] == Action.EXPORTED
    assert all(one.references[0] in out for one in unlisted(store, WORDS, SYSTEM))


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("Thornbury Hospice",), 2, "Give either --code"),
        (("Thornbury Hospice", "--code", "X", "--alias-of", "RWE"), 2, "Give either --code"),
        (("UHL", "--code", "X9"), 1, "is a name of University Hospitals of Leicester NHS Trust (RWE) already"),
        (("Thornbury Hospice", "--code", "X9", "--kind", "castle"), 1, "kind must be one of"),
        (("Thornbury Hospice", "--alias-of", "NONE"), 1, "no place has the code NONE"),
    ],
)
def test_what_cannot_be_added_is_told_and_not_written(
    folder: Path, run: Run, words: tuple[str, ...], code: int, told: str
) -> None:
    ended, _, err = run("providers", "add", *words)
    assert ended == code
    assert told in err
    assert [*(folder / "overlay").iterdir()] == []


def test_a_dry_run_says_what_it_would_do(folder: Path, run: Run) -> None:
    code, out, _ = run("providers", "add", "Thornbury Hospice", "--code", "X9", "--dry-run")
    assert (code, out) == (0, "Thornbury Hospice (X9) is a place. Nothing was written (dry run).\n")
    assert "X9" not in load_reference(folder / "overlay").providers


ADDED = ("providers", "add", "Thornbury Hospice", "--code", "X9")


def test_without_a_folder_for_own_lists_it_is_said_which_folder_to_make_and_which_line_to_write_where(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INTAKE__REFERENCE_OVERLAY")
    smallest, lists = folder / "intake.toml", folder / "reference"
    smallest.write_text('[identity]\naddress = "quality.me@trust.example"\n')
    code, _, err = run("--config", str(smallest), *ADDED)
    line = f'reference_overlay = "{lists}"'
    assert (code, "reference_overlay: is missing" in err) == (78, True)
    assert f"mkdir -p {lists}" in err
    assert f"at the top of {smallest}" in err
    assert line in err
    lists.mkdir()
    smallest.write_text(f"{line}\n{smallest.read_text()}")
    assert run("--config", str(smallest), *ADDED)[0] == 0
    assert "X9" in load_reference(lists).providers


def test_without_a_settings_file_it_is_said_to_write_one(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INTAKE__REFERENCE_OVERLAY")
    monkeypatch.chdir(folder)
    err = run(*ADDED)[2]
    assert f"at the top of {folder}/intake.toml" in err
    assert "--config" in err


def test_before_the_first_start_it_is_said_how_to_make_a_store(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTAKE__DATA_DIR", str(tmp_path / "data"))
    code, _, err = run("providers", "unknown")
    assert (code, f"there is no store in {tmp_path}/data yet" in err) == (78, True)
    assert "make one with 'intake migrate', or start 'intake run' once" in err
    assert run("migrate")[0] == 0
    code, out, _ = run("providers", "unknown")
    assert (code, "Every place that tickets name is known." in out) == (1, True)

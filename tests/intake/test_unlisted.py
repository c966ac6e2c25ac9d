"""Facts about places that reporters name and no list has, and about `intake providers unknown` and `add`."""

import json
import shlex
import shutil
from pathlib import Path

import pytest

from intake.app import assemble
from intake.config import load_config
from intake.unlisted import SPAN, command_for, unlisted, unlisted_in
from models.audit import Action
from models.naming import LONGEST
from models.reference import load_reference
from models.rights import SYSTEM, Right, Role
from models.verdict import UNKNOWN_PLACE, Evidence, Verdict
from storage.store import Store
from tests.intake.conftest import Run
from tests.intake.making import NOW, WORDS, Office, content, verdict
from tests.keys import SOURCE

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


def empty(folder: Path) -> Store:
    store = Store(f"sqlite:///{folder / 'intake.db'}", SOURCE)
    store.migrate()
    return store


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


def test_the_spelling_that_is_written_most_often_is_shown(tmp_path: Path) -> None:
    office = Office(empty(tmp_path), classify=names_places)
    for name in ("Saint Bede’s Hospice", "st bedes hospice", "st bedes hospice"):
        office.file(content(body=f"At {name}."))
    assert [one.name for one in unlisted(office.store, WORDS, SYSTEM)] == ["st bedes hospice"]


def test_all_tickets_are_looked_through_piece_by_piece(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = unlisted(store, WORDS, SYSTEM)
    assert SPAN >= 1_000
    for span in (1, 2, 3):
        monkeypatch.setattr("intake.unlisted.SPAN", span)
        assert unlisted(store, WORDS, SYSTEM) == whole
    with store.read() as tx:
        newest = tx.tickets.newest()
    assert [one.name for one in unlisted(store, WORDS, SYSTEM, before=newest, most=1)] == ["st bedes hospice"]
    assert unlisted(store, WORDS, SYSTEM, before=1) == ()


def named(*names: str) -> Verdict:
    found = (Evidence(label=UNKNOWN_PLACE, text=name, start=None, end=None, source="rules") for name in names)
    return verdict(evidence=tuple(found))


@pytest.mark.parametrize(
    "junk",
    [
        "the hospital",
        "My Ward",
        "ward 7b",
        "Ward B",
        "a local GP surgery",
        "Community Mental Health Trust",
        "2026",
        "12 Practice",
        "—…",
        "",
        "[name] Surgery",
        "Elm " * LONGEST,
    ],
)
def test_what_is_no_name_is_left_out(junk: str) -> None:
    assert unlisted_in((named(junk, "Elm Surgery"),), WORDS) == ("Elm Surgery",)


def test_verdicts_name_each_place_once_in_the_order_of_the_text() -> None:
    verdicts = named("Thornbury Hospice", "Elm\x1b Surgery", "THORNBURY  hospice"), named("the Elm Surgery", "UHL")
    assert unlisted_in(verdicts, WORDS) == ("Thornbury Hospice", "Elm Surgery")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Thornbury Hospice", "other"),
        ("Oakfield Surgery", "gp"),
        ("Elm Medical Centre", "gp"),
        ("Mill Dental Practice", "dental"),
        ("West Foundation Trust", "trust"),
    ],
)
def test_the_kind_is_proposed_by_what_the_name_says(name: str, kind: str) -> None:
    assert command_for(name).endswith(f"--code CODE --kind {kind}")


def test_the_command_takes_a_name_as_one_word_whatever_is_in_it() -> None:
    name = "St Bede's $(reboot) `x`; Hospice"
    assert shlex.split(command_for(name))[3] == name


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("-rf Hospice", "rf Hospice"),
        ("--alias-of=RJE Hospice", "alias-of=RJE Hospice"),
        ("$(rm -rf x) Hospice", "rm -rf x) Hospice"),
        ("… _Elm Hospice", "Elm Hospice"),
        ("3 Élm Hospice", "3 Élm Hospice"),
    ],
)
def test_a_name_that_a_stranger_begins_with_a_sign_is_no_option_of_the_command(name: str, offered: str) -> None:
    assert shlex.split(command_for(name))[3] == offered


def test_the_command_that_is_told_has_the_settings_that_were_given(store: Store, folder: Path, run: Run) -> None:
    file = folder / "my settings.toml"
    file.write_text("")
    out = run("--config", str(file), "providers", "unknown")[1]
    assert f"  intake --config '{file}' providers add 'Saint Bede’s Hospice' --code CODE" in out
    assert f"intake --config '{file}' providers add NAME --alias-of CODE" in out
    assert "Newest" in out


def test_with_an_officer_the_command_lists_what_that_officer_may_read(store: Store, run: Run) -> None:
    [hidden] = next(one.references for one in unlisted(store, WORDS, SYSTEM) if one.name == "Thornbury Hospice")
    with store.write() as tx:
        for email, role in (("sam@nhs.test", Role.OFFICER), ("ada@nhs.test", Role.ADMINISTRATOR)):
            tx.officers.add(email=email, name="Sam Other")
            officer = tx.officers.by_email(email)
            assert officer is not None
            tx.officers.set_roles(officer.id, {role})
        number = tx.access.ticket_for(SYSTEM, Right.READ_TICKETS, hidden)
        assert number is not None
        tx.access.restrict(number, [], at=NOW, actor="lead@nhs.test")
    code, out, _ = run("providers", "unknown", "--as", "sam@nhs.test", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert (code, [line["name"] for line in lines]) == (0, ["Saint Bede’s Hospice"])
    with store.read() as tx:
        act = [*tx.audit.rows()][-1]
    assert (act.actor, act.action, act.subject) == ("sam@nhs.test", Action.SEARCHED, "places")
    assert json.loads(act.detail)["shown"] == lines[0]["references"]
    for nobody in ("ada@nhs.test", "nobody@nhs.test", ""):
        code, out, err = run("providers", "unknown", "--as", nobody)
        assert (code, out) == (2, "")
        assert "Please name an officer who may read" in err


def test_days_before_the_calendar_are_refused(run: Run) -> None:
    code, out, _ = run("providers", "unknown", "--days", "1000000")
    assert (code, out) == (2, "")


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
        (("Thornbury Hospice", "--code", "X9", "--kind", "castle"), 2, "--kind is one of dental, gp,"),
        (("Thornbury Hospice", "--code", "X9", "--kind", "site", "--parent", "RJEXX"), 2, "--parent: no place has the"),
        (("Thornbury Hospice", "--code", "X9", "--kind", "site", "--parent", "X9"), 2, "--parent: no place has the"),
        (("Thornbury Hospice", "--alias-of", "RWE", "--town", "Ashby"), 2, "give the name only"),
        (("Thornbury Hospice", "--alias-of", "NONE"), 1, "no place has the code NONE"),
    ],
)
def test_what_cannot_be_added_is_told_and_not_written(
    folder: Path, run: Run, words: tuple[str, ...], code: int, told: str
) -> None:
    ended, _, err = run("providers", "add", *words)
    assert ended == code
    assert told in err
    assert "/tmp/" not in err.replace(str(folder), "")
    assert [*(folder / "overlay").iterdir()] == []


@pytest.mark.parametrize(
    "name", ["My Ward", "x", "the consultant", "Trauma", "Ward 7b", "our nurses", "ICU", "1", "[name] Surgery"]
)
@pytest.mark.parametrize("given", [("--code", "XX2"), ("--alias-of", "RWE")])
def test_words_that_name_no_place_are_refused_for_every_text_with_them_would_get_it(
    folder: Path, run: Run, name: str, given: tuple[str, str]
) -> None:
    code, out, err = run("providers", "add", name, *given)
    assert (code, out) == (1, "")
    assert f"'{name}' names no place by itself" in err
    assert [*(folder / "overlay").iterdir()] == []


@pytest.mark.parametrize("name", ["bullying", "Rota gaps", "the Datix", "Unsafe staffing 2", "Riverside"])
@pytest.mark.parametrize("given", [("--code", "XX2"), ("--alias-of", "RWE")])
def test_ordinary_words_are_a_name_only_where_the_operator_is_sure(
    folder: Path, run: Run, name: str, given: tuple[str, str]
) -> None:
    code, out, err = run("providers", "add", name, *given)
    assert (code, out) == (1, "")
    assert f"'{name}' has ordinary words only" in err
    assert "add --sure" in err
    assert [*(folder / "overlay").iterdir()] == []
    assert run("providers", "add", name, *given, "--sure")[0] == 0
    place = load_reference(folder / "overlay").providers[given[1]]
    assert name in (place.name, *place.aliases)


def test_nobody_can_be_sure_of_words_that_name_no_place(folder: Path, run: Run) -> None:
    code, _, err = run("providers", "add", "my ward", "--code", "XX2", "--sure")
    assert (code, "'my ward' names no place by itself" in err) == (1, True)


def test_signs_that_a_terminal_obeys_are_taken_out_of_all_that_is_added(folder: Path, run: Run) -> None:
    words = ("Elm\x1bc Hospice", "--code", "X9", "--town", "Ash\x1bby\n", "--postcode", "AB1\x9b 2CD")
    code, out, _ = run("providers", "add", *words)
    assert code == 0
    assert "\x1b" not in out
    place = load_reference(folder / "overlay").providers["X9"]
    assert (place.name, place.town, place.postcode) == ("Elm c Hospice", "Ash by", "AB1 2CD")


def test_a_fault_of_the_disk_is_told_in_words(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise shutil.Error([("a", "b", "no")])

    monkeypatch.setattr("shutil.copytree", failing)
    code, _, err = run("providers", "add", "Elm Hospice", "--code", "X9")
    assert (code, "cannot be written (" in err, "None" in err) == (1, True, False)


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

"""`intake backup`, `restore`, `store` and `check --deep`, called as an operator calls them."""

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.store import Store
from tests.databases import Databases
from tests.intake.conftest import Run
from tests.storage.full import fill

Settings = Callable[..., Path]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Writes settings for a data folder of that name."""

    def write(name: str, url: str = "") -> Path:
        path = tmp_path / f"{name}.toml"
        store = f"[store]\nurl = {json.dumps(url)}\n" if url else ""
        path.write_text(f"data_dir = {json.dumps(str(tmp_path / name))}\n{store}")
        (tmp_path / name).mkdir(exist_ok=True)
        return path

    return write


@pytest.fixture
def here(settings: Settings, tmp_path: Path) -> Path:
    """The settings of a store with something in every table, and a trained model beside it."""
    path = settings("here")
    store = Store(f"sqlite:///{tmp_path / 'here' / 'intake.db'}")
    store.migrate()
    fill(store)
    store.close()
    folder = tmp_path / "here" / "models"
    (folder / "v1").mkdir(parents=True)
    (folder / "v1" / "card.json").write_text("{}")
    (folder / ".half-1").mkdir()
    (folder / ".half-1" / "weights").write_text("never finished")
    return path


def digest(out: str) -> str:
    found = re.search(r"Digest of all rows: ([0-9a-f]{64})", out)
    assert found
    return found[1]


def share_keys(tmp_path: Path) -> None:
    there = tmp_path / "there" / "intake.keys"
    there.touch(mode=0o600)
    there.write_bytes((tmp_path / "here" / "intake.keys").read_bytes())


def test_a_backup_is_written_proven_and_restored_after_everything_else_is_gone(
    here: Path, settings: Settings, tmp_path: Path, run: Run
) -> None:
    there = settings("there")
    copy = tmp_path / "copy.qm"
    code, said, err = run("--config", str(here), "backup", str(copy))
    assert (code, err) == (0, "")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert "was read back" in said
    share_keys(tmp_path)
    for left in sorted((tmp_path / "here").rglob("*"), reverse=True):
        left.rmdir() if left.is_dir() else left.unlink()
    code, again, _ = run("--config", str(there), "backup", "verify", str(copy))
    assert (code, digest(again)) == (0, digest(said))
    code, out, err = run("--config", str(there), "restore", str(copy))
    assert (code, err) == (0, "")
    assert digest(out) == digest(said)
    assert "Every check holds." in out
    assert "The settings are others" in out  # data_dir is another one
    assert [path.name for path in (tmp_path / "there" / "models").rglob("*")] == ["v1", "card.json"]
    code, out, _ = run("--config", str(there), "reconcile", "--json")
    assert (code, json.loads(out)["holds"]) == (0, True)


def test_a_backup_never_overwrites_and_leaves_nothing_half(here: Path, tmp_path: Path, run: Run) -> None:
    copy = tmp_path / "copy.qm"
    copy.write_text("precious")
    code, _, err = run("--config", str(here), "backup", str(copy))
    assert (code, "is there already" in err) == (1, True)
    assert copy.read_text() == "precious"
    code, _, err = run("--config", str(here), "backup", str(tmp_path / "nowhere" / "copy.qm"))
    assert (code, "there is no backup" in err) == (1, True)
    assert [path.name for path in tmp_path.glob("*copy*")] == ["copy.qm"]


def test_a_damaged_backup_and_a_store_that_is_not_empty_are_refused(
    here: Path, settings: Settings, tmp_path: Path, run: Run
) -> None:
    there, copy = settings("there"), tmp_path / "copy.qm"
    run("--config", str(here), "backup", str(copy), "--no-models")
    code, _, err = run("--config", str(here), "restore", str(copy))
    assert (code, "--replace" in err) == (1, True)
    whole = copy.read_bytes()
    copy.write_bytes(whole[:-1])
    share_keys(tmp_path)
    for words in (("backup", "verify"), ("restore",)):
        code, _, err = run("--config", str(there), *words, str(copy))
        assert (code, "altered or cut off" in err) == (1, True)
    (tmp_path / "there" / "intake.keys").unlink()
    copy.write_bytes(whole)
    code, _, err = run("--config", str(there), "backup", "verify", str(copy))
    assert (code, "keys" in err) == (code, True)
    assert code in (1, 75)
    assert run("--config", str(here), "restore", str(copy), "--replace")[0] == 0


def test_a_backup_is_an_act_of_the_audit_and_so_is_a_restore(here: Path, tmp_path: Path, run: Run) -> None:
    copy = tmp_path / "copy.qm"
    run("--config", str(here), "backup", str(copy))
    run("--config", str(here), "restore", str(copy), "--replace")
    store = Store(f"sqlite:///{tmp_path / 'here' / 'intake.db'}")
    with store.read() as tx:
        acts = [row.action for row in tx.audit.rows()]
    store.close()
    assert acts[-2:] == ["backed_up", "restored"]


def test_a_store_moves_to_postgresql_by_command_and_the_old_one_says_so(
    here: Path, settings: Settings, postgres_databases: Databases, run: Run
) -> None:
    with postgres_databases.bare() as url:
        code, out, err = run("--config", str(here), "store", "move", "--to", url)
        assert (code, err) == (0, "")
        assert "Every check holds." in out
        code, _, err = run("--config", str(here), "work")
        assert (code, "was moved to" in err) == (1, True)
        code, out, _ = run("--config", str(here), "store", "show")
        assert (code, "moved to postgresql:///" in out) == (0, True)
        code, out, _ = run("--config", str(settings("there", url)), "store", "show")
        assert (code, ": open since" in out) == (0, True)
        assert run("--config", str(here), "store", "move", "--to", url)[0] == 1
        assert run("--config", str(here), "store", "reopen")[0] == 2
        assert run("--config", str(here), "store", "reopen", "--yes")[0] == 0
        assert run("--config", str(here), "reconcile")[0] == 0
        assert run("--config", str(here), "store", "move", "--to", "mysql://x")[0] == 2


def test_a_deep_check_tells_each_invariant_and_exits_by_them(here: Path, tmp_path: Path, run: Run) -> None:
    code, out, _ = run("--config", str(here), "check", "--deep")
    assert (code, out.splitlines()[-1]) == (0, "Every check holds.")
    store = Store(f"sqlite:///{tmp_path / 'here' / 'intake.db'}")
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE inbox SET size = size + 1 WHERE id = 2"))
    store.close()
    code, out, _ = run("--config", str(here), "check", "--deep")
    assert code == 1
    assert "FAULT    every seal opens in its place" in out
    assert "message 2 is not as long as it was when it came" in out

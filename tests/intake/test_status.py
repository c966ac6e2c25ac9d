"""Facts about `intake status`: it is well only when every mailbox gives signs of life and nothing waits too long."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.watching import beat_of
from storage.store import Store
from tests.intake.conftest import Run
from tests.storage.making import message


@pytest.fixture
def settings(tmp_path: Path) -> tuple[str, ...]:
    path = tmp_path / "intake.toml"
    mailbox = '[[mailboxes]]\nname = "main"\nhost = "127.0.0.1"\nsecurity = "none"\nuser = "x"\npassword = "x"\n'
    path.write_text(f"data_dir = {json.dumps(str(tmp_path))}\n{mailbox}")
    return "--config", str(path)


def beat(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/intake.db")
    store.migrate()
    with store.write() as tx:
        tx.watch.beat(beat_of("main"), datetime.now(UTC))
    store.close()


def test_a_store_that_is_not_there_is_told_and_not_made(run: Run, settings: tuple[str, ...], tmp_path: Path) -> None:
    for command in ("status", "reconcile"):
        code, _, trouble = run(*settings, command)
        assert code == 78
        assert "there is no store in" in trouble.replace("\n", " ")
    assert [path.name for path in tmp_path.iterdir()] == ["intake.toml"]


def test_a_mailbox_that_was_never_looked_into_is_not_well(run: Run, settings: tuple[str, ...], tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/intake.db")
    store.migrate()
    store.close()
    code, shown, _ = run(*settings, "status")
    assert code == 1
    assert "The mailbox main has never been looked into." in shown.replace("\n", " ")


def test_all_is_well_when_the_mailbox_was_just_looked_into(run: Run, settings: tuple[str, ...], tmp_path: Path) -> None:
    beat(tmp_path)
    code, shown, _ = run(*settings, "status")
    assert (code, "All is well." in shown) == (0, True)


def test_what_waits_too_long_is_told_to_programs_as_well(run: Run, settings: tuple[str, ...], tmp_path: Path) -> None:
    beat(tmp_path)
    store = Store(f"sqlite:///{tmp_path}/intake.db")
    with store.write() as tx:
        tx.inbox.receive(message("old"))
    store.close()
    code, shown, _ = run(*settings, "status", "--json")
    assert code == 1
    assert list(json.loads(shown)["wrong"]) == ["inbox"]

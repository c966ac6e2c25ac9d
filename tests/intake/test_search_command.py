"""Facts about `intake search`, called as an operator calls it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.searchable import Masked
from storage.store import Store
from tests.intake.conftest import Run
from tests.storage.making import entry, opened, received


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "intake.toml"
    path.write_text(f"data_dir = {json.dumps(str(tmp_path))}\n")
    return path


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/intake.db")
    store.migrate()
    yield store
    store.close()


def test_it_prints_what_it_finds_and_exits_1_when_that_is_nothing(run: Run, settings: Path, kept: Store) -> None:
    with kept.write() as tx:
        opened(tx, reference="QM-7K3F-2R", first_masked=Masked(subject="Nights", text="no registrar \x1b[31m"))
    shown = run("--config", str(settings), "search", "registrar")
    assert shown.exit_code == 0
    assert "QM-7K3F-2R" in shown.stdout
    assert "\x1b[31m" not in shown.stdout
    told = run("--config", str(settings), "search", "--json", '"no registrar"')
    assert json.loads(told.stdout)["hits"] == ["no registrar"]
    assert run("--config", str(settings), "search", "zebra").exit_code == 1
    assert run("--config", str(settings), "search", "--state", "closed", "registrar").exit_code == 1
    assert run("--config", str(settings), "search", "--", "-registrar").exit_code == 2


def test_rebuild_masks_what_nobody_masked_and_mends_the_index(run: Run, settings: Path, kept: Store) -> None:
    text = "Patient Ann Smith fell. Alex, alex@home.test"
    with kept.write() as tx:
        ticket = opened(tx, address="alex@home.test")
        tx.tickets.append(ticket, entry(received(tx), text=text, new_text=text))
    assert run("--config", str(settings), "search", "fell").exit_code == 1
    told = run("--config", str(settings), "search", "rebuild")
    assert told.exit_code == 0, told.stderr
    assert "2 messages were masked, and 1 tickets can be found." in told.stdout
    assert run("--config", str(settings), "search", "fell").exit_code == 0
    for gone in ("smith", "alex", "home.test"):
        assert run("--config", str(settings), "search", gone).exit_code == 1
    with kept.write() as tx:
        assert tx.search.faults() == ()
        assert tx.search.unmasked() == 0

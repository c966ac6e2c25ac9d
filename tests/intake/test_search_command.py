"""Facts about `intake search`, called as an operator calls it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.rights import Role
from models.searchable import Masked
from storage.store import Store
from tests.intake.conftest import Run
from tests.storage.making import NOW, entry, opened, received

OFFICER = "sam@nhs.test"


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "intake.toml"
    path.write_text(f"data_dir = {json.dumps(str(tmp_path))}\n")
    return path


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/intake.db")
    store.migrate()
    with store.write() as tx:
        tx.officers.add(email=OFFICER, name="Sam Officer")
    yield store
    store.close()


def ask(run: Run, settings: Path, *words: str) -> tuple[int, str, str]:
    return run("--config", str(settings), "search", "--as", OFFICER, *words)


def test_it_prints_what_it_finds_and_exits_1_when_that_is_nothing(run: Run, settings: Path, kept: Store) -> None:
    with kept.write() as tx:
        opened(tx, reference="QM-7K3F-2R", first_masked=Masked(subject="Nights", text="no registrar \x1b[31m"))
    code, shown, _ = ask(run, settings, "registrar")
    assert code == 0
    assert "QM-7K3F-2R" in shown
    assert "\x1b[31m" not in shown
    _, told, _ = ask(run, settings, "--json", '"no registrar"')
    assert json.loads(told)["hits"] == ["no registrar"]
    assert ask(run, settings, "zebra")[0] == 1
    assert ask(run, settings, "--state", "closed", "registrar")[0] == 1
    assert ask(run, settings, "--", "-registrar")[0] == 2


def test_it_shows_only_what_the_officer_named_may_read(run: Run, settings: Path, kept: Store) -> None:
    with kept.write() as tx:
        tx.officers.add(email="keeper@nhs.test", name="Keeper", roles=(Role.ADMINISTRATOR,))
        ticket = opened(tx, first_masked=Masked(subject="", text="no registrar"))
        tx.access.restrict(ticket, [], at=NOW, actor="lead@nhs.test")
    assert ask(run, settings, "registrar")[0] == 1
    for other in ("keeper@nhs.test", "nobody@nhs.test", ""):
        code, shown, told = run("--config", str(settings), "search", "--as", other, "registrar")
        assert (code, shown) == (2, "")
        assert "Please name an officer" in told


def test_rebuild_masks_what_nobody_masked_and_mends_the_index(run: Run, settings: Path, kept: Store) -> None:
    text = "Patient Ann Smith fell. Alex, alex@home.test"
    masked = "Patient Ann Smith fell. [reporter], [e-mail address]"
    with kept.write() as tx:
        ticket = opened(tx, address="alex@home.test")
        tx.tickets.append(ticket, entry(received(tx), text=text, new_text=text, masked_text=masked))
    assert ask(run, settings, "fell")[0] == 1
    code, told, _ = run("--config", str(settings), "search", "rebuild")
    assert code == 0
    assert "2 messages were masked, and 1 tickets can be found." in told
    assert ask(run, settings, "fell")[0] == 0
    for gone in ("smith", "alex", "home.test"):
        assert ask(run, settings, gone)[0] == 1
    with kept.write() as tx:
        assert tx.search.faults() == ()
        assert tx.search.unmasked() == 0

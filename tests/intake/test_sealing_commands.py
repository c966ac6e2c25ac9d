"""Keys and unsealing on the command line, over a real store."""

import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from argon2 import PasswordHasher

from intake.second_factor import digest
from models.audit import ActFilter, Action
from models.rights import Role
from models.sealing import Anonymity
from models.ticket import NewTicket, Reporter
from storage.keys import read_keys
from storage.store import Store
from tests.intake.conftest import Run
from tests.storage.making import NOW, entry, received, verdict

PASSWORD = "a password that nobody guesses"
HASHED = PasswordHasher(time_cost=1).hash(PASSWORD)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "intake.toml"
    path.write_text(f"data_dir = {json.dumps(str(tmp_path))}\n")
    return path


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    """A store with a named and an anonymous report, a custodian and a lead; keys lie beside it."""
    store = Store(f"sqlite:///{tmp_path}/intake.db")
    store.migrate()
    with store.write() as tx:
        for email, role in (("cara@x.test", Role.CUSTODIAN), ("lena@x.test", Role.LEAD)):
            tx.officers.add(email=email, name=email, password_hash=HASHED, roles=frozenset({role}))
        for reference, anonymity in (("QM-NAMED", Anonymity.NAMED), ("QM-ANON", Anonymity.ANONYMOUS)):
            tx.tickets.open(
                NewTicket(
                    reference=reference,
                    channel="imap",
                    received_at=NOW,
                    entry=entry(received(tx), text="Mrs Made Up fell.", masked_text="[name] fell."),
                    reporter=Reporter(name="Zebedee", address="zeb@home.test", anonymity=anonymity),
                    verdict=verdict(),
                    urgency=1,
                )
            )
    yield store
    store.close()


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is asked for a password types the right one: a test has no terminal."""
    monkeypatch.setattr(typer, "prompt", lambda *_, **__: PASSWORD)


def test_keys_are_listed_changed_and_taken_away_and_never_shown(
    run: Run, settings: Path, kept: Store, tmp_path: Path
) -> None:
    before = (tmp_path / "intake.keys").read_text()
    keys = read_keys(before, "the file").keys
    told = []
    for words, code in (
        (("list",), 0),
        (("rotate", "--dry-run"), 0),
        (("rotate", "--prepare"), 0),
        (("rotate",), 0),
        (("retire", str(tmp_path / "old.keys")), 0),
        (("retire", str(tmp_path / "old.keys")), 1),
        (("public", str(tmp_path / "public.keys")), 0),
        (("list",), 0),
    ):
        ended, out, err = run("--config", str(settings), "keys", *words)
        assert (words, ended) == (words, code), err
        told.append(out + err)
    assert read_keys((tmp_path / "old.keys").read_text(), "x").get(keys[0].id) is not None
    assert stat.S_IMODE((tmp_path / "old.keys").stat().st_mode) == 0o600
    assert all(key.id in told[0] and key.id not in told[-1] for key in keys)
    assert '"secret"' not in "".join(told)
    with kept.read() as tx:
        assert [one.text for one in tx.tickets.originals(1)] == ["Mrs Made Up fell."]
        assert [row.action for row in tx.audit.rows()][-4:] == ["keys_changed"] * 4


def test_without_its_keys_the_store_says_so_at_the_start_and_in_the_check(
    run: Run, settings: Path, kept: Store, tmp_path: Path
) -> None:
    kept.close()
    (tmp_path / "intake.keys").unlink()
    code, _, err = run("--config", str(settings), "reconcile")
    assert (code != 0, "put its keys back" in err) == (True, True)
    code, out, _ = run("--config", str(settings), "check", "--offline")
    assert (code, "FAULT    keys:" in out) == (78, True)
    assert not (tmp_path / "intake.keys").exists()


@pytest.mark.usefixtures("typed", "kept")
def test_a_custodian_opens_a_named_report_with_a_reason(run: Run, settings: Path) -> None:
    ask = ("--config", str(settings), "unseal", "qm-named", "--as", "cara@x.test")
    assert run(*ask)[0] == 1
    code, out, _ = run(*ask, "--reason", "to warn them of a danger")
    assert code == 0
    assert "Name: Zebedee" in out
    assert "Mrs Made Up fell." in out
    code, out, err = run("--config", str(settings), "unseal", "QM-NAMED", "--as", "lena@x.test", "--reason", "x" * 20)
    assert (code, out, "no right" in err) == (1, "", True)


@pytest.mark.usefixtures("typed", "kept")
def test_an_anonymous_report_takes_a_second_person(run: Run, settings: Path) -> None:
    base = ("--config", str(settings), "unseal", "QM-ANON", "--as")
    code, out, _ = run(*base, "cara@x.test", "--reason", "to warn them of a danger")
    assert (code, "Zebedee" in out, "second person" in out) == (0, False, True)
    assert run(*base, "cara@x.test", "--approve")[0] == 1
    code, out, _ = run(*base, "lena@x.test", "--approve")
    assert (code, "to warn them of a danger" in out) == (0, True)
    code, out, _ = run(*base, "cara@x.test")
    assert (code, "Address: zeb@home.test" in out) == (0, True)


@pytest.mark.usefixtures("kept")
def test_a_wrong_password_opens_nothing(run: Run, settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typer, "prompt", lambda *_, **__: "wrong")
    code, out, err = run("--config", str(settings), "unseal", "QM-NAMED", "--as", "cara@x.test", "--reason", "x" * 20)
    assert (code, out, "do not go together" in err) == (1, "", True)


@pytest.mark.usefixtures("typed")
def test_wrong_passwords_have_a_limit_and_a_second_factor_is_asked_for(
    run: Run, settings: Path, kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    with kept.write() as tx:
        lena, cara = tx.officers.by_email("lena@x.test"), tx.officers.by_email("cara@x.test")
        assert lena is not None
        assert cara is not None
        tx.sign_ins.coming(cara.id, secret)
        tx.sign_ins.confirm(cara.id, step=1, at=NOW, codes=(digest("one two"),))
    typed = {"Your password": PASSWORD, "Code from your app": "000000"}
    monkeypatch.setattr(typer, "prompt", lambda what, **_: typed[what])
    ask = ("--config", str(settings), "unseal", "QM-NAMED", "--reason", "to warn them of a danger to a patient")
    code, out, err = run(*ask, "--as", "cara@x.test")
    assert (code, "Zebedee" in out) == (1, False)
    assert "the code was not right" in err
    typed["Code from your app"] = "one two"
    assert "Zebedee" in run(*ask, "--as", "cara@x.test")[1]
    typed["Your password"] = "wrong"
    for _ in range(8):
        assert "do not go together" in run(*ask, "--as", "lena@x.test")[2]
    typed["Your password"] = PASSWORD
    assert "Please wait 15 minutes" in run(*ask, "--as", "lena@x.test")[2]


def test_a_lost_phone_is_reset_by_command_and_ends_all_sessions(run: Run, settings: Path, kept: Store) -> None:
    with kept.write() as tx:
        cara = tx.officers.by_email("cara@x.test")
        assert cara is not None
        tx.sign_ins.coming(cara.id, "JBSWY3DPEHPK3PXP")
        tx.sign_ins.confirm(cara.id, step=1, at=NOW, codes=("x",))
        tx.officers.open_session(officer_id=cara.id, token_hash="t", csrf="c", expires_at=NOW + timedelta(days=900))
    reset = ("--config", str(settings), "officers", "reset-second-factor", "cara@x.test")
    assert run(*reset)[0] == 0
    assert run(*reset)[0] == 1
    with kept.read() as tx:
        assert tx.sign_ins.second_factor(cara.id) is None
        assert tx.officers.session("t", NOW) is None
        [act] = tx.audit.find(ActFilter(action=Action.SECOND_FACTOR_RESET), limit=5)
    assert (act.subject, act.actor.startswith("command line")) == ("cara@x.test", True)


def test_an_account_elsewhere_is_unlinked_by_command_and_ends_all_sessions(
    run: Run, settings: Path, kept: Store
) -> None:
    with kept.write() as tx:
        cara = tx.officers.by_email("cara@x.test")
        assert cara is not None
        tx.sign_ins.link_outside(cara.id, "https://login.test", "1", NOW)
        tx.officers.open_session(officer_id=cara.id, token_hash="u", csrf="c", expires_at=NOW + timedelta(days=900))
    unlink = ("--config", str(settings), "officers", "unlink", "cara@x.test")
    assert run(*unlink)[0] == 0
    assert run(*unlink)[0] == 1
    with kept.read() as tx:
        assert tx.sign_ins.of_outside("https://login.test", "1") is None
        assert tx.officers.session("u", NOW) is None
        [act] = tx.audit.find(ActFilter(action=Action.OUTSIDE_ACCOUNT_UNLINKED), limit=5)
    assert (act.subject, act.actor.startswith("command line")) == ("cara@x.test", True)


def test_migrate_names_the_key_file_that_it_makes_and_says_that_it_must_be_kept(
    settings: Path, tmp_path: Path, run: Run
) -> None:
    code, out, err = run("--config", str(settings), "migrate")
    told = " ".join(out.split())
    assert (code, err) == (0, "")
    assert f"New keys were made: they are in the key file {tmp_path}/intake.keys." in told
    assert "neither the store nor a backup can be opened" in told
    assert "keep a copy of them elsewhere" in told
    assert run("--config", str(settings), "migrate")[:2] == (0, "The store is up to date.\n")

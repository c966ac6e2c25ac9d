"""`intake check`: every fault at once, before the first message comes."""

import json
import tomllib
from pathlib import Path

import pytest

from intake import checking, classifying
from intake.app import assemble
from intake.calling import uncalled
from intake.checking import check_app
from intake.config import Config, load_config
from intake.demo.mailserver import EmbeddedMail
from intake.findings import Finding, Weight
from models.rights import Role
from storage.store import Store
from tests.certificates import certificate
from tests.intake.conftest import Run
from tests.intake.making import NOW
from tests.product import OURS, PASSWORD, write_settings
from tests.provider import openid_provider
from tests.storage.making import opened


def found(text: str, folder: Path, *, offline: bool = True) -> dict[str, Finding]:
    path = folder / "intake.toml"
    path.write_text(f"data_dir = {json.dumps(str(folder))}\n{text}")
    app = assemble(load_config(path, {}))
    return {finding.subject: finding for finding in check_app(app, today=NOW.date(), offline=offline)}


def faults(findings: dict[str, Finding]) -> set[str]:
    return {subject for subject, finding in findings.items() if finding.weight is Weight.FAULT}


@pytest.fixture(autouse=True)
def _no_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "build", lambda *_: None)
    monkeypatch.setattr(checking, "encoder_faults", list)


def test_all_is_well_with_servers_that_are_there(tmp_path: Path, run: Run) -> None:
    hospital = EmbeddedMail({OURS: PASSWORD})
    hospital.start()
    try:
        settings = write_settings(tmp_path, hospital)
        code, out, _ = run("--config", str(settings), "check")
    finally:
        hospital.stop()
    assert (code, out.splitlines()[-1]) == (0, "All is well.")
    assert "mailboxes.main" in out


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("", ["calls no address and no program", "no link to the ticket"]),
        ('[paging]\nmail_to = "on.call@nhs.test"', ["without [submission]", "no link to the ticket"]),
        (
            '[alarms]\nwebhook_url = "https://pager.test/"\nwebhook_secret = "a-secret-of-ours-1"',
            ["no link to the ticket"],
        ),
        (
            """
            [paging]
            mail_to = "on.call@nhs.test"
            [submission]
            host = "mail.nhs.test"
            [sign_in]
            address = "https://desk.test"
            """,
            [],
        ),
    ],
)
def test_it_is_told_when_a_red_flag_would_call_nobody(settings: str, said: list[str]) -> None:
    told = list(uncalled(Config.model_validate(tomllib.loads(settings))))
    assert [words for words, why in zip(said, told, strict=True) if words not in why] == []


def test_servers_that_are_away_are_named_all_of_them_without_a_secret(tmp_path: Path, run: Run) -> None:
    hospital = EmbeddedMail({OURS: PASSWORD})
    hospital.start()
    settings = write_settings(tmp_path, hospital)
    hospital.stop()
    code, out, err = run("--config", str(settings), "check")
    assert (code, out.splitlines()[-1]) == (78, "2 faults found.")
    assert "FAULT    mailboxes.main: mailbox main at 127.0.0.1 cannot be reached" in out
    assert "FAULT    submission: the mail server 127.0.0.1 cannot be reached" in out
    assert PASSWORD not in out + err
    assert run("--config", str(settings), "check", "--offline")[0] == 0


def test_faults_of_the_settings_and_of_the_reference_data_are_said_together(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "intake.toml"
    path.write_text('colour = "blue"\n[desk]\nport = 99999\n')
    code, out, _ = run("--config", str(path), "check")
    assert code == 78
    assert "colour: is no setting" in out
    assert "desk.port" in out


def test_no_way_in_and_no_way_out_are_faults(tmp_path: Path) -> None:
    assert {"channels"} <= faults(found("", tmp_path))
    assert {"channels", "submission"} <= faults(found("", tmp_path, offline=False))


def test_files_that_are_away_or_are_not_what_they_should_be_are_named_all_of_them(tmp_path: Path) -> None:
    good, other = certificate(tmp_path, "one.test"), certificate(tmp_path, "two.test")
    (tmp_path / "latin").write_bytes(b"gr\xfc\xdfe\n")
    text = f"""\
[[mailboxes]]
name = "main"
host = "imap.trust.example"
password_file = "{tmp_path}/latin"
ca_file = "{tmp_path}/away.pem"
[smtp]
enabled = true
certificate = "{good.chain}"
[lmtp]
certificate = "{good.chain}"
key = "{other.key}"
[submission]
host = "smtp.trust.example"
password_file = "{tmp_path}/away"
"""
    assert faults(found(text, tmp_path)) == {
        "mailboxes.main.password_file",
        "mailboxes.main.ca_file",
        "smtp",
        "lmtp",
        "submission.password_file",
    }


def test_a_classifier_that_cannot_be_loaded_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise ImportError("no spaCy")

    monkeypatch.setattr(checking, "build", missing)
    assert "classifier" in faults(found("", tmp_path))


@pytest.mark.parametrize(
    ("kept", "said"), [(None, "is missing"), (b"", "cannot be read"), (b"x" * 99, "cannot be read")]
)
def test_an_encoder_that_is_missing_or_damaged_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: bytes | None, said: str
) -> None:
    graph = tmp_path / "encoder-00000000.onnx"
    if kept is not None:
        graph.write_bytes(kept)
    monkeypatch.setattr("classifiers.encoder.minilm.graph_path", lambda: graph)
    monkeypatch.setattr(checking, "encoder_faults", classifying.encoder_faults)
    findings = found("", tmp_path)
    assert findings["classifier.encoder"].weight is Weight.WARNING
    assert f"{graph.name} {said}" in findings["classifier.encoder"].text
    assert "classifier" not in faults(findings)


def test_an_encoder_that_is_sound_is_not_mentioned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "encoder_faults", classifying.encoder_faults)
    assert "classifier.encoder" not in found("", tmp_path)


def test_a_store_that_is_no_database_is_a_fault_and_one_without_officers_a_warning(tmp_path: Path) -> None:
    (tmp_path / "intake.db").write_text("this is no database, whatever its name says" * 50)
    assert "store.url" in faults(found("", tmp_path))
    (tmp_path / "intake.db").unlink()
    assert found("", tmp_path)["store.url"].weight is Weight.FINE
    store = Store(f"sqlite:///{tmp_path}/intake.db")
    store.migrate()
    store.close()
    assert found("", tmp_path)["officers"].weight is Weight.WARNING


def test_a_ticket_that_nobody_may_see_is_a_fault(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/intake.db")
    store.migrate()
    with store.write() as tx:
        opened(tx, reference="QM-A")
        tx.officers.add(email="ann@example.test", name="Ann Learner", roles=[Role.LEAD, Role.ADMINISTRATOR])
    assert "tickets" not in found("", tmp_path)
    with store.write() as tx:
        tx.officers.add(email="rota@example.test", name="Zoe Rota")
    assert "tickets" not in found("", tmp_path)
    with store.write() as tx:
        for officer in tx.officers.all():
            tx.officers.set_names(officer.id, ["Rota"], at=NOW)
    store.close()
    told = found("", tmp_path)["tickets"]
    assert (told.weight, "QM-A" in told.text) == (Weight.FAULT, True)


def test_a_team_without_a_lead_is_a_warning(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/intake.db")
    store.migrate()
    with store.write() as tx:
        tx.officers.add(email="ann@example.test", name="Ann", roles=[Role.ADMINISTRATOR])
    store.close()
    assert "nobody is lead" in found("", tmp_path)["officers"].text


def test_helplines_that_nobody_has_checked_for_90_days_are_a_warning(tmp_path: Path) -> None:
    app = assemble(load_config(None, {"INTAKE__DATA_DIR": str(tmp_path)}))
    fresh = max(line.verified_on for line in app.words.helplines.values())
    weights = [
        finding.weight
        for days in (90, 91)
        for finding in check_app(app, today=fresh.fromordinal(fresh.toordinal() + days), offline=True)
        if finding.subject == "helplines"
    ]
    assert weights == [Weight.FINE, Weight.WARNING]


def test_a_provider_for_signing_in_is_asked_for_what_it_says_of_itself(tmp_path: Path) -> None:
    made = certificate(tmp_path, "localhost")
    with openid_provider(made, lambda: NOW) as known:
        text = f"""
[sign_in]
address = "https://desk.trust.test"
[[sign_in.providers]]
name = "trust"
label = "the trust"
issuer = "{known.issuer}"
client_id = "desk"
ca_file = "{made.chain}"
"""
        subject = "sign_in.providers.trust"
        assert found(text, tmp_path, offline=False)[subject].weight is Weight.FINE
        known.about = {"issuer": "https://another.test"}
        assert (
            found(text, tmp_path, offline=False)[subject].text == "it calls itself another issuer than the settings do"
        )
    away = found(text, tmp_path, offline=False)[subject]
    assert (away.weight, away.text) == (Weight.FAULT, "it cannot be reached (ConnectionError)")


def test_a_bot_that_is_on_is_told_all_it_lacks(tmp_path: Path) -> None:
    findings = found("[telegram]\nenabled = true", tmp_path)
    assert {"telegram.owner", "telegram.token_file", "chat.notice_url"} <= faults(findings)
    assert "so the bot stays off" in findings["telegram.owner"].text


def test_a_bot_that_is_off_is_no_fault(tmp_path: Path) -> None:
    assert found("", tmp_path)["telegram"] == Finding(subject="telegram", weight=Weight.FINE, text="is off")

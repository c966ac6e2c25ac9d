"""The settings: read once, every fault said at once, no secret shown, nothing guessed."""

from pathlib import Path

import pytest

from intake.app import assemble
from intake.config import Config, ConfigError, load_config
from intake.mailing import polling_mailboxes
from intake.transports import mail_sender

WHOLE = """\
data_dir = "/var/lib/intake"
[identity]
address = "Quality.Me@trust.example"
own_addresses = ["quality@trust.example"]
[[mailboxes]]
name = "main"
host = "imap.trust.example"
user = "quality"
password = "hunter2"
[submission]
host = "smtp.trust.example"
"""


def load(folder: Path, text: str, **environment: str) -> Config:
    path = folder / "intake.toml"
    path.write_text(text)
    return load_config(path, environment)


def faults(folder: Path, text: str, **environment: str) -> str:
    with pytest.raises(ConfigError) as wrong:
        load(folder, text, **environment)
    return "\n".join(wrong.value.faults)


def test_without_a_file_the_defaults_hold() -> None:
    assert load_config(None, {}) == Config()


def test_a_whole_file_gives_typed_values_and_safe_defaults(tmp_path: Path) -> None:
    config = load(tmp_path, WHOLE)
    [box] = config.mailboxes
    assert (box.port, box.security, box.folder, box.processed, box.held) == (993, "tls", "INBOX", "Processed", "Held")
    assert config.submission is not None
    assert (config.submission.port, config.submission.security) == (587, "starttls")
    assert config.identity.ours == {"quality.me@trust.example", "quality@trust.example"}
    assert (config.smtp.enabled, config.lmtp.enabled, config.desk.host) == (False, False, "127.0.0.1")
    assert config.store_url == "sqlite:////var/lib/intake/intake.db"


def test_every_fault_is_said_at_once_with_its_place(tmp_path: Path) -> None:
    text = """\
max_message_bytes = 3
colour = "blue"
[identity]
address = "nobody"
[[mailboxes]]
name = "main"
port = 70000
[submission]
security = "ssl"
host = "smtp.trust.example"
[desk]
sesion_hours = 3
[store]
url = "mysql://somewhere"
"""
    said = faults(tmp_path, text)
    for place in (
        "max_message_bytes",
        "colour: is no setting",
        "identity.address: 'nobody' is not a plain e-mail address",
        "mailboxes.0.host: is missing",
        "mailboxes.0.port",
        "submission.security",
        "desk.sesion_hours: is no setting",
        "store.url",
    ):
        assert place in said
    assert all(line.startswith(str(tmp_path)) for line in said.splitlines())


def test_faults_never_show_a_secret(tmp_path: Path) -> None:
    text = WHOLE.replace('password = "hunter2"', 'password = "hunter2"\npassword_file = "/etc/secret"')
    said = faults(tmp_path, text)
    assert "give password_file or password, not both" in said
    assert "hunter2" not in said
    assert "hunter2" not in repr(load(tmp_path, WHOLE))


def test_a_connection_that_leaves_this_machine_needs_tls(tmp_path: Path) -> None:
    said = faults(tmp_path, WHOLE.replace('user = "quality"', 'security = "none"'))
    assert "security 'none' is for this machine only; imap.trust.example needs 'tls' or 'starttls'" in said


def test_two_mailboxes_need_two_names(tmp_path: Path) -> None:
    box = '[[mailboxes]]\nname = "main"\nhost = "imap.trust.example"\n'
    assert "main" in faults(tmp_path, box + box)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    environment = {"INTAKE__DESK__PORT": "9000", "INTAKE__MAILBOXES__0__PASSWORD": "from outside", "OTHER": "1"}
    config = load(tmp_path, WHOLE, **environment)
    assert (config.desk.port, config.mailboxes[0].secret()) == (9000, "from outside")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("INTAKE__MAILBOXES__7__PASSWORD", "has no entry 7"),
        ("INTAKE__DATA_DIR__X", "is a single value"),
        ("INTAKE__COLOUR", "is no setting"),
    ],
)
def test_a_wrong_name_in_the_environment_is_said(name: str, why: str, tmp_path: Path) -> None:
    assert why in faults(tmp_path, WHOLE, **{name: "1"})


def test_a_file_that_is_away_or_is_no_toml_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "away.toml", {})
    assert "is not valid TOML" in faults(tmp_path, "[identity")
    (tmp_path / "latin").write_bytes(b'data_dir = "caf\xe9"')
    with pytest.raises(ConfigError, match="is not valid TOML"):
        load_config(tmp_path / "latin", {})


def test_a_password_file_gives_its_first_line(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("  hunter2 \nand notes\n")
    config = load(tmp_path, WHOLE.replace('password = "hunter2"', f'password_file = "{secret}"'))
    assert config.mailboxes[0].secret() == "hunter2"


@pytest.mark.parametrize("content", [None, b"gr\xfc\xdfe\n"], ids=["away", "not UTF-8"])
def test_a_password_file_that_cannot_be_read_is_said_and_not_shown(content: bytes | None, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_bytes(content)
    text = WHOLE.replace('password = "hunter2"', f'password_file = "{secret}"')
    config = load(tmp_path, text + f'password_file = "{secret}"\n')
    assert config.submission is not None
    with pytest.raises(ConfigError, match="mailboxes 'main': password_file cannot be read") as wrong:
        polling_mailboxes(assemble(config))
    assert "gr" not in str(wrong.value).partition("cannot be read")[2]
    with pytest.raises(ConfigError, match="submission: password_file cannot be read"):
        mail_sender(config.submission, config.data_dir)

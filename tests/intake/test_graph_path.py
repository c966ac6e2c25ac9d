"""The way of one message where the tenant has closed IMAP: from Graph to a ticket, and its acknowledgement by Graph."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake import checking
from intake.app import assemble, filing_room, filing_tasks, sending_task
from intake.commands.common import prepare_store
from intake.config import ConfigError, load_config
from intake.mailing import polling_tasks
from intake.transports import mail_sender
from tests.authority import CLIENT, SECRET, Authority, authority
from tests.certificates import certificate
from tests.channels.posts import mail, never
from tests.graph import BOX, SmallGraph, small_graph
from tests.intake.conftest import Run
from tests.worker import classify

ACCOUNT = """
transport = "graph"
user = "{box}"
graph_url = "{graph}"
[{section}.oauth]
authority = "{authority}"
client_id = "{client}"
secret = "{secret}"
ca_file = "{ca_file}"
"""


@pytest.fixture
def graph() -> Iterator[SmallGraph]:
    with small_graph() as found:
        yield found


@pytest.fixture
def known(tmp_path: Path) -> Iterator[tuple[Authority, Path]]:
    made = certificate(tmp_path, "localhost")
    with authority(made, BOX) as found:
        yield found, made.chain


def write_settings(folder: Path, graph: SmallGraph, known: tuple[Authority, Path]) -> Path:
    facts = {"box": BOX, "graph": graph.url, "authority": known[0].url, "client": CLIENT, "secret": SECRET}
    text = f'data_dir = {json.dumps(str(folder))}\n[identity]\naddress = "{BOX}"\n[[mailboxes]]\nname = "main"'
    text += ACCOUNT.format(**facts, section="mailboxes", ca_file=known[1])
    text += "[submission]" + ACCOUNT.format(**facts, section="submission", ca_file=known[1])
    path = folder / "intake.toml"
    path.write_text(text)
    return path


def test_a_mail_in_graph_becomes_a_ticket_and_is_acknowledged_by_graph(
    tmp_path: Path, graph: SmallGraph, known: tuple[Authority, Path], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "build", lambda *_: None)  # the model is not what is tried here
    graph.any_token, graph.good = False, known[0].good
    settings = write_settings(tmp_path, graph, known)
    app = assemble(load_config(settings, {}))
    prepare_store(app)
    assert app.config.submission is not None
    sender = mail_sender(app.config.submission, app.config.data_dir)
    graph.arrive(mail())
    [poll] = polling_tasks(app)
    [file] = filing_tasks(app, filing_room(app, classify))
    send = sending_task(app, sender, sender.close)
    poll.step(iter([False] * 3 + [True] * 99).__next__)  # the wait ends at once
    file.step(never)
    send.step(never)
    poll.close()
    send.close()
    with app.store.read() as tx:
        balance = tx.inbox.balance()
    app.store.close()
    assert (balance.tickets, balance.holds, len(graph.contents("Processed"))) == (1, True, 1)
    [sent] = graph.sent
    assert b"To: learner@student.test" in sent
    code, out, _ = run("--config", str(settings), "check")
    assert (code, out.splitlines()[-1]) == (0, "All is well.")
    known[0].refuses = "invalid_client"
    code, out, _ = run("--config", str(settings), "check")
    assert (code, "mailboxes.main" in out, SECRET in out) == (78, True, False)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ('graph_url = "http://graph.test/v1.0"', "graph_url must begin with https://"),
        ('transport = "imap"', "mailboxes.0.host: is missing"),
        ('password = "x"', "give oauth or a password, not both"),
    ],
)
def test_settings_that_cannot_be_are_said(changed: str, said: str, tmp_path: Path) -> None:
    given = {"transport": '"graph"', "user": f'"{BOX}"', "graph_url": '"https://graph.test/v1.0"'}
    name, _, value = changed.partition(" = ")
    lines = [f"{key} = {one}" for key, one in {**given, name: value}.items()]
    oauth = '[mailboxes.oauth]\nauthority = "https://login.test/x"\nclient_id = "a"\n'
    path = tmp_path / "intake.toml"
    path.write_text("\n".join(["[[mailboxes]]", 'name = "main"', *lines, oauth]))
    with pytest.raises(ConfigError) as wrong:
        load_config(path, {})
    assert said in str(wrong.value)

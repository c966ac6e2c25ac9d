"""The commands that programs and operators rely on, called as they call them."""

import io
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from classifiers.pipeline import Classifier
from intake.commands.classify import answer_lines
from models.verdict import UNSAID, Evidence
from models.work import Ending
from storage.store import Store
from tests.intake.conftest import Run
from tests.intake.making import WORDS, Office, content, verdict
from tests.waiting import SECONDS

INTAKE = str(Path(sys.executable).with_name("intake"))


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(WORDS)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "intake.toml"
    path.write_text(f"data_dir = {json.dumps(str(tmp_path))}\n")
    return path


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    store = Store(f"sqlite:///{tmp_path}/intake.db")
    store.migrate()
    yield Office(store)
    store.close()


def answers(classifier: Classifier, *lines: bytes) -> list[dict[str, Any]]:
    return list(answer_lines(io.BytesIO(b"\n".join(lines)), classifier))


KEYS = ["id", "kind", "provider", "site", "provider_candidates", "specialties", "themes", "impact", "likelihood", "isf"]
KEYS += ["red_flags", "confidence", "needs_person", "language", "evidence", "classifier"]


@pytest.mark.parametrize(
    "line",
    [
        b"no json",
        b"[1, 2]",
        b'"text"',
        b'{"id": 7}',
        b'{"id": 7, "text": 3}',
        b'{"id": 7, "text": "a", "subject": 3}',
        b'{"id": 7, "text": "a", "channel": []}',
        b'{"id": NaN, "text": "a"}',
        b'{"id": 1e999, "text": "a"}',
        b'{"id": 7, "text": "\xff"}',
        b"[" * 100_000,
    ],
)
def test_a_line_that_cannot_be_read_fails_alone(line: bytes, classifier: Classifier) -> None:
    before, wrong, after = answers(classifier, b'{"id": 1, "text": "a"}', line, b'{"id": [2], "text": "b"}')
    assert (before["id"], after["id"]) == (1, [2])
    assert set(wrong) == {"id", "error"}
    assert (wrong["id"], bool(wrong["error"])) == (None, True)


@pytest.mark.parametrize("line", [b'{"id": "\\ud800", "text": "a\\ud800b"}', b'{"text": ""}', b'{"text": "\\u0000"}'])
def test_any_text_is_answered_with_exactly_these_keys(line: bytes, classifier: Classifier) -> None:
    [answer] = answers(classifier, line, b"", b"  ")
    assert list(answer) == KEYS


def test_classify_answers_line_by_line_as_they_come_and_says_at_the_end_whether_all_were_read() -> None:
    call = [INTAKE, "classify", "--jsonl"]
    with subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        ids = []
        for line in (b'{"id": "a", "text": "No registrar."}', b"oops", b'{"id": "b", "text": "Good teaching."}'):
            program.stdin.write(line + b"\n")
            program.stdin.flush()
            ids.append(json.loads(program.stdout.readline())["id"])  # it must come before the next line is given
        program.stdin.close()
        assert program.wait(timeout=SECONDS) == 1
    assert ids == ["a", None, "b"]


def test_classify_exits_well_when_every_line_was_answered_and_with_2_when_called_wrongly(
    run: Run, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.commands.classify.open_current", lambda *_: classifier)
    code, out, _ = run("classify", "--jsonl", given=b'{"text": "a"}\n\n{"text": "b"}\n')
    assert (code, len(out.splitlines())) == (0, 2)
    assert run("classify", "--jsonl", given=b'{"text": "a"}\noops\n')[0] == 1
    code, out, _ = run("classify", "--jsonl", "--reasons", given=b'{"text": ""}\n')
    assert (code, type(json.loads(out)["needs_person_reasons"])) == (0, list)
    assert run("classify")[0] == 2
    assert "--jsonl" in run("classify")[2]
    code, _, err = run("classify", "--jsonl", "and a text")
    assert (code, "give no message beside it" in err) == (2, True)


def test_for_people_classify_says_why_a_person_is_needed_and_what_is_only_a_guess(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "He left me out of it."
    where: dict[str, Any] = {"text": words, "start": 0, "end": len(words)}
    made = verdict(
        provider_candidates=("RWE", "RTG"),
        specialties=("100", "950-ADULT"),
        guessed_specialties=("950-ADULT",),
        needs_person_reasons=("one reason", "another reason"),
        needs_person=True,
        graded=False,
        evidence=(
            Evidence(label="specialty:950-ADULT", source="posts-1/specialty.950-ADULT", **where),
            Evidence(label="isf:2", source=f"rules-2.5.0/isf{'.of_many_words' * 9}{UNSAID}", **where),
        ),
    )
    monkeypatch.setattr("intake.commands.classify.open_current", lambda *_: SimpleNamespace(classify=lambda **_: made))
    code, out, err = run("classify", words)
    told = " ".join(out.split())
    assert (code, err) == (0, "")
    assert "Needs a person yes: one reason; another reason" in told
    names = [WORDS.specialties[code].name for code in made.specialties]
    assert f"Specialties {names[0]}, {names[1]} (a guess: no word names it)" in told
    places = [WORDS.providers[code].name for code in made.provider_candidates]
    assert f"Place not certain: {places[0]}, or {places[1]}" in told
    assert "(a stand-in: no words to grade by)" in told
    assert "(nothing tells it; " in told
    assert "…" not in out
    assert run("classify", "--reasons", words)[:2] == (0, out)


def test_no_sign_of_a_strangers_words_reaches_the_terminal_as_an_order(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "Rota\x1b]0;owned\x07\x9b2J \u202egaps"
    found = Evidence(label="theme:rota", source="rules", text=words, start=0, end=len(words))
    made = verdict(evidence=(found,), needs_person=True, needs_person_reasons=(f"it says {words}",))
    near = SimpleNamespace(likeness=0.9, message="m1", text=words)
    label = SimpleNamespace(label="theme:rota", chance=None, evidence=(found,), exemplars=(near,))
    gone = SimpleNamespace(text=words, changes={"provider": (words, "none")})
    asked = SimpleNamespace(classify=lambda **_: made)
    monkeypatch.setattr("intake.commands.classify.open_current", lambda *_: asked)
    monkeypatch.setattr("intake.commands.explain.open_model", lambda *_: asked)
    monkeypatch.setattr("intake.commands.explain.explained", lambda *_: (made, [label]))
    monkeypatch.setattr("intake.commands.explain.left_out", lambda *_: [gone])
    for command in (("classify", words), ("explain", words, "--no-near", "--occlude")):
        code, out, _ = run(*command)
        assert (code, "owned" in out) == (0, True)
        assert all(sign.isprintable() or sign == "\n" for sign in out)


def test_an_empty_text_is_a_message_and_only_a_missing_one_is_an_error(
    run: Run, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.commands.classify.open_current", lambda *_: classifier)
    monkeypatch.setattr("intake.commands.explain.open_model", lambda *_: classifier)
    assert run("classify", "")[0] == run("classify", "-")[0] == 0
    assert run("explain", "", "--no-near")[0] == 0
    assert run("classify", "--jsonl", "")[0] == run("explain", "--jsonl", "")[0] == 2
    assert run("classify", "--subject", "Nights")[0] == run("explain", "--subject", "Nights")[0] == 2


@pytest.mark.parametrize("command", ["classify", "explain"])
def test_a_blank_line_has_no_answer_and_an_error_names_the_line_of_the_file(
    command: str, run: Run, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.commands.classify.open_current", lambda *_: classifier)
    monkeypatch.setattr("intake.commands.explain.open_model", lambda *_: classifier)
    more = ["--no-near"] if command == "explain" else []
    given = b'\n{"id": 1, "text": "a"}\n \t\r\noops\n\n{"id": 2}\n'
    code, out, _ = run(command, "--jsonl", *more, given=given)
    first, second, third = (json.loads(line) for line in out.splitlines())
    assert (code, first["id"]) == (1, 1)
    assert second == {"id": None, "error": "line 4: not JSON in UTF-8"}
    assert third == {"id": None, "error": 'line 6: no "text" that is a string'}


def test_reconcile_says_whether_it_balances(settings: Path, office: Office, run: Run) -> None:
    office.file()
    office.file(b"\x00 no mail")
    office.take(content())
    code, out, _ = run("--config", str(settings), "reconcile", "--json")
    assert code == 0
    sums = json.loads(out)
    assert {name: sums[name] for name in ("received", "tickets", "quarantined", "waiting", "holds")} == {
        "received": 3,
        "tickets": 1,
        "quarantined": 1,
        "waiting": 1,
        "holds": True,
    }
    with office.store.write() as tx:
        tx.inbox._connection.exec_driver_sql("DELETE FROM outbox")
    code, out, _ = run("--config", str(settings), "reconcile")
    assert code == 1
    assert "tickets with no acknowledgement" in out
    assert "It does not balance." in out


def test_replay_files_again_what_was_quarantined_or_ignored_and_nothing_twice(
    settings: Path, office: Office, run: Run
) -> None:
    ticket = office.file()
    ignored = office.file(content("Auto-Submitted: auto-replied"))
    poison = office.file(b"\x00 no mail")
    code, out, err = run("--config", str(settings), "replay", "--quarantined", str(ticket.id), str(ignored.id))
    assert (code, err) == (1, f"{ticket.id}: is neither quarantined nor ignored\n")
    assert out == f"{ignored.id}: will be filed again\n{poison.id}: will be filed again\n"
    assert office.row(ignored.id).ending is None
    office.clock.move(days=8_000)  # what is replayed is due from the true time on
    office.work().step(lambda: False)
    assert [office.row(row.id).ending for row in (ticket, ignored, poison)] == [
        Ending.TICKET,
        Ending.IGNORED,
        Ending.QUARANTINED,
    ]
    assert (len(office.tickets()), office.waiting(), office.balances()) == (1, 1, True)


def test_replay_only_says_what_it_would_do_when_asked_and_needs_to_know_what(
    settings: Path, office: Office, run: Run
) -> None:
    row = office.file(b"\x00 no mail")
    code, out, _ = run("--config", str(settings), "replay", "--quarantined", "--dry-run")
    assert (code, out) == (0, f"{row.id}: would be filed again\n")
    assert office.row(row.id).ending is Ending.QUARANTINED
    assert run("--config", str(settings), "replay")[0] == 2


def test_a_message_that_failed_is_a_ticket_after_the_fault_is_mended(settings: Path, office: Office, run: Run) -> None:
    def broken(_raw: bytes) -> Any:
        raise RuntimeError

    failing = Office(office.store, read=broken)
    inbox_id = failing.take(content())
    for _ in range(2):
        failing.work().step(lambda: False)
        failing.clock.move(hours=1)
    assert office.row(inbox_id).ending is Ending.QUARANTINED
    assert run("--config", str(settings), "replay", str(inbox_id))[0] == 0
    office.clock.move(days=8_000)
    office.work().step(lambda: False)
    assert (office.row(inbox_id).ending, office.waiting(), office.balances()) == (Ending.TICKET, 1, True)


def test_a_port_that_is_taken_ends_a_command_with_a_sentence(settings: Path, run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings.write_text(settings.read_text() + f"[smtp]\nenabled = true\nport = {port}\n")
        code, _, err = run("--config", str(settings), "smtp")
    assert (code, f"smtp cannot listen on 127.0.0.1 port {port}" in err) == (69, True)

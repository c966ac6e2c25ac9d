"""Facts about the commands for models, called in this process on a tiny corpus."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from classifiers.learning.corpus import shipped
from intake import trials
from intake.app import assemble, filing_room, filing_tasks, shadow_tasks
from intake.classifier import open_model
from intake.classifying import build_or_do_without
from intake.commands import models as models_command
from intake.config import load_config
from intake.daemon import Daemon
from intake.shelf import SHIPPED, Shelf
from models.learning import Correction, Shadow
from models.ticket import Decision
from models.verdict import Kind, Verdict
from storage.store import Store
from tests import corpus
from tests.intake.conftest import Run
from tests.intake.making import NOW, WORDS, Office, content, verdict
from tests.waiting import until

SECRET = "Zanzibarwell"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with a store, one candidate that was trained there, and the tiny corpus."""
    made = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        corpus.lay(tmp_path_factory.mktemp("corpus"), patch)
        patch.setenv("INTAKE__DATA_DIR", str(made))
        yield made


@pytest.fixture
def shelf(folder: Path) -> Iterator[Shelf]:
    made = Shelf(folder / "models")
    yield made
    for name in ("current", "history"):
        (made.folder / name).unlink(missing_ok=True)


@pytest.fixture
def trained(folder: Path, shelf: Shelf, run: Run) -> str:
    """The version of a candidate."""
    if not shelf.versions():
        code, _, err = run("train", "--encoder", "hashing", "--no-corrections")
        assert (code, err) == (0, "")
    return shelf.versions()[0]


@pytest.fixture
def office(folder: Path) -> Iterator[Office]:
    (folder / "intake.db").unlink(missing_ok=True)
    store = Store(f"sqlite:///{folder}/intake.db")
    store.migrate()
    yield Office(store)
    store.close()


def decided(office: Office, text: str) -> None:
    """A ticket with a correction, as the desk leaves it."""
    office.file()
    ticket = office.tickets()[0]
    labels: dict[str, Any] = {"specialties": (), "themes": ("rota",), "impact": 2, "likelihood": 3, "isf": 1}
    who: dict[str, Any] = {"officer": "o@nhs.test", "at": NOW, "provider": None, "site": None, "reason": ""}
    decision = Decision(kind=Kind.CONCERN, **who, **labels)
    facts: dict[str, Any] = {"channel": "imap", "subject": "", "consent": True, "messages": 1, "verdict": verdict()}
    with office.store.write() as tx:
        tx.corrections.append(Correction(ticket_id=ticket.row.id, text=text, decision=decision, **facts))


def test_train_writes_a_candidate_with_what_officers_decided_and_shows_both_models_figures(
    office: Office, shelf: Shelf, run: Run
) -> None:
    decided(office, f"{SECRET} rota, late again.")
    code, out, err = run("train", "--encoder", "hashing", "--seed", "2")
    assert (code, err) == (0, "")
    [version] = [one for one in shelf.versions() if shelf.card(one)["seed"] == 2]
    assert shelf.card(version)["messages"]["corrections"] == 1
    assert "English only" in shelf.card(version)["limits"][0]
    assert (shelf.folder / version / "reliability.svg").read_text().startswith("<svg ")
    assert f"candidate {version}" in out
    assert "current shipped" in out
    assert "ISF: exact" in out
    assert shelf.current() == SHIPPED
    assert SECRET not in out
    assert not any(SECRET.encode() in path.read_bytes() for path in shelf.folder.rglob("*") if path.is_file())


def test_train_says_what_keeps_it_from_training(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert run("train", "--encoder", "unheard-of")[0] == 2
    (tmp_path / "corpus").mkdir()
    monkeypatch.setattr("classifiers.learning.corpus.resources.files", lambda _package: tmp_path)
    code, _, err = run("train", "--encoder", "hashing")
    assert (code, "nothing could be trained" in err) == (1, True)


def test_evaluate_compares_two_models_prints_every_figure_and_draws(trained: str, run: Run, tmp_path: Path) -> None:
    file, picture = tmp_path / "labelled.jsonl", tmp_path / "out.svg"
    file.write_text("".join(json.dumps(one) + "\n" for one in corpus.labelled("x")))
    call = ("evaluate", str(file), "--model", trained, "--against", "rules")
    code, out, err = run(*call, "--draw", str(picture), "--wrong")
    assert (code, err) == (0, "")
    assert all(name in out for name in ("Difference", trained, "rules", "themes: macro F1", "violence: precision"))
    assert picture.read_text().count("<svg ") == 3
    assert not any(sentence in out for sentence in corpus.LABELS)
    code, out, _ = run(*call, "--json")
    values = json.loads(out)
    assert (code, set(values["models"])) == (0, {trained, "rules"})
    assert values["differences"]["ISF: exact"].keys() == {"value", "low", "high"}
    assert run(*call, "--json")[1] == out


@pytest.mark.parametrize("text", ["", "no json\n", '{"id": 1}\n', '{"id": 1, "text": "a", "channel": "email"}\n'])
def test_evaluate_exits_1_for_a_file_without_labels(text: str, folder: Path, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text(text)
    assert run("evaluate", str(file))[0] == run("evaluate", str(tmp_path / "away"))[0] == 1


def test_evaluate_exits_1_for_a_model_that_is_not_there(folder: Path, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in corpus.labelled("x")))
    code, _, err = run("evaluate", str(file), "--model", "../v1")
    assert (code, "there is no model ../v1" in err) == (1, True)


def judging(patch: pytest.MonkeyPatch, **isf: int) -> None:
    """Let a version give this category to each concern of category 3, and the truth to all else."""

    def tried(_words: object, _shelf: object, version: str, messages: list[Any], _told: object) -> list[Any]:
        graded = [isf.get(version, 3) if one.isf == 3 else one.isf for one in messages]
        return [
            (one, replace(verdict(), kind=one.kind, isf=given)) for one, given in zip(messages, graded, strict=True)
        ]

    patch.setattr(models_command, "tried", tried)


def test_a_model_that_grades_serious_concerns_lower_is_not_promoted(
    trained: str, shelf: Shelf, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    judging(monkeypatch, **{trained: 1})
    code, out, err = run("models", "promote", trained)
    assert f"{SHIPPED} (in use)" in out
    assert (code, shelf.current(), shelf.history()) == (1, SHIPPED, ())
    assert "is not promoted" in err
    assert "serious (2, 3) below 2, no person asked: 1.000, and 0.000" in err
    assert "test-0-1" in err


def test_one_that_is_no_worse_is_promoted_and_one_command_goes_back(
    trained: str, shelf: Shelf, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    judging(monkeypatch)
    assert run("models", "promote", trained)[0] == 0
    assert shelf.current() == trained
    code, out, _ = run("models")
    assert (code, [line.split()[3] for line in out.splitlines() if line.startswith("│ *")]) == (0, [trained])
    assert run("models", "rollback")[0] == 0
    assert shelf.current() == SHIPPED
    assert run("models", "rollback")[0] == 1
    assert [line.split()[1:] for line in run("models", "history")[1].splitlines()] == [
        ["promote", trained],
        ["rollback", SHIPPED],
    ]


@pytest.mark.parametrize(("fault", "card"), [([], "minilm"), (["it is not there"], "hashing")])
def test_the_list_shows_the_figures_of_the_shipped_model_as_its_card_has_them(
    fault: list[str], card: str, folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.commands.models.encoder_faults", lambda: fault)
    cards = json.loads((resources.files("classifiers.data") / "cards.json").read_text("utf-8"))
    code, out, err = run("models", "list")
    assert (code, err) == (0, "")
    row = out[out.index(SHIPPED) :]
    for name in ("kind: accuracy", "ISF: exact", "serious (2, 3) below 2 at all"):
        assert f"{cards[card]['test'][name]['value']:.3f}" in row
    assert str(cards["minilm"]["messages"]["train"]) in row
    assert card in row
    assert "kind:" in out


def test_the_list_says_where_the_shipped_card_cannot_be_read(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("intake.trials.resources.files", lambda _package: tmp_path)
    for text in (None, "no card", "[]", '{"minilm": 3}'):
        if text is not None:
            (tmp_path / "cards.json").write_text(text)
        code, out, _ = run("models", "list")
        assert (code, "its card cannot be read" in " ".join(out.replace("│", " ").split())) == (0, True)


def test_classify_uses_the_promoted_model_and_says_when_it_cannot(trained: str, shelf: Shelf, run: Run) -> None:
    shelf.promote(trained, NOW)
    answer = json.loads(run("classify", "--jsonl", given=b'{"text": "No rota."}\n')[1])
    assert trained in answer["classifier"]
    (shelf.folder / "current").write_text("v9\n")
    code, out, err = run("classify", "--jsonl", given=b'{"text": "No rota."}\n')
    assert (code, out, "there is no model v9" in err) == (1, "", True)


def test_check_names_a_model_and_a_shadow_that_cannot_be_opened(
    trained: str, shelf: Shelf, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shelf.folder / "current").write_text("v9\n")
    monkeypatch.setenv("INTAKE__CLASSIFIER__SHADOW", "v8")
    _, out, _ = run("check", "--offline")
    lines = " ".join(out.split())
    assert "FAULT classifier.current: there is no model v9" in lines
    assert "FAULT classifier.shadow: there is no model v8" in lines
    shelf.promote(trained, NOW)
    out = " ".join(run("check", "--offline")[1].split())
    assert "fine classifier.current" in out
    assert "warning classifier.current" not in out
    monkeypatch.setattr("intake.checking.VERSION", "99")
    assert "; run 'intake train' again" in " ".join(run("check", "--offline")[1].split())


def test_explain_shows_each_label_with_its_words_its_source_and_what_it_is_like(
    trained: str, run: Run, folder: Path
) -> None:
    line = json.dumps({"id": 7, "text": f"Hello. {corpus.ALONE} {corpus.KIND}"}).encode()
    code, out, _ = run("explain", "--jsonl", "--occlude", "--model", trained, given=line + b"\noops\n")
    first, second = (json.loads(one) for one in out.splitlines())
    assert (code, second["id"], first["id"]) == (1, None, 7)
    labels = {one["label"]: one for one in first["labels"]}
    supervision = labels["theme:supervision"]
    assert all(one["text"] in corpus.ALONE and one["source"] for one in supervision["evidence"])
    nearest = supervision["exemplars"][0]
    assert (nearest["text"].rstrip("."), nearest["likeness"] > 0.9) == (corpus.ALONE.rstrip("."), True)
    assert 0 <= supervision["chance"] <= 1
    left_out = {one["text"]: one["changes"] for one in first["left_out"]}
    assert left_out[corpus.ALONE]["isf"][0] > left_out[corpus.ALONE]["isf"][1]
    assert list(folder.glob("models/exemplars-hashing-1.npz"))
    again = run("explain", "--jsonl", "--occlude", "--model", trained, given=line)[1]
    assert json.loads(again) == first


def test_explain_says_that_it_reads_exemplars_once_how_far_it_is_and_where_they_are_kept(
    trained: str, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.commands.explain.TOLD", 5)
    kept = folder / "models" / "exemplars-hashing-1.npz"
    kept.unlink(missing_ok=True)
    code, out, err = run("explain", corpus.ALONE, "--model", trained)
    count = sum(bool(one.marks) for one in shipped("train"))
    first, *told = err.splitlines()
    assert (code, count) == (0, 12)
    assert f"Reading {count} marked messages" in first
    assert "--no-near" in first
    assert told == [
        f"They are kept in {kept}, so that the next time is quick.",
        *(f"{done} of {count} read" for done in (5, 10, 12)),
    ]
    assert "Reading" not in out
    assert run("explain", corpus.ALONE, "--model", trained)[2] == ""
    kept.unlink()
    assert run("explain", corpus.ALONE, "--model", trained, "--no-near")[2] == ""
    assert not kept.exists()


def test_explain_says_where_exemplars_cannot_be_kept(
    trained: str, shelf: Shelf, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data, opened = tmp_path / "data", open_model(WORDS, shelf, trained)
    monkeypatch.setattr("intake.commands.explain.open_model", lambda *_: opened)
    monkeypatch.setenv("INTAKE__DATA_DIR", str(data))
    code, _, err = run("explain", corpus.ALONE, "--model", trained)
    assert (code, f"They are not kept, for there is no folder {data}" in err) == (0, True)
    assert not data.exists()
    data.mkdir()
    (data / "models").write_text("no folder")
    code, _, err = run("explain", corpus.ALONE, "--model", trained)
    assert (code, "They could not be kept (File exists)" in err) == (0, True)


def test_explain_for_people_and_by_the_rules_alone(folder: Path, run: Run) -> None:
    code, out, _ = run("explain", corpus.ROTA, "--model", "rules", "--occlude")
    assert (code, "theme:rota" in out, "Without" in out) == (0, True, True)
    assert run("explain")[0] == 2


def test_replay_with_a_classifier_says_what_differs_and_changes_nothing(office: Office, run: Run) -> None:
    office.file(content(body="No registrar at Lincoln County Hospital."))
    before = office.tickets()
    code, out, err = run("replay", "--classifier", "rules")
    [told] = [json.loads(line) for line in out.splitlines()]
    assert (code, told["reference"]) == (0, before[0].row.reference)
    assert told["provider"] == [None, "RWD"]
    assert "registrar" not in out
    assert "1 concerns read by rules" in err
    assert office.tickets() == before
    assert run("replay", "--classifier", "v9")[0] == 1
    assert run("replay", "--classifier", "rules", "--ignored")[0] == 2


def test_compare_shows_serious_differences_first(office: Office, run: Run) -> None:
    for isf in (1, 3, 2, 2):
        office.room = replace(office.room, classify=lambda *_, isf=isf: verdict(isf=isf))
        office.file()
    with office.store.write() as tx:
        waiting = tx.shadows.missing("v1", since=NOW.replace(year=2020), limit=9)
        answers: dict[int, Verdict] = {1: verdict(isf=2), 3: verdict(isf=1), 2: verdict(isf=2)}
        for one in waiting:
            tx.shadows.add(one.ticket_id, "v1", answers[one.live.isf], NOW)
    assert run("models", "compare", "v2")[0] == 1
    code, out, _ = run("models", "compare", "v1", "--json")
    assert (code, [json.loads(line)["isf"] for line in out.splitlines()]) == (0, [[3, 1], [1, 2]])
    said = run("models", "compare", "v1")[1]
    assert "v1: 4 concerns read, 2 differ." in said
    assert "Serious now, and not by the candidate: 1." in said


def test_where_there_is_no_terminal_a_line_now_and_then_says_how_far_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(trials, "monotonic", lambda: now[0])
    with trials.bar() as told:
        for second in range(0, 50, 5):
            now[0] = float(second)
            told("reading [1]", second, 50)
        told("done", 0, 0)
    assert capsys.readouterr() == ("", "reading [1]: 20 of 50\nreading [1]: 40 of 50\n")


def test_a_worker_files_with_the_promoted_model_and_the_shadow_reads_along(
    trained: str, shelf: Shelf, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.promote(trained, NOW)
    monkeypatch.setenv("INTAKE__CLASSIFIER__SHADOW", trained)
    app = assemble(load_config(None, os.environ))
    office.take(content(body=corpus.ALONE), received_at=app.clock())
    room = filing_room(app, build_or_do_without(app.words, app.shelf))
    daemon = Daemon(tasks=(*filing_tasks(app, room), *shadow_tasks(app)))
    thread = Thread(target=daemon.run)
    thread.start()

    def recorded() -> tuple[Shadow, ...]:
        with app.store.read() as tx:
            return tx.shadows.all(trained)

    try:
        [one] = until(recorded)
    finally:
        daemon.stop()
        thread.join()
        app.store.close()
    [ticket] = office.tickets()
    assert trained in ticket.verdicts[0].classifier
    assert one.live == ticket.verdicts[0]
    assert one.candidate == replace(one.live, evidence=(), personal_data=())
    assert (office.waiting(), office.balances()) == (1, True)

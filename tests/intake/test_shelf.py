"""Facts about the models on disk: which one is in use, how it changes in one step, and the way back."""

import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from intake import classifier
from intake.classifying import build_or_do_without
from intake.shelf import SHIPPED, ModelError, Shelf
from models.verdict import Verdict
from tests.intake.making import NOW, WORDS, verdict


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    made = Shelf(tmp_path / "models")
    for version in ("v1", "v2"):
        made.add(version, only_a_card)
    return made


def only_a_card(folder: Path) -> None:
    (folder / "card.json").write_text("{}")


def test_without_a_pointer_the_shipped_model_is_in_use_and_nothing_is_made(tmp_path: Path) -> None:
    bare = Shelf(tmp_path / "models")
    assert (bare.current(), bare.versions(), bare.history(), bare.path(SHIPPED)) == (SHIPPED, (), (), None)
    assert not bare.folder.exists()


def test_a_promoted_model_is_in_use_and_each_way_back_is_one_step(shelf: Shelf) -> None:
    shelf.promote("v1", NOW)
    shelf.promote("v2", NOW)
    assert shelf.current() == "v2"
    assert [shelf.roll_back(NOW), shelf.current()] == ["v1", "v1"]
    assert [shelf.roll_back(NOW), shelf.current()] == [SHIPPED, SHIPPED]
    with pytest.raises(ModelError, match="no earlier model"):
        shelf.roll_back(NOW)
    assert [(one.what, one.version) for one in shelf.history()] == [
        ("promote", "v1"),
        ("promote", "v2"),
        ("rollback", "v1"),
        ("rollback", SHIPPED),
    ]


def test_after_a_way_back_a_new_model_has_its_own_way_back(shelf: Shelf) -> None:
    shelf.promote("v1", NOW)
    shelf.roll_back(NOW)
    shelf.promote("v2", NOW)
    assert shelf.roll_back(NOW) == SHIPPED


@pytest.mark.parametrize("name", ["v9", "../v1", "", ".", "/etc", "v1/..", "a b"])
def test_a_model_that_is_not_there_is_neither_found_nor_promoted(name: str, shelf: Shelf) -> None:
    with pytest.raises(ModelError, match="there is no model"):
        shelf.promote(name, NOW)
    assert shelf.current() == SHIPPED


@pytest.mark.parametrize("name", ["../out", "current", "history", "shipped", "", ".hidden"])
def test_a_model_cannot_be_put_anywhere_else_nor_in_the_place_of_a_pointer(name: str, shelf: Shelf) -> None:
    with pytest.raises(ModelError, match="no name"):
        shelf.add(name, lambda folder: None)


def test_a_model_whose_writing_fails_leaves_nothing(shelf: Shelf) -> None:
    def fails(folder: Path) -> None:
        (folder / "card.json").write_text("{}")
        raise OSError("disk full")

    with pytest.raises(OSError, match="full"):
        shelf.add("v3", fails)
    assert {path.name for path in shelf.folder.iterdir()} == {"v1", "v2"}


def test_a_model_in_use_is_not_written_over_and_another_is(shelf: Shelf) -> None:
    def write(folder: Path) -> None:
        (folder / "card.json").write_text('{"new": true}')

    shelf.promote("v1", NOW)
    shelf.add("v1", write)
    shelf.add("v2", write)
    assert (shelf.card("v1"), shelf.card("v2")) == ({}, {"new": True})


def test_the_way_back_passes_over_what_is_gone_and_is_open_from_a_pointer_that_cannot_be_read(shelf: Shelf) -> None:
    shelf.promote("v1", NOW)
    shelf.promote("v2", NOW)
    shutil.rmtree(shelf.folder / "v1")
    assert shelf.roll_back(NOW) == SHIPPED
    with pytest.raises(ModelError, match="no earlier model"):
        shelf.roll_back(NOW)
    (shelf.folder / "current").write_bytes(b"\xff\xfe")
    assert [shelf.roll_back(NOW), shelf.current()] == [SHIPPED, SHIPPED]


def test_lines_of_the_history_that_cannot_be_read_are_passed_over(shelf: Shelf) -> None:
    shelf.promote("v1", NOW)
    with (shelf.folder / "history").open("a") as lines:
        lines.write("oops\n[1]\n{}\n")
    shelf.promote("v2", NOW)
    assert [one.version for one in shelf.history()] == ["v1", "v2"]
    assert shelf.roll_back(NOW) == "v1"


def test_a_model_that_cannot_be_opened_is_replaced_by_the_shipped_one_and_the_log_is_loud(shelf: Shelf) -> None:
    shelf.promote("v1", NOW)  # its folder holds a card and nothing else
    with capture_logs() as logs:
        classify = build_or_do_without(WORDS, shelf)
    assert classify("", "No registrar at Lincoln County Hospital.", "email").provider == "RWD"
    [loud] = [line for line in logs if line["event"] == "classifier.model_broken"]
    assert (loud["log_level"], "model v1 cannot be opened" in loud["why"]) == ("critical", True)
    with pytest.raises(ModelError, match="v1 cannot be opened"):
        classifier.open_model(WORDS, shelf, "v1")


def test_a_pointer_to_what_is_gone_or_is_no_text_falls_back_too(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def built(_words: object, _shelf: Shelf, version: str) -> object:
        shelf.path(version)
        return lambda *_: verdict(classifier=version)

    monkeypatch.setattr(classifier, "build_classifier", built)
    for content in (b"v9\n", b"\xff\xfe"):
        (shelf.folder / "current").write_bytes(content)
        with capture_logs() as logs:
            found: Verdict = build_or_do_without(WORDS, shelf)("", "", "")
        assert found.classifier == SHIPPED
        assert [line["event"] for line in logs] == ["classifier.model_broken"]


def test_the_model_in_use_is_the_one_that_is_built(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "build_classifier", lambda _w, _s, version: lambda *_: verdict(classifier=version))
    shelf.promote("v2", NOW)
    assert build_or_do_without(WORDS, shelf)("", "", "").classifier == "v2"

"""Facts about messages as authors write them: read with their words' offsets, or refused with where and why."""

import json
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.learning.corpus import read_labelled
from classifiers.learning.written import FormError, main, messages_of, values_of
from models.framework import Reference
from models.verdict import Kind

CONCERN = """@@ channel=email kind=concern provider=RWE site=RWEAA specialties=100,PROG-F1 impact=3 likelihood=4
Subject: Take nights
No registrar came on two nights.
I was alone.

Lee
-- theme:supervision | No registrar came on two nights.
-- theme:lone_working | I was alone.
-- impact | I was alone.
-- likelihood | on two nights
-- red_flag:patient_at_risk | No registrar came
"""
PRAISE = "@@ channel=chat kind=good_practice provider= specialties=\nbest teaching ever\n"


def one(form: str, reference: Reference) -> dict[str, object]:
    [message] = messages_of(form)
    return values_of(message, reference)


def test_a_concern_has_its_codes_its_category_and_the_offsets_of_its_words(reference: Reference) -> None:
    found = one(CONCERN, reference)
    text = str(found["text"])
    assert text == "No registrar came on two nights.\nI was alone.\n\nLee"
    assert (found["subject"], found["provider"], found["site"]) == ("Take nights", "RWE", "RWEAA")
    assert (found["specialties"], found["provider_candidates"]) == (["100", "PROG-F1"], [])
    assert (found["impact"], found["likelihood"], found["isf"]) == (3, 4, 2)
    assert (found["themes"], found["red_flags"]) == (["supervision", "lone_working"], ["patient_at_risk"])
    spans = found["spans"]
    assert isinstance(spans, list)
    assert [text[span["start"] : span["end"]] for span in spans][-2:] == ["on two nights", "No registrar came"]


def test_praise_has_no_subject_no_place_and_category_0(reference: Reference) -> None:
    found = one(PRAISE, reference)
    assert (found["kind"], found["subject"], found["provider"], found["isf"]) == ("good_practice", "", None, 0)
    assert found["spans"] == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("| I was alone.", "| I was alone with"), "not in the text"),
        (("impact=3", "impact=6"), "1 to 5"),
        (("kind=concern", "kind=moan"), "kind is 'moan'"),
        (("channel=email", "channel=post"), "email or chat"),
        (("kind=concern", "kind=enquiry"), "only a concern"),
        (("-- impact | I was alone.\n", ""), "words for impact"),
    ],
)
def test_what_is_not_in_the_form_is_refused_with_its_reason(
    change: tuple[str, str], why: str, reference: Reference
) -> None:
    with pytest.raises(FormError, match=why):
        one(CONCERN.replace(*change), reference)


@given(form=st.text(max_size=300))
def test_any_text_is_read_or_refused(form: str, reference: Reference) -> None:
    for message in messages_of("@@ " + form):
        with suppress(FormError):
            assert values_of(message, reference)["text"]


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, *files: Path) -> int:
    monkeypatch.setattr(sys, "argv", ["written", "z1", *map(str, files), "--into", str(folder)])
    return main()


def test_right_messages_are_written_and_wrong_ones_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = PRAISE.replace("specialties=", "specialties=wizardry")
    (tmp_path / "z1-01.txt").write_text(CONCERN + wrong + PRAISE, encoding="utf-8")
    assert run(monkeypatch, tmp_path, tmp_path / "z1-01.txt") == 1
    shown = capsys.readouterr()
    assert "z1-01.txt, message 2: z1-002: unknown specialty wizardry" in shown.err
    assert "2 messages" in shown.out
    read = read_labelled(tmp_path / "z1.jsonl")
    assert [(one.id, one.kind) for one in read] == [("z1-001", Kind.CONCERN), ("z1-002", Kind.GOOD_PRACTICE)]
    assert json.loads((tmp_path / "z1.jsonl").read_text(encoding="utf-8").splitlines()[0])["isf"] == 2


def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path, tmp_path / "none.txt") == 2
    assert "none.txt" in capsys.readouterr().err
    assert not (tmp_path / "z1.jsonl").exists()

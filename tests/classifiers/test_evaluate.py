"""The figures of `python -m classifiers.evaluate`."""

import json
from pathlib import Path

import pytest

from classifiers.evaluate import kappa, main


def test_kappa_is_one_without_difference_and_falls_with_the_distance() -> None:
    assert kappa([(0, 0), (1, 1), (3, 3)]) == 1.0
    near, far = kappa([(0, 1), (3, 3), (2, 2)]), kappa([(0, 3), (3, 3), (2, 2)])
    assert far < near < 1.0


def test_a_labelled_file_is_measured_and_its_texts_are_not_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "No registrar at New Cross."
    labels = {"kind": "enquiry", "provider": "RL4", "site": "RL403", "specialties": [], "themes": ["supervision"],
              "isf": 3, "red_flags": []}  # fmt: skip
    file = tmp_path / "labelled.jsonl"
    file.write_text(json.dumps({"id": "X1", "channel": "email", "subject": "", "text": text, **labels}) + "\n")
    assert main([str(file), "--wrong"]) == 0
    printed = capsys.readouterr().out
    assert "X1 kind enquiry>concern" in printed
    assert "registrar" not in printed

"""A corpus so small that training on it takes a second: for what is done with models, not for how good they are."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from classifiers.learning import corpus

ROTA = "The rota came out two days before we began."
ALONE = "I was left alone on the ward with nobody senior, and a patient nearly died."
SHOUTED = "The consultant threatened to hit me and shouted at me in front of everybody."
KIND = "Everybody was kind and the teaching was the best I have had."
ASKED = "Could you please tell me where I find the form for study leave?"
LABELS: dict[str, dict[str, Any]] = {
    ROTA: {"themes": ["rota"], "impact": 2, "likelihood": 3, "isf": 1},
    ALONE: {"themes": ["supervision"], "impact": 5, "likelihood": 4, "isf": 3, "red_flags": ["patient_at_risk"]},
    SHOUTED: {"themes": ["bullying"], "impact": 4, "likelihood": 4, "isf": 3, "red_flags": ["violence"]},
    KIND: {"kind": "good_practice", "impact": 1, "likelihood": 1, "isf": 0},
    ASKED: {"kind": "enquiry", "impact": 1, "likelihood": 1, "isf": 0},
}
OPENINGS = ("Dear team,", "Hello, I am a student nurse.", "I work in surgery.", "hi there,")


def labelled(author: str) -> Iterator[dict[str, Any]]:
    """Messages by one author: each of the sentences after each of the openings."""
    for number, opening in enumerate(OPENINGS):
        for place, (sentence, labels) in enumerate(LABELS.items()):
            text = f"{opening} {sentence}"
            start, end = len(opening) + 1, len(text)
            told = [f"theme:{one}" for one in labels.get("themes", ())]
            told += [f"red_flag:{one}" for one in labels.get("red_flags", ())]
            told += ["impact", "likelihood"] if told else []
            spans = [{"label": label, "start": start, "end": end} for label in told]
            ids = {"id": f"{author}-{number}-{place}", "channel": "chat" if number % 2 else "email", "subject": ""}
            yield {**ids, "text": text, "kind": "concern", **labels, "spans": spans}


def lay(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Let the product find this corpus, written into a folder, in place of the one that it ships."""
    (folder / "corpus").mkdir()
    for part in ("train", "tune", "test"):
        lines = "".join(json.dumps(message) + "\n" for message in labelled(part))
        (folder / "corpus" / f"{part}.jsonl").write_text(lines)
        patch.setitem(corpus.PARTS, part, (part,))
    patch.setattr(corpus, "resources", SimpleNamespace(files=lambda _package: folder))

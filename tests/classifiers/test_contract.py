"""`intake classify --jsonl`: the contract for programs (docs/contracts.md)."""

import io
import json
from typing import Any

from classifiers.pipeline import Classifier
from intake.commands.classify import answer_lines

KEYS = {
    "id", "kind", "provider", "site", "provider_candidates", "specialties", "themes", "impact", "likelihood", "isf",
    "red_flags", "confidence", "needs_person", "language", "evidence", "classifier",
}  # fmt: skip


def answers(classifier: Classifier, *lines: bytes) -> list[dict[str, Any]]:
    """The answers as another program reads them."""
    given = answer_lines(io.BytesIO(b"\n".join(lines)), classifier)
    return [json.loads(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")) for answer in given]


def test_an_answer_has_exactly_the_keys_of_the_contract(classifier: Classifier) -> None:
    text = "No registrar at New Cross."
    line = json.dumps({"id": "A1", "channel": "email", "subject": "Nights", "text": text}).encode()
    (answer,) = answers(classifier, line)
    assert answer.keys() == KEYS
    assert answer["id"] == "A1"
    assert (answer["kind"], answer["provider"], answer["site"]) == ("concern", "RL4", "RL403")
    for evidence in answer["evidence"]:
        assert evidence.keys() == {"label", "text", "start", "end", "source"}
        assert evidence["start"] is None or text[evidence["start"] : evidence["end"]] == evidence["text"]


def test_who_asks_for_reasons_is_told_why_a_person_is_needed(classifier: Classifier) -> None:
    lines = b"\n".join(json.dumps({"id": n, "text": "No registrar. " * n}).encode() for n in (1, 5_000))
    short, long = answer_lines(io.BytesIO(lines), classifier, reasons=True)
    assert long.keys() == short.keys() == KEYS | {"needs_person_reasons"}
    assert "the text is very long; only its first and last parts were read" in long["needs_person_reasons"]
    assert short["needs_person"] == bool(short["needs_person_reasons"])


def test_answers_come_in_order_and_a_bad_line_spoils_no_other(classifier: Classifier) -> None:
    good = b'{"id": %d, "channel": "chat", "subject": "", "text": "no registrar"}'
    given = answers(classifier, good % 1, b"no json", b'{"id": 9}', good % 2)
    assert [answer["id"] for answer in given] == [1, None, None, 2]
    assert [("error" in answer) for answer in given] == [False, True, True, False]


def test_a_channel_that_the_contract_does_not_know_is_an_error_of_that_line(classifier: Classifier) -> None:
    lines = (b'{"id": 1, "channel": "%b", "text": "no registrar"}' % one for one in (b"fax", b"email", b"", b"chat"))
    first, *others = answers(classifier, *lines)
    assert first == {"id": None, "error": 'line 1: "channel" is neither "email" nor "chat"'}
    assert not [answer for answer in others if "error" in answer]


def test_the_whole_of_unicode_comes_through(classifier: Classifier) -> None:
    line = json.dumps({"id": 1, "channel": "email", "subject": "\ud83d", "text": "\ud800 no registrar \u0000"}).encode()
    (answer,) = answers(classifier, line)
    assert "supervision" in answer["themes"]

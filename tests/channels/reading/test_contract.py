"""`intake read --jsonl` is a contract for programs: keys, types, order, and the answer for a file that is not there."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.house import ROOT

MAILS = ROOT / "tests" / "mail"
TYPES: dict[str, tuple[type, ...]] = {
    "file": (str,),
    "from": (str, type(None)),
    "name": (str, type(None)),
    "to": (list,),
    "subject": (str,),
    "date": (str, type(None)),
    "message_id": (str, type(None)),
    "in_reply_to": (str, type(None)),
    "references": (list,),
    "text": (str,),
    "new_text": (str,),
    "html": (str, type(None)),
    "attachments": (list,),
    "automatic": (str, type(None)),
    "defects": (list,),
}
CALL = "from intake.cli import main; main()"
KINDS = {None, "bounce", "auto-reply", "auto-generated", "list", "bulk", "calendar", "receipt", "own"}


def intake_read(*arguments: str, given: str = "") -> tuple[int, list[dict[str, Any]]]:
    run = subprocess.run(
        [sys.executable, "-c", CALL, "read", "--jsonl", *arguments],
        cwd=ROOT,
        input=given.encode("utf-8", "surrogateescape"),
        capture_output=True,
        check=False,
        timeout=60,
    )
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines()]


def test_every_written_mail_is_answered_in_order_with_exactly_these_keys_and_types() -> None:
    names = [str(path) for path in sorted(MAILS.glob("*.eml"))]
    code, answers = intake_read("--from-file", "-", given="\n".join(names))
    assert code == 0
    assert [answer["file"] for answer in answers] == names
    for answer in answers:
        assert list(answer) == list(TYPES)
        assert [key for key, kinds in TYPES.items() if not isinstance(answer[key], kinds)] == []
        assert answer["automatic"] in KINDS
        assert all(list(one) == ["name", "type", "size"] for one in answer["attachments"])
        assert all(isinstance(one["size"], int) for one in answer["attachments"])
        assert all(isinstance(one, str) for key in ("to", "references", "defects") for one in answer[key])


def test_files_may_be_named_one_by_one_and_in_a_list(tmp_path: Path) -> None:
    listed = tmp_path / "list"
    listed.write_text(f"{MAILS / 'plain.eml'}\n\n{MAILS / 'html-list.eml'}\n", encoding="utf-8")
    code, answers = intake_read(str(MAILS / "nul-bytes.eml"), "--from-file", str(listed))
    assert code == 0
    assert [Path(answer["file"]).stem for answer in answers] == ["nul-bytes", "plain", "html-list"]


def test_a_missing_file_is_answered_with_an_error_and_the_others_are_read(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.eml")
    code, answers = intake_read(str(MAILS / "plain.eml"), missing, str(tmp_path), str(MAILS / "plain.eml"))
    assert code == 1
    assert ["error" in answer for answer in answers] == [False, True, True, False]
    assert answers[1]["file"] == missing
    assert answers[0] == answers[3]


def test_an_empty_file_and_bytes_that_are_no_mail_are_answered(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 10)
    code, answers = intake_read(str(tmp_path / "empty"), str(tmp_path / "noise"))
    assert code == 0
    assert ["no mail header was found" in answer["defects"] for answer in answers] == [True, True]


def test_each_answer_is_written_before_the_next_file_is_named() -> None:
    """A program may feed the files one by one and wait for each answer."""
    with subprocess.Popen(
        [sys.executable, "-c", CALL, "read", "--jsonl", "--from-file", "-"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as running:
        assert running.stdin
        assert running.stdout
        for name in ("plain", "html-list"):
            running.stdin.write(f"{MAILS / name}.eml\n".encode())
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["file"] == f"{MAILS / name}.eml"
        running.stdin.close()
        assert running.wait(timeout=30) == 0


def test_no_file_at_all_is_a_wrong_call() -> None:
    assert intake_read() == (2, [])

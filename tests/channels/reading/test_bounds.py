"""A hostile mail of 30 MB takes bounded time and memory. The child's limits stop it; nothing here looks at a clock."""

import resource
import subprocess
import sys

import pytest

from channels.email.bodies import LONGEST_TEXT
from channels.email.mime import read
from channels.email.structure import MOST_PARTS
from tests.channels.reading.hostile import HEAD, MAILS, mixed
from tests.house import ROOT

MOST_MEGABYTES = 300
MOST_CPU_SECONDS = 20
"""Four times what the slowest may take, for slow machines; a mail that hurts takes minutes."""


@pytest.mark.parametrize("name", MAILS)
def test_a_hostile_mail_is_read_within_bounds(name: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.channels.reading.hostile", name],
        cwd=ROOT,
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS)),
    )
    assert run.returncode == 0, f"{name}: {run.stderr.decode()[-500:]}"
    assert int(run.stdout) < MOST_MEGABYTES


def test_what_lies_beyond_a_bound_is_named_and_what_lies_before_is_read() -> None:
    parts = read(mixed(b"--b\n\nfirst\n")[:5_000_000])
    assert parts.text.startswith("first")
    assert parts.text.count("first") < MOST_PARTS
    assert "too many or too deeply nested parts; the rest was not read" in parts.defects
    long = read(HEAD + b"\nfirst " + b"a" * 3_000_000)
    assert long.text.startswith("first")
    assert len(long.text) == LONGEST_TEXT
    assert "the text is too long; its end was cut" in long.defects


def test_words_behind_a_large_picture_in_the_html_are_read() -> None:
    picture = b'<img src="data:image/png;base64,' + b"A" * 3_000_000 + b'">'
    mail = read(HEAD + b"Content-Type: text/html\n\n<p>before</p>" + picture + b"<p>behind</p>")
    assert mail.text.split() == ["before", "behind"]


def test_words_behind_a_large_file_are_read() -> None:
    file = b"--b\nContent-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\n" + b"QUJD\n" * 4_000_000
    mail = read(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + file + b"--b\n\nbehind\n--b--\n")
    assert mail.text.strip() == "behind"
    assert [(one.name, one.size) for one in mail.attachments] == [("a.png", 12_000_000)]

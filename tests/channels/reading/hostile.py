"""Mails that were written to hurt: 30 MB each. Run as a program it reads one and prints its peak of memory in MB."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from channels.email.mime import as_contract, read
from channels.email.sender import Trusted, facts_of

SIZE = 30_000_000
HEAD = b"From: a@x.test\nSubject: s\n"


def filled(head: bytes, piece: bytes, size: int = SIZE) -> bytes:
    return head + piece * (size // len(piece))


def nested(piece: bytes) -> bytes:
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(60))
    return filled(HEAD + opened + b"\n", piece)


def mixed(piece: bytes) -> bytes:
    return filled(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n", piece)


def of_type(kind: bytes, piece: bytes, encoding: bytes = b"8bit", size: int = SIZE) -> bytes:
    return filled(HEAD + b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: " + encoding + b"\n\n", piece, size)


INTRO = b"On Mon 9 Nov 2026 18:10 a@x.test <a@x.test> wrote"
MAILS: dict[str, Callable[[], bytes]] = {
    "empty lines": lambda: filled(HEAD + b"\n", b"\n"),
    "one line": lambda: filled(HEAD + b"\n", b"a"),
    "header fields": lambda: filled(HEAD, b"a: b\n"),
    "one folded header": lambda: filled(b"Subject: x\n", b" y\n"),
    "header lines without a name": lambda: filled(b"Subject: x\n", b"y y\n") + b"From: a@x.test\n\nhi",
    "parts": lambda: mixed(b"--b\n\nx\n"),
    "parts of parts": lambda: nested(b"y" * 76 + b"\n"),
    "lines like a boundary": lambda: mixed(b"--b-\n"),
    "boundaries in a row": lambda: mixed(b"--b"),
    "a boundary that is lost": lambda: filled(HEAD + b"Content-Type: multipart/mixed\n\n", b"--" + b"x" * 198 + b"\n"),
    "mails in mails": lambda: filled(HEAD, b"Content-Type: message/rfc822\n\n"),
    "parameters": lambda: mixed(b"--b\nContent-Type: text/plain" + b";a*0*='\"" * 900 + b"\n\nhi\n"),
    "encoded words": lambda: filled(b"From: a@x.test\nSubject: ", b"=?utf-8?q?", 900_000) + b"\n\nhi",
    "recipients": lambda: HEAD + (b"To: " + b"a@x.test, " * 2_000 + b"\n") * 45 + b"\n\nhi",
    "a file": lambda: of_type(b"application/pdf; name=a.pdf", b"QUJD" * 19 + b"\r\n", b"base64"),
    "padding": lambda: of_type(b"text/plain", b"QQ==", b"base64"),
    "escapes": lambda: of_type(b"text/plain", b"=41", b"quoted-printable"),
    "uuencoded lines": lambda: of_type(b"image/png", b"#0V%T\n", b"x-uuencode"),
    "UTF-7": lambda: of_type(b"text/plain; charset=utf-7", b"+2AA-"),
    "Chinese without a charset": lambda: filled(HEAD + b"\n", b"\xb0\xa1"),
    "flowed lines": lambda: of_type(b"text/plain; format=flowed", b"a \n"),
    "elements": lambda: of_type(b"text/html", b"<b>x</b>"),
    "table rows": lambda: of_type(b"text/html", b"<tr><td>a</td><td>b</td></tr>"),
    "comments that never end": lambda: of_type(b"text/html", b"<!--"),
    "scripts that never end": lambda: of_type(b"text/html", b"<script>"),
    "quotes in quotes": lambda: of_type(b"text/html", b"<blockquote type=cite>"),
    "alternatives": lambda: mixed(
        b"--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nhi\n--c\nContent-Type: text/html\n\n"
        + b"<p>x</p>" * 2_400
        + b"\n"
    ),
    "intros": lambda: filled(HEAD + b"In-Reply-To: <a@x.test>\n\n", INTRO[:-1] + b":\n", 190_000),
    "intros on one line": lambda: filled(HEAD + b"In-Reply-To: <a@x.test>\n\n", INTRO, 190_000) + b":\n",
    "rules of stars": lambda: filled(HEAD + b"\n", b"*" * 399 + b"\n", 4_000_000),
    "signatures": lambda: filled(HEAD + b"\nhi\n", b"--\n", 190_000),
    "questions and answers": lambda: filled(HEAD + b"In-Reply-To: <a@x.test>\n\n", b"> x\ny\n", 190_000),
}


def most_megabytes() -> int:
    """The most memory that this process has held. Not `ru_maxrss`: it remembers the process that started us."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    hostile = MAILS[sys.argv[1]]()
    mail = read(hostile)
    answer = as_contract(mail, "hostile")
    facts_of(hostile, mail, Trusted(), now=0)
    json.dumps(answer, ensure_ascii=False).encode()
    sys.stdout.write(str(most_megabytes()))

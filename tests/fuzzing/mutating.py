"""Bytes that are nearly a mail: written mails cut, spliced, wrapped, repeated and mangled; always the same by seed."""

import base64
from pathlib import Path
from random import Random

SEEDS = tuple(path.read_bytes() for path in sorted((Path(__file__).parents[1] / "mail").glob("*.eml")))
MOST_BYTES = 400_000
PIECES = (
    *(b"\r\n", b"\n", b"\r", b"\n\n", b" ", b"\t", b"\x00", b"\xff", b"\xfe\xff", b"\xe2\x80\xae", b"=\r\n", b"=3D"),
    *(b"--", b"--b", b"--b--", b"boundary=", b'boundary=""', b"; charset=utf-7", b"; charset=utf-16", b"; charset=x"),
    *(b"Content-Type: ", b"multipart/mixed; boundary=b", b"multipart/report", b"message/rfc822", b"text/html"),
    *(b"text/calendar; method=REPLY", b"message/delivery-status", b"application/ms-tnef", b"application/pgp-encrypted"),
    *(b"application/vnd.openxmlformats-officedocument.wordprocessingml.document; name=a.docx", b"application/pdf"),
    *(b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: x-uuencode\r\n", b"begin 644 a\n"),
    *(b"Content-Disposition: attachment; filename*0*=utf-8''%ff%", b"filename*1=", b"name==?utf-8?b?/w==?="),
    *(b"=?utf-8?q?", b"=?iso-2022-jp?b?GyRC", b"?=", b"From: ", b"From: <>\r\n", b"To: a:b;,<@x>\r\n", b"Subject: "),
    *(b"Message-ID: <", b"References: ", b"In-Reply-To: <<>>", b"Date: Thu, 99 Zzz 99999 99:99:99 +9999\r\n"),
    *(
        b"Auto-Submitted: auto-replied\r\n",
        b"Received: ",
        b"Authentication-Results: a; dkim=pass\r\n",
        b"DKIM-Signature: v=1;",
    ),
    *(b"<div>", b"<blockquote>", b"</", b"<!--", b"<style>", b"<![CDATA[", b"&#x110000;", b"&#0;", b"<table><tr><td>"),
    *(
        b"> ",
        b">>>>",
        b"On Mon, 9 Nov 2026 at 18:10, a@x.test wrote:\r\n",
        b"-----Original Message-----\r\n",
        b"-- \r\n",
    ),
    *(b"%PDF-1.7\n", b"PK\x03\x04", b"\x78\x9f\x3e\x22", b"QM-7K3F-2R", b"Begin forwarded message:\r\n\r\nFrom: "),
)


def mutated(random: Random) -> bytes:
    """A mail that somebody has sat on, at most `MOST_BYTES` long."""
    raw = random.choice(SEEDS)
    for _ in range(random.randint(1, 8)):
        raw = random.choice(WAYS)(random, raw)[:MOST_BYTES]
    return raw


def _at(random: Random, raw: bytes) -> int:
    # Half of all troubles lie where lines begin.
    at = random.randint(0, len(raw))
    return (raw.find(b"\n", at) + 1 or at) if random.random() < 0.5 else at


def _put_in(random: Random, raw: bytes) -> bytes:
    at = _at(random, raw)
    piece = random.choice(PIECES) if random.random() < 0.8 else random.randbytes(random.randint(1, 20))
    return raw[:at] + piece + raw[at + random.choice((0, 0, 1, len(piece))) :]


def _cut(random: Random, raw: bytes) -> bytes:
    at = _at(random, raw)
    return raw[:at] + raw[at + random.randint(0, 1 + len(raw) // random.choice((2, 20, 200))) :]


def _spliced(random: Random, raw: bytes) -> bytes:
    other = random.choice(SEEDS)
    return raw[: _at(random, raw)] + other[_at(random, other) :]


def _repeated(random: Random, raw: bytes) -> bytes:
    start = _at(random, raw)
    piece = raw[start : start + random.randint(1, 300)]
    return raw[:start] + piece * random.choice((2, 10, 200, 2_000)) + raw[start:]


def _flipped(random: Random, raw: bytes) -> bytes:
    changed = bytearray(raw or b"x")
    for _ in range(random.randint(1, 20)):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _wrapped(random: Random, raw: bytes) -> bytes:
    kind = random.choice((b"message/rfc822", b"application/octet-stream; name=x.eml", b"text/rfc822-headers"))
    head = b"From: a@x.test\r\nSubject: w\r\nContent-Type: multipart/mixed; boundary=w%d\r\n\r\n" % len(raw)
    return head + b"--w%d\r\nContent-Type: %b\r\n\r\n%b\r\n--w%d--\r\n" % (len(raw), kind, raw, len(raw))


def _encoded(random: Random, raw: bytes) -> bytes:
    head, gap, body = raw.partition(b"\n\n")
    return head + b"\nContent-Transfer-Encoding: base64" + gap + base64.encodebytes(body)[random.randint(0, 3) :]


def _other_line_ends(random: Random, raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", random.choice((b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\r")))


WAYS = (_put_in, _put_in, _put_in, _cut, _spliced, _repeated, _flipped, _wrapped, _encoded, _other_line_ends)

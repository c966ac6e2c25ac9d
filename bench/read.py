"""How fast mails are read: `python -m bench.read`.

The floor is the standard library's parser, measured in the same run, turn by turn with us, on the same mails. It only
takes a mail apart; we also decode it, lay out its HTML, look for a machine's signs and tell new words from quotes.
Absolute figures drift with the machine; the ratios hold.
"""

import argparse
import email
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import compat32, default
from pathlib import Path

from channels.email.mime import as_contract, read

ROUNDS = 5
FIXTURES = Path(__file__).parents[1] / "tests" / "mail"
PARAGRAPH = "On Friday I was left alone on the ward with nine patients, and nobody came when I called. "
INTRO = "On Mon, 9 Nov 2026 at 18:10, Quality.me <quality.me@intake.test> wrote:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the table: seconds for one mail, with us and with each of the floors."""

    mails: str
    count: int
    ours: float
    parsed: float
    parsed_with_content: float


def plain() -> bytes:
    """A reply as phones send it, of about 3 kB."""
    mail = _headed("Re: My placement")
    mail["In-Reply-To"] = "<ack-7@intake.test>"
    quoted = "\n".join(f"> {PARAGRAPH}" for _ in range(12))
    mail.set_content(f"{PARAGRAPH * 6}\n\nSent from my iPhone\n\n{INTRO}\n\n{quoted}\n")
    return mail.as_bytes()


def rich() -> bytes:
    """The same words as text and as HTML, as Outlook writes them, of about 20 kB."""
    mail = _headed("My placement")
    mail.set_content(PARAGRAPH * 6)
    styled = f'<p class="MsoNormal" style="margin:0cm;font-size:11pt"><span lang="EN-GB">{PARAGRAPH}</span></p>'
    head = "<style>" + "p.MsoNormal {margin:0cm;font-size:11.0pt;}\n" * 150 + "</style>"
    mail.add_alternative(f"<html><head>{head}</head><body>{styled * 40}</body></html>", subtype="html")
    return mail.as_bytes()


def with_file() -> bytes:
    """A short text and a picture of 2 MB."""
    mail = _headed("My placement")
    mail.set_content(PARAGRAPH)
    mail.add_attachment(bytes(range(256)) * 8_000, maintype="image", subtype="jpeg", filename="ward.jpg")
    return mail.as_bytes()


def _headed(subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Amina Hussain <amina.hussain@student.example>"
    mail["To"] = "Quality.me <quality.me@intake.test>"
    mail["Subject"] = subject
    mail["Date"] = "Mon, 9 Nov 2026 18:04:11 +0000"
    mail["Message-ID"] = "<bench@student.example>"
    for hop in range(8):
        mail["Received"] = f"from mx{hop}.example by mx{hop + 1}.example with ESMTPS; Mon, 9 Nov 2026 18:04:11 +0000"
    return mail


def answer(raw: bytes) -> str:
    """What `intake read --jsonl` does with one mail."""
    return json.dumps(as_contract(read(raw), "bench"), ensure_ascii=False)


def parse(raw: bytes) -> object:
    """The fastest that the standard library has: the structure, nothing decoded."""
    return email.message_from_bytes(raw, policy=compat32)


def parse_with_content(raw: bytes) -> object:
    """What one would write with the standard library: headers decoded, and the body's text."""
    mail = email.message_from_bytes(raw, policy=default)
    try:
        body = mail.get_body(("plain", "html"))
        return mail["from"], mail["subject"], body.get_content() if body else ""
    except Exception:  # noqa: BLE001 - it raises on mails that we must read
        return None


def seconds(work: Callable[[bytes], object], mails: Sequence[bytes], times: int) -> float:
    """Seconds for one mail, on average."""
    begin = time.perf_counter()
    for _ in range(times):
        for raw in mails:
            work(raw)
    return (time.perf_counter() - begin) / (times * len(mails))


def measure(name: str, mails: Sequence[bytes], times: int) -> Line:
    """The rounds alternate between us and the floors, and the median round counts."""
    taken: dict[Callable[[bytes], object], list[float]] = {answer: [], parse: [], parse_with_content: []}
    for _ in range(ROUNDS):
        for work, rounds in taken.items():
            rounds.append(seconds(work, mails, times))
    median = {work: statistics.median(rounds) for work, rounds in taken.items()}
    return Line(
        mails=name,
        count=len(mails),
        ours=median[answer],
        parsed=median[parse],
        parsed_with_content=median[parse_with_content],
    )


def by_the_command(mails: Sequence[bytes]) -> tuple[int, int, float]:
    """One call of `intake read --jsonl` for all: its exit code, its answers, and mails a second of its CPU.

    CPU time, with that of its start: what one core of its own would need, however busy this machine is.
    """
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for number, raw in enumerate(mails):
            path = Path(folder) / f"{number}.eml"
            path.write_bytes(raw)
            names.append(f"{path}\n")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        call = [sys.executable, "-c", "from intake.cli import main; main()", "read", "--jsonl", "--from-file", "-"]
        done = subprocess.run(call, input="".join(names).encode(), capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, sum("error" not in one for one in answers), len(mails) / spent


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="How fast mails are read, beside the standard library's parser.")
    parser.add_argument("--times", type=int, default=100, help="how often each mail is read a round (default 100)")
    parser.add_argument("--command", type=int, default=1_000, help="mails of one call of the command (default 1000)")
    parser.add_argument("files", nargs="*", type=Path, help="mails of your own (default: those of the tests)")
    given = parser.parse_args()
    written = [path.read_bytes() for path in given.files or sorted(FIXTURES.glob("*.eml"))]
    sets = [
        ("a reply as text", [plain()], given.times),
        ("text and HTML", [rich()], given.times),
        ("a picture of 2 MB", [with_file()], max(1, given.times // 20)),
        ("your mails" if given.files else "mails of the tests", written, max(1, given.times // 50)),
    ]
    print(f"{'mails':<20} {'count':>5} {'ms':>8} {'per s':>8}   {'only parsed':>12}   {'parsed, decoded':>16}")
    for name, mails, times in sets:
        line = measure(name, mails, times)
        print(
            f"{line.mails:<20} {line.count:>5} {line.ours * 1e3:>8.2f} {1 / line.ours:>8,.0f}"
            f"   {line.ours / line.parsed:>10.1f} x   {line.ours / line.parsed_with_content:>14.1f} x"
        )
    if given.command:
        thousand = (written * (given.command // len(written) + 1))[: given.command]
        code, answers, rate = by_the_command(thousand)
        told = f"exit {code}, {answers:,} answers to {len(thousand):,} mails, {rate:,.0f} per s of CPU"
        print(f"intake read --jsonl: {told}")


if __name__ == "__main__":
    main()

"""Our rates on our own written mails, as docs/reading-mail.md shows them: `python -m tests.rates`.

Beside each stands what the standard library alone would say. A fact counts where the file beside a mail states it.
"""

import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from channels.email.mime import as_contract, read

MAILS = Path(__file__).parent / "mail"
OWN = frozenset({"quality.me@intake.test"})
Facts = dict[str, Any]
Answer = dict[str, Any]


def same(key: str) -> Callable[[Facts, Answer], bool | None]:
    """Whether a fact of this name is right; None where a mail states none."""
    return lambda facts, said: None if key not in facts else plain(said.get(key)) == plain(facts[key])


def plain(value: Any) -> Any:
    """A value without white space at its ends; what TOML writes for nothing is nothing."""
    return value.strip() if isinstance(value, str) and value != "none" else None if value == "none" else value


def body(facts: Facts, said: Answer) -> bool | None:
    """Whether the whole text is right, or has in it what it must and nothing that it must not."""
    if not {"text", "text_has", "text_lacks"} & facts.keys():
        return None
    has = all(words in said["text"] for words in facts.get("text_has", []))
    lacks = not any(words in said["text"] for words in facts.get("text_lacks", []))
    return has and lacks and same("text")(facts, said) is not False


def names(facts: Facts, said: Answer) -> bool | None:
    """Whether the files have the names that they should."""
    wanted = facts.get("attachments")
    return None if wanted is None else [one["name"] for one in said["attachments"]] == [one["name"] for one in wanted]


def nothing_lost(facts: Facts, said: Answer) -> bool | None:
    """Whether no word that is new is missing, though more may be there."""
    if not {"new_text", "new_text_has"} & facts.keys():
        return None
    missing = Counter(str(facts.get("new_text", "")).split()) - Counter(said["new_text"].split())
    return not missing and all(words in said["new_text"] for words in facts.get("new_text_has", []))


def machine(*kinds: str) -> Callable[[Facts, Answer], bool | None]:
    """Whether a machine's mail is known as one of its kind."""
    return lambda facts, said: None if facts.get("automatic") not in kinds else said["automatic"] == facts["automatic"]


def person(facts: Facts, said: Answer) -> bool | None:
    """Whether a person's mail is not taken for a machine's."""
    return None if facts.get("automatic", "none") != "none" else said["automatic"] is None


ROWS: dict[str, Callable[[Facts, Answer], bool | None]] = {
    "sender": same("from"),
    "subject": same("subject"),
    "body": body,
    "names of attachments": names,
    "new text, exactly": same("new_text"),
    "no new word lost": nothing_lost,
    "bounces found": machine("bounce"),
    "other automatic mail found": machine("auto-reply", "auto-generated", "list", "bulk", "calendar", "receipt", "own"),
    "people not taken for machines": person,
}


def by_the_standard_library(raw: bytes) -> Answer:
    """What the standard library says of a mail, with the few lines that most programs put around it."""
    mail = message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    part = mail.get_body(("plain", "html"))
    text = str(part.get_content()) if part is not None else ""
    kind = "auto-reply" if str(mail.get("Auto-Submitted", "no")) != "no" else None
    return {
        "from": parseaddr(str(mail.get("From", "")))[1],
        "subject": str(mail.get("Subject", "")),
        "text": text,
        "new_text": "\n".join(line for line in text.splitlines() if not line.startswith(">")),
        "attachments": [{"name": one.get_filename() or ""} for one in mail.iter_attachments()],
        "automatic": "bounce" if mail.get_content_type() == "multipart/report" else kind,
    }


def guarded(raw: bytes) -> Answer:
    """The same; nothing where it raises."""
    try:
        return by_the_standard_library(raw)
    except Exception:  # noqa: BLE001 - that it raises is one of its answers
        return {"text": "", "new_text": "", "attachments": [], "automatic": None}


def rates() -> Iterator[tuple[str, int, int, int]]:
    """For each row: how many mails state the fact, how many we read rightly, and how many the standard library."""
    known = []
    for path in sorted(MAILS.glob("*.toml")):
        raw = path.with_suffix(".eml").read_bytes()
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
        known.append((facts, as_contract(read(raw, own_addresses=OWN), path.stem), guarded(raw)))
    for row, right in ROWS.items():
        judged = [
            (ours, right(facts, theirs)) for facts, said, theirs in known if (ours := right(facts, said)) is not None
        ]
        yield row, len(judged), sum(one for one, _ in judged), sum(bool(other) for _, other in judged)


def table() -> str:
    """The rates as a table in Markdown."""
    lines = ["| what | mails that tell | right | the standard library |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {row} | {count} | {ours / count:.1%} | {theirs / count:.0%} |" for row, count, ours, theirs in rates()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")

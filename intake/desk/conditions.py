"""What a reporter may have asked of us: not to tell or contact somebody. The words for it stand in conditions.toml."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from models.ticket import Ticket

_WORD = r"[\w'-]+"
_START = r"(?:^|(?<=[.!?;:,\n(])\s*|\b(?:please|but|and|so|just|you)\s+)"
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
LONGEST_QUOTE = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """A sentence of the reporter's in which such words stand, and the number of its message, from 1."""

    quote: str
    message: int


def conditions_of(ticket: Ticket) -> tuple[Condition, ...]:
    """What they may have asked of us, each sentence once, in the order of the messages."""
    found: dict[str, int] = {}
    for number, entry in enumerate(ticket.entries, start=1):
        for text in (entry.subject, entry.text):
            for quote in conditions_in(text):
                found.setdefault(quote, number)
    return tuple(Condition(quote=quote, message=number) for quote, number in found.items())


def conditions_in(text: str) -> tuple[str, ...]:
    """The sentences of a text that hold such words; the last signs of a very long one are left out."""
    wanted, harmless = _patterns()
    found = []
    for sentence in _SENTENCE.findall(text):
        plain = sentence.replace("’", "'").strip()
        if wanted.search(harmless.sub(" ", plain)):
            found.append(sentence.strip()[:LONGEST_QUOTE])
    return tuple(found)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = tomllib.loads((resources.files("intake.desk") / "conditions.toml").read_text(encoding="utf-8"))
    lists = {name: "|".join(map(re.escape, words)) for name, words in data["lists"].items()}
    return _any(data["phrases"], lists), _any(data["except"], lists)


def _any(phrases: list[str], lists: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_pattern(one, lists)})" for one in phrases), re.IGNORECASE)


def _pattern(phrase: str, lists: dict[str, str]) -> str:
    whole = ""
    for part in phrase.split():
        if part == "^":
            whole += _START
        elif part == "...":
            whole += rf"(?:{_WORD}[\s,]+){{0,3}}"
        else:
            words = lists[part[1:-1]] if part.startswith("{") else "|".join(map(re.escape, part.split("|")))
            whole += rf"\b(?:{words})(?![\w'])[\s,]*"
    return whole + r"(?![\s,]*(?:us|me)\b)"  # what is not told to us, we need not keep

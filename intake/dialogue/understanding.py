"""What somebody means who types instead of pressing a button. No model is asked: words, numbers and labels."""

import re
from collections.abc import Iterable

from intake.dialogue.effects import Choice
from intake.dialogue.prompts import BOOK

SHORT = 15
"""Characters below which a text may be a mere greeting."""
LABEL = 80
"""Characters up to which an answer can be the name of a place or a specialty; more is a story."""
CODE_DIGITS = 25
"""10^25 codes are 83 bits."""
COMMANDS = ("start", "help", "status", "privacy", "delete", "support", "human", "code", "back", "skip", "cancel")
_CODE = re.compile(r"\b(QM[- ]?[0-9A-Z]{4}[- ]?[0-9A-Z]{2,4})\b\D{0,20}((?:\d[ -]*){24}\d)(?!\d)", re.IGNORECASE)
_REFERENCE = re.compile(r"\bQM[- ]?[0-9A-Z]{4}[- ]?[0-9A-Z]{2,4}\b", re.IGNORECASE)


def folded(text: str) -> str:
    """The text in lower case, without punctuation, its words one space apart; `?` alone stays."""
    if text.strip() == "?":
        return "?"
    kept = "".join(sign for sign in text.casefold().replace("’", "'") if sign.isalnum() or sign.isspace())
    return " ".join(kept.split())


def command_of(text: str) -> str:
    """The command that a text is, with or without its slash; `help` for an unknown one, empty for none."""
    words = text.strip().split()
    if words and words[0].startswith("/") and len(words[0]) > 1:
        name = words[0][1:].partition("@")[0].casefold()
        return name if name in COMMANDS else "help"
    told = folded(text)
    return next((name for name in COMMANDS if told in BOOK.typed.get(name, ())), "") if told else ""


def option_of(text: str, prompt: str, choices: Iterable[Choice]) -> str:
    """The id of the button that a typed text means, by number, label or a usual word for it; empty for none."""
    offered = tuple(choices)
    told = folded(text)
    if not told:
        return ""
    if told.isdecimal() and len(told) < 3 and 1 <= int(told) <= len(offered):
        return offered[int(told) - 1].id
    for choice in offered:
        if told in _ways_to_say(prompt, choice):
            return choice.id
    return ""


def _ways_to_say(prompt: str, choice: Choice) -> set[str]:
    label = folded(choice.label or _label(prompt, choice.id))
    return {label, label.lstrip("0123456789 "), *BOOK.typed.get(choice.id, ())} - {""}


def _label(prompt: str, option: str) -> str:
    known = BOOK.prompts[prompt].options if prompt in BOOK.prompts else ()
    return next((one.label for one in known if one.id == option), "")


def says_something(text: str) -> bool:
    """Whether there is anything to act on: a greeting, a "test" or a lone sign is not."""
    told = folded(text)
    if not any(sign.isalpha() for sign in told):
        return len(told) >= SHORT
    return len(text.strip()) >= SHORT or not set(told.split()) <= set(BOOK.typed["nothing"])


def code_in(text: str) -> tuple[str, str] | None:
    """The reference and the digits of the access code, if the text holds both; the reference is not checked."""
    found = _CODE.search(text)
    if found is None:
        return None
    signs = re.sub(r"[^0-9A-Z]", "", found[1].upper())
    return f"QM-{signs[2:6]}-{signs[6:]}", re.sub(r"\D", "", found[2])


def names_a_report(text: str) -> str:
    """The first reference that a text names, in its usual form; empty for none. Nobody has checked it."""
    found = _REFERENCE.search(text)
    if found is None:
        return ""
    signs = re.sub(r"[^0-9A-Z]", "", found[0].upper())
    return f"QM-{signs[2:6]}-{signs[6:]}"


def as_shown(code: str) -> str:
    """An access code in groups of five, to be read aloud or copied."""
    return " ".join(code[at : at + 5] for at in range(0, len(code), 5))

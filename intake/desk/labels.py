"""The machine's labels in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass

from intake.desk.wording import KINDS
from models.framework import Reference
from models.verdict import Evidence

URGENT = "red_flag:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """Words that led to a label, and the rule or model that saw them."""

    text: str
    source: str
    in_subject: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Everything that led to one label."""

    label: str
    quotes: tuple[Quote, ...]


def in_words(label: str, words: Reference) -> str:
    """`theme:supervision` → `Theme: Supervision`."""
    what, _, code = label.partition(":")
    known = {
        "theme": ("Theme", {one.code: one.label for one in words.themes.values()}),
        "red_flag": ("Red flag", {one.code: one.label for one in words.red_flags.values()}),
        "specialty": ("Specialty", {one.code: one.name for one in words.specialties.values()}),
        "kind": ("Kind of message", {kind.value: name for kind, name in KINDS.items()}),
    }
    if what in {"provider", "site", "provider_candidate"}:
        place = words.providers[code].name if code in words.providers else code
        return f"Place, perhaps: {place}" if what == "provider_candidate" else f"Place: {place}"
    name, codes = known.get(what, (what.replace("_", " ").capitalize(), {}))
    value = codes.get(code, code.replace("_", " "))
    return f"{name}: {value}" if value else name


def reasons(evidence: Sequence[Evidence], words: Reference) -> tuple[Reason, ...]:
    """The evidence by label, red flags first, each label and each quotation once."""
    by_label: dict[str, dict[Quote, None]] = {}
    for one in sorted(evidence, key=lambda one: not one.label.startswith(URGENT)):
        quote = Quote(text=one.text, source=one.source, in_subject=one.start is None)
        by_label.setdefault(in_words(one.label, words), {})[quote] = None
    return tuple(Reason(label=label, quotes=tuple(quotes)) for label, quotes in by_label.items())

"""The machine's labels in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass

from intake.desk.wording import IMPACTS, KINDS, LIKELIHOODS, RAISED
from models.framework import Reference
from models.verdict import UNKNOWN_PLACE, Evidence

URGENT = "red_flag:"
RAISED_BY = "What raised it: "
LEVELS: dict[str, dict[str, str]] = {
    "impact": {str(level): name for level, name in IMPACTS.items()},
    "likelihood": {str(level): name for level, name in LIKELIHOODS.items()},
}
"""What has levels -> level -> the level in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """Words that led to a label."""

    text: str
    in_subject: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Everything that led to one label. `code` is the label as the machine writes it."""

    code: str
    label: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The rule or model that saw something, for whoever looks after the machine."""

    label: str
    name: str


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
    if label == UNKNOWN_PLACE:
        return "A place in no list"
    if what in LEVELS:
        return f"{what.capitalize()} {LEVELS[what].get(code, code)}"
    if what == "isf":
        return f"Category {code}: {_category(code, words)}"
    if what == "raised":
        return f"{RAISED_BY}{_factor(code, words)}"
    name, codes = known.get(what, (what.replace("_", " ").capitalize(), {}))
    value = codes.get(code, code.replace("_", " "))
    return f"{name}: {value}" if value else name


def _category(code: str, words: Reference) -> str:
    known = {str(number): one.label for number, one in words.categories.items()}
    return known.get(code, code)


def _factor(code: str, words: Reference) -> str:
    """`worst_words`, `red_flag.violence` or `theme.safeguarding` in words."""
    what, _, of = code.partition(".")
    if what == "red_flag" and of in words.red_flags:
        return f"a red flag, {words.red_flags[of].label}"
    if what == "theme" and of in words.themes:
        return f"a theme that is serious in itself, {words.themes[of].label}"
    return RAISED.get(code, code.replace("_", " "))


def reasons(evidence: Sequence[Evidence], words: Reference) -> tuple[Reason, ...]:
    """The evidence by label, red flags first, each label and each quotation once."""
    by_label: dict[str, dict[Quote, None]] = {}
    for one in sorted(evidence, key=lambda one: not one.label.startswith(URGENT)):
        quote = Quote(text=one.text, in_subject=one.start is None)
        by_label.setdefault(one.label, {})[quote] = None
    return tuple(
        Reason(code=code, label=in_words(code, words), quotes=tuple(quotes)) for code, quotes in by_label.items()
    )


def sources(evidence: Sequence[Evidence], words: Reference) -> tuple[Source, ...]:
    """Which rule or model saw each label, each once: nothing that a decision needs."""
    named = (Source(label=in_words(one.label, words), name=one.source) for one in evidence if one.source)
    return tuple(dict.fromkeys(named))

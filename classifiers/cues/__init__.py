"""The cue lists, as data: reading them strictly. How they are written is told in `docs/classifier.md`."""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from classifiers.patterns import Cue, CueIndex, PatternError
from models.verdict import Kind

VERSION = "2.7.0"
"""Of the rules and their cue lists together; raised whenever either changes an answer."""

FAMILIES = {
    "themes.toml": "theme",
    "red_flags.toml": "red_flag",
    "impact.toml": "impact",
    "likelihood.toml": "likelihood",
    "kind.toml": "kind",
    "context.toml": "context",
    "places.toml": "place",
}
LABELS = {
    "impact": frozenset("12345"),
    "likelihood": frozenset({"soon", "now", "known", "recurs", "dealt_with", "over", "trivial"}),
    "kind": frozenset(Kind) - {Kind.CONCERN},
    "context": frozenset(
        {"negation", "no", "denied_after", "not_a_negation", "all_clear", "imagined", "topic", "elsewhere"}
    ),
    "place": frozenset({"here", "before", "next", "transfer", "other", "aside"}),
}
"""The labels that a component understands. Themes and red flags are those of the reference data."""
_SWITCHES = {"negatable": True, "doubt": False, "under_if": False, "certain": False}


@cache
def cue_index() -> CueIndex:
    """All shipped cues. Raises PatternError naming the file and line of what is badly written."""
    cues = [cue for name, family in FAMILIES.items() for cue in read_cues(name, _text(name), family)]
    grammar = words_data("grammar.toml")
    costs = dict.fromkeys(grammar["common"], 5) | dict.fromkeys(grammar["everywhere"], 50)
    return CueIndex(cues, words_data("words.toml")["classes"], costs)


def read_cues(name: str, text: str, family: str) -> list[Cue]:
    """The cues of one file: `[label.rule]` with `cues` and, if need be, `negatable`, `doubt`, `under_if` or `certain`.

    Raises PatternError naming the file and line of anything else.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise PatternError(f"{name}: {fault}") from None
    file = _CueFile(name=name, text=text, family=family)
    cues: list[Cue] = []
    for label, rules in table.items():
        if not isinstance(rules, dict) or not all(isinstance(body, dict) for body in rules.values()):
            raise PatternError(f"{file.place(label)}: {label} must be written as [{label}.rule]")
        if label not in LABELS.get(family, {label}):
            raise PatternError(f"{file.place(f'[{label}.')}: no component understands the label {label!r}")
        cues += [file.cue(label, rule, body) for rule, body in rules.items()]
    return cues


@dataclass(frozen=True, kw_only=True, slots=True)
class _CueFile:
    name: str
    text: str
    family: str

    def cue(self, label: str, rule: str, body: dict[str, Any]) -> Cue:
        header = f"[{label}.{rule}]"
        for key, value in body.items():
            if key != "cues" and not (key in _SWITCHES and isinstance(value, bool)):
                known = f"known are cues, and true or false for {', '.join(_SWITCHES)}"
                raise PatternError(f"{self.place(key, after=header)}: {key} is no setting of {header}; {known}")
        patterns = body.get("cues")
        if not isinstance(patterns, list) or not patterns or not all(isinstance(one, str) for one in patterns):
            raise PatternError(f"{self.place(header)}: {header} must have cues, a list of patterns")
        return Cue(
            family=self.family,
            label=label,
            rule=f"rules-{VERSION}/{self.family}.{label}.{rule}",
            patterns=tuple(patterns),
            places=tuple(self.place(json.dumps(one, ensure_ascii=False), after=header) for one in patterns),
            **{switch: body.get(switch, usual) for switch, usual in _SWITCHES.items()},
        )

    def place(self, words: str, after: str = "") -> str:
        """`file:line` of the first line with these words, behind the words `after`."""
        start = max(self.text.find(after), 0)
        at = self.text.find(words, start)
        return f"{self.name}:{self.text.count(chr(10), 0, at if at >= 0 else start) + 1}"


@cache
def words_data(name: str) -> dict[str, Any]:
    """A whole data file, for components that read more than cues."""
    return tomllib.loads(_text(name))


def _text(name: str) -> str:
    return (resources.files("classifiers.cues") / name).read_text(encoding="utf-8")

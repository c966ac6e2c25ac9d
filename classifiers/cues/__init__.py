"""The cue lists, as data: reading them strictly. How they are written is told in `docs/classifier.md`."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from classifiers.patterns import Cue, CueIndex, PatternError

VERSION = "1.0.0"
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
_OPTIONS = {"cues", "negatable", "doubt", "under_if"}


@cache
def cue_index() -> CueIndex:
    """All shipped cues. Raises PatternError naming the rule that is badly written."""
    cues = [cue for name in FAMILIES for cue in read_cues(name, _table(name), FAMILIES[name])]
    grammar = _table("grammar.toml")
    costs = dict.fromkeys(grammar["common"], 5) | dict.fromkeys(grammar["everywhere"], 50)
    return CueIndex(cues, _table("words.toml")["classes"], costs)


def read_cues(name: str, table: dict[str, Any], family: str) -> list[Cue]:
    """The cues of one file: `[label.rule]` with `cues` and, if need be, `negatable = false` or `doubt = true`."""
    cues: list[Cue] = []
    for label, rules in table.items():
        for rule, body in rules.items():
            source = f"rules-{VERSION}/{family}.{label}.{rule}"
            if not isinstance(body, dict) or not body.get("cues") or set(body) - _OPTIONS:
                raise PatternError(f"{name}: [{label}.{rule}] must have cues, and may have negatable and doubt")
            cues.append(
                Cue(
                    family=family,
                    label=label,
                    rule=source,
                    patterns=tuple(body["cues"]),
                    negatable=bool(body.get("negatable", True)),
                    doubt=bool(body.get("doubt", False)),
                    under_if=bool(body.get("under_if", False)),
                )
            )
    return cues


@cache
def words_data(name: str) -> dict[str, Any]:
    """A whole data file, for components that read more than cues."""
    return _table(name)


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("classifiers.cues") / name).read_text(encoding="utf-8"))

"""Many patterns as one that is quick: by the letters that each may begin with, so that few are tried at each word."""

import re
from collections.abc import Iterable, Mapping, Sequence

WORD = r"\b"
MANY = 32
"""From so many patterns behind one letter on, the second letter parts them, too."""
_PART = re.compile(r"<([a-z]+)>")
_REPEATED = ("*", "+", "{", "??", "?+")
_LITERAL = frozenset(" '-")


Parts = Mapping[str, str | list[str]]
"""Name -> a pattern, or several of which any may stand there."""


def filled(pattern: str, parts: Parts) -> str:
    """The pattern with each `<name>` replaced by the part of that name."""
    while (part := _PART.search(pattern)) is not None:
        said = parts[part[1]]
        meant = said if isinstance(said, str) else f"(?:{'|'.join(said)})"
        pattern = pattern[: part.start()] + meant + pattern[part.end() :]
    return pattern


def any_of(patterns: Iterable[str]) -> str:
    """One pattern that matches where any of them does."""
    return "|".join(f"(?:{one})" for one in patterns)


def any_word_of(patterns: Sequence[str], parts: Parts) -> str:
    """The same where a word begins and ends, for many patterns of words in small letters with these parts."""
    return rf"\b{_branches((filled(one, parts) for one in patterns), deeper=True)}\b"


def any_begun_of(patterns: Iterable[str]) -> str:
    r"""The same for patterns whose alternatives begin with `\b` each."""
    choices = (choice for one in patterns for choice in _group(f"(?:{one})")[:-1])
    return rf"\b{_branches((choice.removeprefix(WORD) for choice in choices), deeper=True)}"


def _branches(patterns: Iterable[str], *, deeper: bool) -> str:
    tried: list[str] = []
    for letter, rests in sorted(_all_openings(patterns).items(), reverse=True):
        if not letter:
            tried += rests
        elif deeper and len(rests) > MANY:
            tried.append(letter + _branches(rests, deeper=False))
        else:
            tried.append(letter + _grouped(rests))
    return f"(?:{'|'.join(tried)})"


def _all_openings(patterns: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pattern in patterns:
        for letter, rests in _openings(pattern).items():
            found.setdefault(letter, []).extend(rests)
    return found


def _openings(pattern: str) -> dict[str, list[str]]:
    """Letter -> how the pattern may go on behind it; "" -> what cannot be told apart by a letter."""
    if pattern.startswith("(?:"):
        return _openings_of_group(pattern)
    if not pattern or not (pattern[0].isalnum() or pattern[0] in _LITERAL) or pattern.startswith(_REPEATED, 1):
        return {"": [pattern]}
    if pattern.startswith("?", 1):
        found = _openings(pattern[2:])
        return found | {pattern[0]: [*found.get(pattern[0], []), pattern[2:]]}
    return {pattern[0]: [pattern[1:]]}


def _openings_of_group(pattern: str) -> dict[str, list[str]]:
    *choices, rest = _group(pattern)
    if rest.startswith(_REPEATED):
        return {"": [pattern]}
    optional = rest.startswith("?") or "" in choices
    rest = rest.removeprefix("?")
    behind = _all_openings(one for one in choices if one)
    found = {letter: [_grouped(rests) + rest] for letter, rests in behind.items()}
    for letter, rests in _openings(rest).items() if optional else ():
        found.setdefault(letter, []).extend(rests)
    return found


def _grouped(patterns: Sequence[str]) -> str:
    return patterns[0] if len(patterns) == 1 and "|" not in patterns[0] else f"(?:{'|'.join(patterns)})"


def _group(pattern: str) -> list[str]:
    """The alternatives of the group that a pattern begins with, and what follows it."""
    found: list[str] = []
    depth = 0
    start = 3
    for at, letter in enumerate(pattern):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if (letter == "|" and depth == 1) or depth == 0:
            found.append(pattern[start:at])
            start = at + 1
        if depth == 0:
            break
    return [*found, pattern[start:]]

"""Component `crisis`: whether somebody may be about to die. It is asked first, and any one detector is enough.

It reads all that can be read, in several languages, before anybody asks which language it is or whether it is a
concern: the text with its disguises taken off (`normalise`), to its end however long it is, as it is, without accents,
and with what hides words undone (`disguises`). The component `red_flags` adds what the cue rules and the heads say.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.cues import VERSION, words_data
from classifiers.disguises import View, closed_up, unmasked
from classifiers.document import Notebook, notebook

RULE = f"rules-{VERSION}/crisis"
FLAG = "learner_at_risk"
_PART = re.compile(r"<([a-z]+)>")
# What may stand between a patient and what the patient did, and how far back that is looked for.
_WORDS = r"(?:[ ,;:-]{1,3}[a-z0-9']+){0,7}[ ,;:-]{1,3}"
_BEFORE = 100
_OTHER_SCRIPT = re.compile(r"[^\x00-\u036f]")


@Language.factory("crisis")
def make_crisis(nlp: Language, name: str) -> "Crisis":  # noqa: ARG001  spaCy calls factories so
    """The component, as spaCy asks for it."""
    return Crisis()


class Crisis:
    """Writes `crisis` into the notebook: the offsets in the source of the words that say so."""

    def __init__(self) -> None:
        data = words_data("crisis.toml")
        parts: dict[str, str] = data["parts"]
        self._words = re.compile(f"{_words(data['english'], parts)}|{_any(data['other'])}")
        self._beside = _Beside(data["beside"], parts)
        self._scripts = re.compile(_any(data["scripts"]))
        self._harmless = re.compile(f"{_words(data['harmless'], parts)}|{_patients().pattern}")

    def __call__(self, doc: Doc) -> Doc:
        """Search, passing over words that speak of patients, lessons or policies."""
        notes = notebook(doc)
        found = self.found(notes.source.whole())
        if found is not None:
            offset = notes.source.whole_offset
            notes.crisis = offset(found[0]), offset(found[1] - 1) + 1
        return doc

    def found(self, text: str) -> tuple[int, int] | None:
        """Where the words stand that somebody about to die may say; None where there are none.

        The text is in one line but for its paragraphs: a statement of its own begins with each of them.
        """
        for view in _views(_lower(text)):
            span = self._in(view.text)
            if span is not None:
                return view.span(*span)
        return None

    def _in(self, text: str) -> tuple[int, int] | None:
        harmless: Iterator[tuple[int, int]] | None = None
        start = end = -1
        for match in self._words.finditer(text.replace("\n", " ")):
            if harmless is None:
                harmless = (one.span() for one in self._harmless.finditer(text))
            while end <= match.start() and start < len(text):
                start, end = next(harmless, (len(text), len(text)))
            if match.start() < start:
                return match.span()
        beside = self._beside.found(text)
        if beside is not None:
            return beside
        other = None if text.isascii() or not _OTHER_SCRIPT.search(text) else self._scripts.search(text)
        return other.span() if other else None


class _Beside:
    """Whether somebody takes themselves in who tells of a patient: "A patient wants to die. So do I."."""

    def __init__(self, cases: Sequence[Mapping[str, str]], parts: Mapping[str, str]) -> None:
        said = [{name: _filled(one, parts) for name, one in case.items()} for case in cases]
        self._did = re.compile(_words([case["did"] for case in said], parts))
        self._cases = [
            (re.compile(rf"\b{case['who']}{_WORDS}$"), re.compile(rf"{case['did']}\b"), re.compile(case["then"]))
            for case in said
        ]

    def found(self, text: str) -> tuple[int, int] | None:
        """From the patient to the words that take somebody in; None where nobody is taken in."""
        for act in self._did.finditer(text):
            before = text[max(0, act.start() - _BEFORE) : act.start()]
            for who, did, then in self._cases:
                done = did.match(text, act.start())
                sufferer = who.search(before) if done else None
                after = then.match(text, done.end()) if done and sufferer else None
                if sufferer and after:
                    return act.start() - len(before) + sufferer.start(), after.end()
        return None


def of_patients(text: str) -> Iterator[tuple[int, int]]:
    """Where a text says that a patient or a relative wants to die, or tried to: no learner is at risk by that."""
    return (one.span() for one in _patients().finditer(_lower(text)))


@cache
def _patients() -> re.Pattern[str]:
    data = words_data("crisis.toml")
    return re.compile(_any([_filled(one, data["parts"]) for one in data["patients"]]))


def _views(lower: str) -> Iterator[View]:
    """The text as it stands, and what may have been meant where that is something else."""
    yield View(lower)
    plain = unmasked(lower)
    closed = closed_up(plain)
    if closed is not None:
        yield closed
    elif plain != lower:
        yield View(plain)


def _lower(text: str) -> str:
    """Small letters, as many as before: one whose lower case is longer than itself would move all that follows."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(letter.lower()[0] for letter in text)


def _any(patterns: Sequence[str]) -> str:
    return "|".join(f"(?:{one})" for one in patterns)


def _words(patterns: Sequence[str], parts: Mapping[str, str]) -> str:
    """All patterns in one, by the letter that they begin with: where a word begins, only those are tried."""
    by_letter: dict[str, list[str]] = {}
    for pattern in patterns:
        for one in _openings(_filled(pattern, parts)):
            known = one[:1].isalnum() and one[1:2] not in ("?", "*", "{")
            by_letter.setdefault(one[0] if known else "", []).append(one[1:] if known else one)
    tried = (f"{letter}(?:{'|'.join(rest)})" for letter, rest in sorted(by_letter.items(), reverse=True))
    return rf"\b(?:{'|'.join(tried)})\b"


def _filled(pattern: str, parts: Mapping[str, str]) -> str:
    while (part := _PART.search(pattern)) is not None:
        pattern = pattern[: part.start()] + parts[part[1]] + pattern[part.end() :]
    return pattern


def _openings(pattern: str) -> Iterator[str]:
    """A pattern that begins with a group of alternatives, written as one pattern for each of them."""
    if not pattern.startswith("(?:"):
        yield pattern
        return
    *choices, rest = _group(pattern)
    if rest.startswith("?"):
        rest = rest[1:]
        yield from _openings(rest)
    for choice in choices:
        yield from _openings(choice + rest)


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


def show_crisis(notes: Notebook) -> None:
    """Add the words of a crisis as evidence for its red flag."""
    if notes.crisis is not None:
        notes.show_source(f"red_flag:{FLAG}", *notes.crisis, RULE)

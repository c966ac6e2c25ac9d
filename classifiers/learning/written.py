"""`python -m classifiers.learning.written AUTHOR FILE…`: messages as authors write them, to lines of the corpus.

A form that people can write by hand (`docs/corpus.md`); the words behind each label are copied from the text, and their
offsets are found here. Faults are listed with file and message, and those messages are left out.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from classifiers.heads import MARKS
from classifiers.learning.corpus import Labelled, faults, labelled
from models.framework import Reference
from models.reference import load_reference
from models.verdict import Kind

START = re.compile(r"^@@ ?", re.MULTILINE)
SUBJECT = "Subject:"
WORDS = re.compile(r"-- (theme:\w+|red_flag:\w+|impact|likelihood) ?\| ?(.*)")
CHANNELS = frozenset({"email", "chat"})
SINGLE, SEVERAL = ("provider", "site"), {"candidates": "provider_candidates", "specialties": "specialties"}


class FormError(ValueError):
    """A message is not written in the form; the text says what is wrong."""


def messages_of(text: str) -> list[str]:
    """The messages of a file, each from behind its `@@`."""
    return [one for one in START.split(text) if one.strip()]


def values_of(form: str, reference: Reference) -> dict[str, Any]:
    """A message of the corpus, without its id. Raises FormError."""
    first, _, rest = form.partition("\n")
    said = dict(word.split("=", 1) for word in first.split() if "=" in word)
    lines = rest.rstrip().split("\n")
    subject = lines.pop(0).removeprefix(SUBJECT).strip() if lines[0].startswith(SUBJECT) else ""
    text = "\n".join(line for line in lines if not WORDS.match(line)).strip()
    marks = [_mark(found[1], found[2], text) for found in map(WORDS.match, lines) if found]
    told = [mark["label"] for mark in marks]
    grades = {name: _level(said.get(name, "1"), name) for name in MARKS}
    concern = said.get("kind") == Kind.CONCERN.value
    _check(said, text, told, grades)
    return {
        "channel": said["channel"],
        "subject": subject,
        "text": text,
        "kind": said["kind"],
        **{name: said.get(name) or None for name in SINGLE},
        **{name: [code for code in said.get(key, "").split(",") if code] for key, name in SEVERAL.items()},
        "themes": _codes(told, "theme:"),
        **grades,
        "isf": reference.category_of(*grades.values()) if concern else 0,
        "red_flags": _codes(told, "red_flag:"),
        "spans": marks if concern else [mark for mark in marks if mark["label"] not in MARKS],
    }


def _mark(label: str, words: str, text: str) -> dict[str, Any]:
    words = words.strip().strip('"')
    start = text.find(words)
    if not words or start < 0:
        raise FormError(f"the words of {label} are not in the text: {words[:60]!r}")
    return {"label": label, "start": start, "end": start + len(words)}


def _level(said: str, name: str) -> int:
    if said not in {"1", "2", "3", "4", "5"}:
        raise FormError(f"{name} is {said!r}, and should be 1 to 5")
    return int(said)


def _codes(told: Sequence[str], family: str) -> list[str]:
    return list(dict.fromkeys(label.removeprefix(family) for label in told if label.startswith(family)))


def _check(said: dict[str, str], text: str, told: Sequence[str], grades: dict[str, int]) -> None:
    if said.get("kind") not in {kind.value for kind in Kind}:
        raise FormError(f"kind is {said.get('kind')!r}")
    if said.get("channel") not in CHANNELS:
        raise FormError(f"channel is {said.get('channel')!r}, and should be email or chat")
    if not text:
        raise FormError("there is no text")
    themes = _codes(told, "theme:")
    if said["kind"] == Kind.CONCERN.value:
        missing = [name for name in MARKS if name not in told] + ([] if themes else ["a theme"])
        if missing:
            raise FormError(f"a concern needs words for {' and '.join(missing)}")
    elif themes or set(grades.values()) != {1}:
        raise FormError("only a concern has themes, and an impact and a likelihood above 1")


def read_written(author: str, files: Sequence[Path], reference: Reference) -> Iterator[tuple[dict[str, Any], str]]:
    """Each message with its number as id, and what is wrong with it; values are empty where they cannot be read."""
    number = 0
    for file in files:
        for place, form in enumerate(messages_of(file.read_text(encoding="utf-8")), start=1):
            where = f"{file.name}, message {place}"
            try:
                values = {"id": f"{author}-{number + 1:03}", **values_of(form, reference)}
                wrong = faults([labelled(values, author=author)], reference)
            except ValueError as fault:
                values, wrong = {}, [str(fault)]
            number += not wrong
            yield values, "; ".join(f"{where}: {one}" for one in wrong)


def shares(messages: Sequence[Labelled]) -> str:
    """How many there are of each kind, category and red flag, and how long they are."""
    concerns = [one for one in messages if one.kind is Kind.CONCERN]
    counts = {
        "kinds": Counter(one.kind.value for one in messages),
        "categories of concerns": Counter(str(one.isf) for one in concerns),
        "red flags": Counter(flag for one in messages for flag in one.red_flags),
    }
    words = sum(len(one.text.split()) for one in messages) / max(len(messages), 1)
    told = (
        f"{name}: " + ", ".join(f"{key} {count}" for key, count in sorted(of.items())) for name, of in counts.items()
    )
    return "\n".join((f"{len(messages)} messages of {words:.0f} words", *told))


def main() -> int:
    """Write the lines; 1 when a message was left out, 2 when a file cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("author")
    parser.add_argument("files", nargs="+", type=Path)
    corpus = Path(str(resources.files("classifiers.data") / "corpus"))
    parser.add_argument("--into", type=Path, default=corpus, help="the folder for AUTHOR.jsonl")
    options = parser.parse_args()
    try:
        read = list(read_written(options.author, options.files, load_reference()))
    except (OSError, UnicodeDecodeError) as fault:
        sys.stderr.write(f"written: {fault}\n")
        return 2
    right = [values for values, wrong in read if not wrong]
    lines = "".join(json.dumps(values, ensure_ascii=False) + "\n" for values in right)
    (options.into / f"{options.author}.jsonl").write_text(lines, encoding="utf-8")
    sys.stderr.writelines(f"{wrong}\n" for _, wrong in read if wrong)
    sys.stdout.write(shares([labelled(values, author=options.author) for values in right]) + "\n")
    return 1 if len(right) < len(read) else 0


if __name__ == "__main__":
    sys.exit(main())

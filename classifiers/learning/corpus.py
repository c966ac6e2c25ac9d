"""Labelled messages, read strictly: one JSON object a line, as `docs/classifier.md` describes them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from models.framework import Reference
from models.verdict import Kind

PARTS = {
    "train": (
        *("a1", "b1", "a2", "b2", "a3", "b3", "a4", "b4", "b5", "b6", "c1", "c2", "d1", "e1", "e2"),
        *("g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8", "h1", "h2", "h3", "h4", "h5", "h6", "h8"),
        *("i1", "i2", "i3", "i4", "i5", "i6", "i8", "j1", "j2", "j3", "j4", "j5", "j7", "j8"),
        *("k1", "k2", "k3", "k4", "k5", "k6", "l1", "l2", "l3", "l4", "l5"),
        *("m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "n1", "n2", "n3", "n4", "n5", "n6"),
        *("o1", "o2", "o3", "p1", "p2", "p3", "p4", "p5", "q1", "q2", "q3"),
        *("r1", "r2", "r3", "r4", "r5", "s1", "s2"),
    ),
    "tune": ("t1", "t2", "h7", "i7", "j6"),
    "test": ("f1", "f2"),
}
"""Part -> its authors. No author is in two parts, and nothing is ever tuned on `test`."""


class CorpusError(ValueError):
    """A labelled file is not as it should be; the text names file, line and fault."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """The words that assert a label: `theme:…`, `red_flag:…`, or that decide `impact` or `likelihood`."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Labelled:
    """A message with what people say it is. `marks` is None where nobody marked the words behind the labels."""

    id: str
    author: str
    channel: str
    subject: str
    text: str
    kind: Kind
    provider: str | None
    site: str | None
    provider_candidates: tuple[str, ...]
    specialties: tuple[str, ...]
    themes: tuple[str, ...]
    impact: int
    likelihood: int
    isf: int
    red_flags: tuple[str, ...]
    marks: tuple[Mark, ...] | None = None
    weight: float = 1.0
    """How much it counts in training."""


def shipped(part: str, authors: tuple[str, ...] = ()) -> list[Labelled]:
    """The messages of a part of the corpus that comes with the product, by all its authors or by some of them."""
    folder = Path(str(resources.files("classifiers.data") / "corpus"))
    files = (folder / f"{author}.jsonl" for author in authors or PARTS[part])
    return [message for file in files for message in read_labelled(file)]


def read_labelled(path: Path) -> list[Labelled]:
    """The messages of a file, in order. Raises CorpusError naming the line, and OSError."""
    return list(_lines(path))


def _lines(path: Path) -> Iterator[Labelled]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield labelled(json.loads(line), author=path.stem)
                except KeyError as missing:
                    raise CorpusError(f"{path.name}:{number}: it has no {missing.args[0]}") from None
                except (ValueError, TypeError, AttributeError) as fault:
                    raise CorpusError(f"{path.name}:{number}: {type(fault).__name__}: {fault}") from None


def labelled(values: dict[str, Any], *, author: str) -> Labelled:
    """A message from its JSON values; fields that are not known are passed over. Raises on what is missing or wrong."""
    text = str(values["text"])
    spans = values.get("spans")
    message = Labelled(
        id=str(values["id"]),
        author=author,
        channel=str(values["channel"]),
        subject=str(values.get("subject", "")),
        text=text,
        kind=Kind(values["kind"]),
        provider=values.get("provider"),
        site=values.get("site"),
        provider_candidates=tuple(values.get("provider_candidates", ())),
        specialties=tuple(values.get("specialties", ())),
        themes=tuple(values.get("themes", ())),
        impact=int(values["impact"]),
        likelihood=int(values["likelihood"]),
        isf=int(values["isf"]),
        red_flags=tuple(values.get("red_flags", ())),
        marks=None if spans is None else tuple(Mark(**span) for span in spans),
        weight=float(values.get("weight", 1.0)),
    )
    _check(message)
    return message


def _check(message: Labelled) -> None:
    if not (1 <= message.impact <= 5 and 1 <= message.likelihood <= 5 and 0 <= message.isf <= 3):
        raise ValueError("impact and likelihood are 1 to 5, isf is 0 to 3")
    for mark in message.marks or ():
        if not 0 <= mark.start < mark.end <= len(message.text):
            raise ValueError(f"the mark {mark.label} at {mark.start} to {mark.end} is not in the text")


def faults(messages: list[Labelled], reference: Reference) -> list[str]:
    """What is wrong with labels, in words: unknown codes, ids that occur twice, grades that do not follow the bands."""
    found = [f"{message.id}: {fault}" for message in messages for fault in _faults(message, reference)]
    ids = [message.id for message in messages]
    return found + [f"{one}: this id occurs twice" for one in sorted({one for one in ids if ids.count(one) > 1})]


def _faults(message: Labelled, reference: Reference) -> Iterator[str]:
    places = [message.provider, message.site, *message.provider_candidates]
    for name, codes, known in (
        ("place", [code for code in places if code], reference.providers),
        ("specialty", message.specialties, reference.specialties),
        ("theme", message.themes, reference.themes),
        ("red flag", message.red_flags, reference.red_flags),
    ):
        yield from (f"unknown {name} {code}" for code in codes if code not in known)
    graded = reference.category_of(message.impact, message.likelihood) if message.kind is Kind.CONCERN else 0
    if graded != message.isf:
        yield f"isf is {message.isf}, and impact and likelihood make {graded}"

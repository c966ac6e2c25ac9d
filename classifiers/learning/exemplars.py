"""Sentences of the training part that people marked, to show which of them a sentence is most like."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np

from classifiers.cues import VERSION
from classifiers.document import LONGEST_EVIDENCE
from classifiers.encoder.values import Array
from classifiers.heads import MARKS, unit
from classifiers.kept_heads import BROKEN
from classifiers.learning.corpus import Labelled
from classifiers.learning.examples import Example, examples, label_names
from classifiers.pipeline import Classifier
from models.framework import Reference


@dataclass(frozen=True, kw_only=True, slots=True)
class Near:
    """A marked sentence of the training part. `likeness` is the cosine of the two vectors, at most 1."""

    message: str
    text: str
    likeness: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Exemplars:
    """Marked sentences: a row of `vectors`, of length 1, for each; and what each of them asserts."""

    key: str
    """Changes with the messages, the encoder and the rules that cut sentences."""
    vectors: Array
    messages: tuple[str, ...]
    texts: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]

    def nearest(self, label: str, vector: Array, most: int = 3) -> tuple[Near, ...]:
        """The sentences marked with this label that are most like one with this vector, the nearest first."""
        rows = [row for row, own in enumerate(self.labels) if label in own]
        likeness = self.vectors[rows] @ unit(vector)
        best = sorted(zip(likeness, rows, strict=True), key=lambda pair: (-pair[0], pair[1]))[:most]
        return tuple(
            Near(message=self.messages[row], text=self.texts[row], likeness=round(float(one), 3)) for one, row in best
        )


def key_of(messages: Sequence[Labelled], encoder: str) -> str:
    """What exemplars of these messages are known by."""
    digest = hashlib.sha256(f"{VERSION} {encoder}".encode())
    for message in messages:
        digest.update(repr(message).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def exemplars(
    classifier: Classifier,
    messages: Sequence[Labelled],
    reference: Reference,
    *,
    key: str = "",
    step: Callable[[], None] = lambda: None,
) -> Exemplars:
    """Read the messages and keep their marked sentences; `step` is called after each message."""
    names = (*label_names(reference), *MARKS)
    vectors: list[Array] = []
    ids: list[str] = []
    texts: list[str] = []
    labels: list[tuple[str, ...]] = []
    marked = [message for message in messages if message.marks]
    for example in examples(classifier, marked, label_names(reference)):
        for row, own in enumerate(example.asserts):
            if own.any():
                vectors.append(unit(example.shown.encoded.sentences[row]))
                ids.append(example.message.id)
                texts.append(_text(example, row))
                labels.append(tuple(name for name, one in zip(names, own, strict=True) if one))
        step()
    width = vectors[0].shape[0] if vectors else 0
    stacked = np.array(vectors, dtype=np.float32).reshape(len(vectors), width)
    return Exemplars(key=key, vectors=stacked, messages=tuple(ids), texts=tuple(texts), labels=tuple(labels))


def _text(example: Example, row: int) -> str:
    notes, words = example.notes, example.notes.sentences[row].words
    start, end = notes.source.source_offset(words[0].start), notes.source.source_offset(words[-1].end - 1) + 1
    return notes.source.source[start:end][:LONGEST_EVIDENCE]


def save(kept: Exemplars, path: Path) -> None:
    """Keep them in a file: arrays, and everything else as one JSON text."""
    about = {"key": kept.key, "messages": kept.messages, "texts": kept.texts, "labels": kept.labels}
    fresh = path.with_suffix(".fresh.npz")
    np.savez_compressed(fresh, about=np.array(json.dumps(about)), vectors=kept.vectors.astype(np.float16))
    fresh.replace(path)


def load(path: Path, key: str) -> Exemplars | None:
    """What `save` wrote, if it is there, whole, and of this key."""
    try:
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            about = json.loads(str(arrays["about"]))
            vectors = arrays["vectors"].astype(np.float32)
        found = Exemplars(
            key=about["key"],
            vectors=vectors,
            messages=tuple(about["messages"]),
            texts=tuple(about["texts"]),
            labels=tuple(tuple(own) for own in about["labels"]),
        )
    except BROKEN:
        return None
    return found if found.key == key else None

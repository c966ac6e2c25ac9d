"""The learned heads: linear maps from what a message shows to labels, kept as plain arrays in an `.npz` file.

What a message shows are its encoder's vectors and the cue rules that hit in it, each with a learned weight. Sentences
are judged one by one, and a message by its most telling sentences: so the words behind a label are known.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from classifiers.encoder.values import Array, Encoded

Floats = NDArray[np.float64]
FORMAT = 1
MARKS = ("impact", "likelihood")
"""Besides the labels, sentences are judged by whether they decide the impact and the likelihood."""
RULE_WEIGHT = np.float32(0.5)
"""What a rule that hit counts beside the numbers of a vector of length 1."""
GRADE_WIDTH = 7


class HeadsError(ValueError):
    """A heads file cannot be used; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Linear:
    """`vector @ weights + bias`: (inputs, outputs) and (outputs,)."""

    weights: Array
    bias: Array

    def __call__(self, vectors: Array) -> Floats:
        """The scores (logits) of vectors, (…, outputs)."""
        return np.asarray(vectors @ self.weights + self.bias, dtype=np.float64)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What a message shows: a row of vectors for each sentence, the whole, and the rules that hit in each sentence."""

    encoded: Encoded
    rules: Sequence[Sequence[str]]
    grade: tuple[int, int, int] | None = None
    """Impact, likelihood and category by the rules alone, where they had words to grade by."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """What the heads think of one message."""

    labels: dict[str, float]
    """Label -> probability: `theme:…` and `red_flag:…`."""
    columns: tuple[str, ...]
    """What the columns of `sentences` stand for: the labels, then MARKS."""
    sentences: Floats
    """(sentences, columns): logits of each sentence."""
    kinds: dict[str, float]
    """Kind -> probability; they add up to 1."""
    impact: Floats
    """(5,) probabilities of the levels 1 to 5."""
    likelihood: Floats
    """(5,) probabilities of the levels 1 to 5."""
    isf: Floats
    """(4,) probabilities of the categories 0 to 3."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heads:
    """All heads of one model, and the facts of its making in `card`."""

    encoder: str
    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    rules: tuple[str, ...]
    """The rules whose hits have a weight, in the order of their columns."""
    sentence: Linear
    document: Linear
    fusion: Linear
    """(2, labels): how the sentences' and the whole message's logit of a label become one, calibrated."""
    kind: Linear
    impact: Linear
    likelihood: Linear
    isf: Linear
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Thresholds, as training found them."""
    card: Mapping[str, Any] = field(default_factory=dict)

    def scores(self, shown: Shown) -> Scores:
        """Judge a message."""
        rows = sentence_rows(shown, self.rules)
        sentences = self.sentence(rows)
        view = view_of(shown, self.rules, sentences)
        both = np.stack([pooled(sentences[:, : len(self.labels)]), self.document(view)])
        labels = sigmoid((both * self.fusion.weights).sum(axis=0) + self.fusion.bias)
        return Scores(
            labels=dict(zip(self.labels, (float(p) for p in labels), strict=True)),
            columns=(*self.labels, *MARKS),
            sentences=sentences,
            kinds=dict(zip(self.kinds, (float(p) for p in softmax(self.kind(view))), strict=True)),
            impact=levels(self.impact(view)),
            likelihood=levels(self.likelihood(view)),
            isf=levels(self.isf(view)),
        )


def together(one: Scores, other: Scores) -> Scores:
    """What two judges say of a message, each with half a voice. The kind and the sentences are left to the first.

    What kind a message is shows in its meaning and hardly in its single words: there the second would only harm.
    """
    labels = {
        label: float(sigmoid(np.array((_logit(p) + _logit(other.labels.get(label, p))) / 2)))
        for label, p in one.labels.items()
    }
    return Scores(
        labels=labels,
        columns=one.columns,
        sentences=one.sentences,
        kinds=one.kinds,
        impact=(one.impact + other.impact) / 2,
        likelihood=(one.likelihood + other.likelihood) / 2,
        isf=(one.isf + other.isf) / 2,
    )


def _logit(chance: float) -> float:
    kept = min(max(chance, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def sentence_rows(shown: Shown, rules: Sequence[str]) -> Array:
    """What the sentence head sees, (sentences, width + rules). A message without sentences has its whole as one."""
    vectors = shown.encoded.sentences if len(shown.encoded.sentences) else shown.encoded.whole[None]
    return np.concatenate([unit(vectors), _rule_columns(shown.rules, len(vectors), rules)], axis=1)


@lru_cache(maxsize=8)
def _columns_of(rules: tuple[str, ...]) -> dict[str, int]:
    """Rule -> its column: the same thousand names for every message, so they are numbered once."""
    return {rule: column for column, rule in enumerate(rules)}


def _rule_columns(hits: Sequence[Sequence[str]], rows: int, rules: Sequence[str]) -> Array:
    place = _columns_of(tuple(rules))
    columns = np.zeros((rows, len(rules)), dtype=np.float32)
    for row, names in enumerate(hits[:rows]):
        for name in names:
            if name in place:
                columns[row, place[name]] = RULE_WEIGHT
    return columns


def view_of(shown: Shown, rules: Sequence[str], sentences: Floats) -> Array:
    """What a message's heads see, (4 * width + rules + GRADE_WIDTH,).

    These are the whole, its extremes, the sentences that decide the impact and those that decide the likelihood, all
    rules that hit, and the grade by the rules. `sentences` are the logits of the sentence head.
    """
    rows = shown.encoded.sentences if len(shown.encoded.sentences) else shown.encoded.whole[None]
    impact, likelihood = (softmax(sentences[:, column]).astype(np.float32) @ rows for column in (-2, -1))
    hits = _rule_columns(shown.rules, len(rows), rules).max(axis=0)
    vectors = [unit(one) for one in (shown.encoded.whole, rows.max(axis=0), impact, likelihood)]
    return np.concatenate([*vectors, hits, _grade_columns(shown.grade)])


def unit(vectors: Array) -> Array:
    """Vectors of length 1; those of length 0 stay."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), dtype=np.float32)


def _grade_columns(grade: tuple[int, int, int] | None) -> Array:
    columns = np.zeros(GRADE_WIDTH, dtype=np.float32)
    if grade is not None:
        impact, likelihood, isf = grade
        columns[:3] = np.array([impact, likelihood, isf]) * 0.3
        columns[3 + isf] = 1.0
    return columns


def pooled(sentences: Floats) -> Floats:
    """Logits of a message from those of its sentences, (sentences, labels) to (labels,): the most telling decide."""
    most = sentences.max(axis=0)
    return np.asarray(most + np.log(np.exp(sentences - most).sum(axis=0)))


def softmax(scores: Floats) -> Floats:
    """Shares that add up to 1."""
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum())


def sigmoid(scores: Floats) -> Floats:
    """Logits as probabilities."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scores, -60, 60))))


def levels(cumulative: Floats) -> Floats:
    """Probabilities of ordered levels, lowest first, from the logits of "above the first", "above the second" …."""
    above = np.minimum.accumulate(sigmoid(cumulative))
    edges = np.concatenate([[1.0], above, [0.0]])
    return np.asarray(edges[:-1] - edges[1:])


_MAPS = ("sentence", "document", "fusion", "kind", "impact", "likelihood", "isf")
_NAMES = ("encoder", "labels", "kinds", "rules", "settings", "card")


def save_heads(heads: Heads, file: Path | BinaryIO) -> None:
    """Write the heads: arrays, and everything else as one JSON text. No code is ever stored."""
    about = {"format": FORMAT} | {name: getattr(heads, name) for name in _NAMES}
    arrays: dict[str, Any] = {"about": np.array(json.dumps(about, sort_keys=True))}
    for name in _MAPS:
        linear: Linear = getattr(heads, name)
        arrays[f"{name}.weights"] = linear.weights.astype(np.float16)
        arrays[f"{name}.bias"] = linear.bias.astype(np.float32)
    np.savez_compressed(file, **arrays)


def load_heads(file: Path | BinaryIO) -> Heads:
    """Read what `save_heads` wrote. Raises HeadsError for anything else."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            about = json.loads(str(arrays["about"]))
            maps = {name: _linear(arrays, name) for name in _MAPS}
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as fault:
        raise HeadsError(f"this is no heads file of ours ({type(fault).__name__})") from None
    if about.get("format") != FORMAT:
        raise HeadsError(f"heads of format {about.get('format')!r}; this version reads format {FORMAT}")
    return Heads(
        encoder=about["encoder"],
        labels=tuple(about["labels"]),
        kinds=tuple(about["kinds"]),
        rules=tuple(about["rules"]),
        settings=about["settings"],
        card=about["card"],
        **maps,
    )


def _linear(arrays: Mapping[str, Any], name: str) -> Linear:
    weights, bias = arrays[f"{name}.weights"], arrays[f"{name}.bias"]
    return Linear(weights=weights.astype(np.float32), bias=bias.astype(np.float32))

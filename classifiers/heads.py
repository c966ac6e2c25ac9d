"""The learned heads: linear maps from what a message shows to labels, kept as plain arrays in an `.npz` file.

What a message shows are its encoder's vectors and the cue rules that hit in it, each with a learned weight. Sentences
are judged one by one, and a message by its most telling sentences: so the words behind a label are known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.encoder.values import Array, Encoded

Floats = NDArray[np.float64]
MARKS = ("impact", "likelihood")
"""Besides the labels, sentences are judged by whether they decide the impact and the likelihood."""
RULE_WEIGHT = np.float32(0.5)
"""What a rule that hit counts beside the numbers of a vector of length 1."""
GRADE_WIDTH = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Linear:
    """`vector @ weights + bias`: (inputs, outputs) and (outputs,)."""

    weights: Array
    bias: Array

    def __call__(self, vectors: Array) -> Floats:
        """The scores (logits) of vectors, (…, outputs)."""
        return np.asarray(vectors @ self.weights + self.bias, dtype=np.float64)

    def scaled(self, stretch: Floats, shift: Floats) -> "Linear":
        """The map whose logits are stretched and shifted, (outputs,) each."""
        weights, bias = self.weights * stretch, self.bias * stretch + shift
        return Linear(weights=weights.astype(np.float32), bias=bias.astype(np.float32))


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What a message shows: a row of vectors for each sentence, the whole, and the rules that hit in each sentence."""

    encoded: Encoded
    rules: Sequence[Sequence[str]]
    grade: tuple[int, int, int] | None = None
    """Impact, likelihood and category by the rules alone, where they had words to grade by."""
    words: Sequence[Sequence[str]] = ()
    """The words of each sentence, as the rules read them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Raw:
    """Logits of one message, before they are fused and calibrated."""

    sentences: Floats
    """(sentences, labels + marks)"""
    labels: Floats
    """(2, labels): by the sentences, and by the whole message."""
    kinds: Floats
    impact: Floats
    likelihood: Floats
    isf: Floats


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


@dataclass(frozen=True, kw_only=True)
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

    def raw(self, shown: Shown) -> Raw:
        """The logits of a message."""
        sentences = self.sentence(sentence_rows(shown, self.rules))
        view = view_of(shown, self.rules, sentences)
        return Raw(
            sentences=sentences,
            labels=np.stack([pooled(sentences[:, : len(self.labels)]), self.document(view)]),
            kinds=self.kind(view),
            impact=self.impact(view),
            likelihood=self.likelihood(view),
            isf=self.isf(view),
        )

    def scores(self, shown: Shown) -> Scores:
        """Judge a message."""
        raw = self.raw(shown)
        labels = sigmoid((raw.labels * self.fusion.weights).sum(axis=0) + self.fusion.bias)
        return Scores(
            labels=dict(zip(self.labels, (float(p) for p in labels), strict=True)),
            columns=(*self.labels, *MARKS),
            sentences=raw.sentences,
            kinds=dict(zip(self.kinds, (float(p) for p in softmax(raw.kinds)), strict=True)),
            impact=levels(raw.impact),
            likelihood=levels(raw.likelihood),
            isf=levels(raw.isf),
        )


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

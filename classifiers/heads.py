"""The learned heads: linear maps from the vectors of a message to labels.

They were learned together with the encoder. Sentences are judged one by one, and a message by its most telling
sentences: so the words behind a label are known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.encoder.values import Array, Encoded

Floats = NDArray[np.float64]
MOST_TELLING = 8
"""Sentences by which a label of a message is judged."""
MARKS = ("impact", "likelihood")
"""Besides the labels, sentences are judged by whether they decide the impact and the likelihood."""


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
    told: Floats
    """(sentences, kinds): what each sentence would say of the kind if it were the whole message."""
    impact: Floats
    likelihood: Floats
    isf: Floats


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """What the heads think of one message."""

    labels: dict[str, float]
    """Label -> probability: `theme:…` and `red_flag:…`."""
    columns: tuple[str, ...]
    """What the columns of `sentences` stand for: the labels, then MARKS, then each `kind:…`."""
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
    """All heads of one model, and the facts of its making in `card`. `width` is that of the encoder's vectors."""

    encoder: str
    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    sentence: Linear
    """(width, labels + marks), of a sentence."""
    document: Linear
    """(width, labels), of the whole."""
    fusion: Linear
    """(2, labels): how the sentences' and the whole message's logit of a label become one, calibrated."""
    kind: Linear
    """(2 * width, kinds), of the whole and the extremes of its sentences."""
    impact: Linear
    """(2 * width, 4), of the whole and the sentences that decide the impact."""
    likelihood: Linear
    """(2 * width, 4), of the whole and the sentences that decide the likelihood."""
    isf: Linear
    """(3 * width, 3), of the whole and both."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Thresholds, as training found them."""
    card: Mapping[str, Any] = field(default_factory=dict)

    def raw(self, shown: Shown) -> Raw:
        """The logits of a message. A message without sentences has its whole as one."""
        whole = shown.encoded.whole
        rows = shown.encoded.sentences if len(shown.encoded.sentences) else whole[None]
        sentences = self.sentence(rows)
        impact, likelihood = (softmax(sentences[:, column]).astype(np.float32) @ rows for column in (-2, -1))
        return Raw(
            sentences=sentences,
            labels=np.stack([pooled(sentences[:, : len(self.labels)]), self.document(whole)]),
            kinds=self.kind(np.concatenate([whole, rows.max(axis=0)])),
            told=self.kind(np.concatenate([rows, rows], axis=1)),
            impact=self.impact(np.concatenate([whole, impact])),
            likelihood=self.likelihood(np.concatenate([whole, likelihood])),
            isf=self.isf(np.concatenate([whole, impact, likelihood])),
        )

    def scores(self, shown: Shown) -> Scores:
        """Judge a message."""
        raw = self.raw(shown)
        labels = sigmoid((raw.labels * self.fusion.weights).sum(axis=0) + self.fusion.bias)
        return Scores(
            labels=dict(zip(self.labels, (float(p) for p in labels), strict=True)),
            columns=(*self.labels, *MARKS, *(f"kind:{kind}" for kind in self.kinds)),
            sentences=np.hstack([raw.sentences, against(raw.told)]),
            kinds=dict(zip(self.kinds, (float(p) for p in softmax(raw.kinds)), strict=True)),
            impact=levels(raw.impact),
            likelihood=levels(raw.likelihood),
            isf=levels(raw.isf),
        )


def unit(vectors: Array) -> Array:
    """Vectors of length 1; those of length 0 stay."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), dtype=np.float32)


def pooled(sentences: Floats) -> Floats:
    """Logits of a message from those of its sentences, (sentences, labels) to (labels,): the most telling decide.

    No more than MOST_TELLING count, for many that hardly say anything would together say much.
    """
    telling = np.sort(sentences, axis=0)[-MOST_TELLING:]
    return np.asarray(telling[-1] + np.log(np.exp(telling - telling[-1]).sum(axis=0)))


def softmax(scores: Floats) -> Floats:
    """Shares that add up to 1."""
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum())


def against(logits: Floats) -> Floats:
    """Logits of each row, (rows, choices), against the likeliest other choice: how much a row prefers each."""
    others = np.where(np.eye(logits.shape[1], dtype=bool), -np.inf, logits[:, None, :]).max(axis=2)
    return np.asarray(logits - others)


def sigmoid(scores: Floats) -> Floats:
    """Logits as probabilities."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scores, -60, 60))))


def levels(cumulative: Floats) -> Floats:
    """Probabilities of ordered levels, lowest first, from the logits of "above the first", "above the second" …."""
    above = np.minimum.accumulate(sigmoid(cumulative))
    edges = np.concatenate([[1.0], above, [0.0]])
    return np.asarray(edges[:-1] - edges[1:])

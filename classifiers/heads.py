"""The learned heads: linear maps from an encoder's vectors to labels, kept as plain arrays in an `.npz` file.

Sentences are judged one by one, and a message by its most telling sentences: so the words behind a label are known.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from classifiers.encoder.values import Array, Encoded

Floats = NDArray[np.float64]
FORMAT = 1
MARKS = ("impact", "likelihood")
"""Besides the labels, sentences are judged by whether they decide the impact and the likelihood."""


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
class Scores:
    """What the heads think of one message."""

    labels: dict[str, float]
    """Label -> logit: `theme:…` and `red_flag:…`."""
    sentences: Floats
    """(sentences, labels + marks): logits of each sentence, in the order of `Heads.labels`, then MARKS."""
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
    sentence: Linear
    document: Linear
    kind: Linear
    impact: Linear
    likelihood: Linear
    isf: Linear
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Calibration and thresholds, as training found them."""
    card: Mapping[str, Any] = field(default_factory=dict)

    def scores(self, encoded: Encoded) -> Scores:
        """Judge a message. Without any sentence the whole stands for one."""
        rows = encoded.sentences if len(encoded.sentences) else encoded.whole[None]
        sentences = self.sentence(rows)
        labels = pooled(sentences[:, : len(self.labels)]) + self.document(encoded.whole)
        views = views_of(encoded.whole, rows, sentences)
        return Scores(
            labels=dict(zip(self.labels, (float(score) for score in labels), strict=True)),
            sentences=sentences,
            kinds=dict(zip(self.kinds, (float(p) for p in softmax(self.kind(views))), strict=True)),
            impact=levels(self.impact(views)),
            likelihood=levels(self.likelihood(views)),
            isf=levels(self.isf(views)),
        )


def pooled(sentences: Floats) -> Floats:
    """Logits of a message from those of its sentences, (sentences, labels) to (labels,): the most telling decide."""
    most = sentences.max(axis=0)
    return np.asarray(most + np.log(np.exp(sentences - most).sum(axis=0)))


def views_of(whole: Array, rows: Array, sentences: Floats) -> Array:
    """What a message's heads see, (4 * width,): the whole, its extremes, and what decides impact and likelihood."""
    impact, likelihood = (softmax(sentences[:, column]).astype(np.float32) @ rows for column in (-2, -1))
    return np.concatenate([whole, rows.max(axis=0), impact, likelihood])


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


_MAPS = ("sentence", "document", "kind", "impact", "likelihood", "isf")


def save_heads(heads: Heads, file: Path | BinaryIO) -> None:
    """Write the heads: arrays, and everything else as one JSON text. No code is ever stored."""
    about = {
        "format": FORMAT,
        "encoder": heads.encoder,
        "labels": heads.labels,
        "kinds": heads.kinds,
        "settings": heads.settings,
        "card": heads.card,
    }
    arrays: dict[str, Any] = {"about": np.array(json.dumps(about, sort_keys=True))}
    for name in _MAPS:
        linear: Linear = getattr(heads, name)
        arrays[f"{name}.weights"] = linear.weights.astype(np.float16)
        arrays[f"{name}.bias"] = linear.bias.astype(np.float32)
    np.savez(file, **arrays)


def load_heads(file: Path | BinaryIO) -> Heads:
    """Read what `save_heads` wrote. Raises HeadsError for anything else."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            about = json.loads(str(arrays["about"]))
            maps = {
                name: Linear(
                    weights=arrays[f"{name}.weights"].astype(np.float32), bias=arrays[f"{name}.bias"].astype(np.float32)
                )
                for name in _MAPS
            }
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise HeadsError(f"this is no heads file of ours ({type(fault).__name__})") from None
    if about.get("format") != FORMAT:
        raise HeadsError(f"heads of format {about.get('format')!r}; this version reads format {FORMAT}")
    return Heads(
        encoder=about["encoder"],
        labels=tuple(about["labels"]),
        kinds=tuple(about["kinds"]),
        settings=about["settings"],
        card=about["card"],
        **maps,
    )

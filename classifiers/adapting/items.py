"""Labelled messages as token ids, and how they are varied while the encoder learns from them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from classifiers.encoder.base import verified
from classifiers.encoder.minilm import WINDOW, calm
from classifiers.encoder.values import Array
from classifiers.learning.examples import KINDS, Example, labels_of, weights_of
from models.verdict import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One message: token ids, the token ranges of its sentences, and its labels."""

    ids: list[int]
    ranges: list[tuple[int, int]]
    asserts: Array
    """(ranges, labels + marks) of 0 and 1."""
    marked: bool
    labels: NDArray[np.bool_]
    """(labels,) of True and False."""
    kind: int
    kind_counts: bool
    """Whether it is sure: what was cut, or joined of two sorts, may be another."""
    impact: int
    likelihood: int
    isf: int
    weight: float
    """How much the grade counts; 0 for what is no concern."""
    plain: "Item | None" = None
    """The same without the words beside the matter that were put in."""


def items(examples: Sequence[Example], labels: tuple[str, ...]) -> list[Item]:
    """The messages in tokens; those beyond one window are cut."""
    tokenizer = Tokenizer.from_file(str(verified("tokenizer.json")))
    tokenizer.no_padding()
    tokenizer.enable_truncation(WINDOW)
    concerns = [one for one in examples if one.message.kind is Kind.CONCERN]
    weights = {one.message.id: float(weight) for one, weight in zip(concerns, weights_of(concerns), strict=True)}
    return [_item(one, labels, tokenizer, weights.get(one.message.id, 0.0)) for one in examples]


def _item(example: Example, labels: tuple[str, ...], tokenizer: Tokenizer, weight: float) -> Item:
    encoding = tokenizer.encode(calm(example.notes.source.text))
    ranges, rows = [], []
    for row, sentence in enumerate(example.notes.sentences):
        start, end = sentence.words[0].start, sentence.words[-1].end
        inside = [at for at, (first, last) in enumerate(encoding.offsets) if start <= first < last <= end + 1]
        if inside:
            ranges.append((inside[0], inside[-1] + 1))
            rows.append(row)
    message = example.message
    return Item(
        ids=encoding.ids,
        ranges=ranges or [(0, len(encoding.ids))],
        asserts=example.asserts[rows or [0]],
        marked=message.marks is not None,
        labels=np.array(labels_of(example, labels)),
        kind=KINDS.index(message.kind.value),
        kind_counts=True,
        impact=message.impact,
        likelihood=message.likelihood,
        isf=message.isf,
        weight=weight,
    )


def varied(given: Sequence[Item], chance: random.Random, *, joined: float, cut: float) -> list[Item]:
    """The messages, a share of them with another one behind, a share without the sentences that assert something.

    So it learns that a label hangs on the sentences that assert it, not on the company they keep. What was joined or
    cut has no grade.
    """
    found = []
    for item in given:
        drawn = chance.random()
        if item.marked and drawn < joined:
            found.append(_joined(item, chance.choice(given)))
        elif item.marked and drawn < joined + cut:
            found.append(_without(item, chance))
        else:
            found.append(item)
    return found


def _joined(one: Item, other: Item) -> Item:
    """Both messages as one, where they have room."""
    if not other.marked or len(one.ids) + len(other.ids) - 2 > WINDOW:
        return one
    moved = len(one.ids) - 2
    concern = KINDS.index(Kind.CONCERN.value)
    kinds = {one.kind, other.kind}
    return replace(
        one,
        ids=one.ids[:-1] + other.ids[1:],
        ranges=one.ranges + [(first + moved, last + moved) for first, last in other.ranges],
        asserts=np.concatenate([one.asserts, other.asserts]),
        labels=one.labels | other.labels,
        kind=concern if concern in kinds else one.kind,
        kind_counts=concern in kinds or len(kinds) == 1,
        weight=0.0,
    )


def _without(item: Item, chance: random.Random) -> Item:
    """The message without all sentences that assert one of its labels; whole where nothing would be left."""
    told = item.asserts[:, : len(item.labels)]
    marked = np.flatnonzero(told.any(axis=0))
    if not len(marked):
        return item
    kept = np.flatnonzero(told[:, chance.choice(list(marked))] == 0)
    if not len(kept):
        return item
    starts = [first for first, _last in item.ranges]
    edges = [*starts, len(item.ids) - 1]
    ids, ranges = item.ids[: starts[0]], []
    for row in kept:
        first, last = item.ranges[row]
        ranges.append((len(ids), len(ids) + last - first))
        ids = ids + item.ids[first : max(last, edges[row + 1])]
    lost = told.any(axis=0) & ~told[kept].any(axis=0)
    return replace(
        item,
        ids=[*ids, item.ids[-1]],
        ranges=ranges,
        asserts=item.asserts[kept],
        labels=item.labels & ~lost,
        kind_counts=False,
        weight=0.0,
    )

"""Labelled messages as numbers for the learning encoder."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from classifiers.encoder.base import verified
from classifiers.encoder.minilm import WINDOW
from classifiers.heads import MARKS
from classifiers.learning.examples import Example, labels_of, weights_of
from models.verdict import Kind

SIZE = 8
"""Messages of one step."""
SORTED = 64
"""Messages among which those of like length are put together, so that little is computed for nothing."""
KINDS = tuple(kind.value for kind in Kind)


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One message: token ids, the token ranges of its sentences, and its labels."""

    example: Example
    ids: list[int]
    ranges: list[tuple[int, int]]
    rows: list[int]
    """Which sentence of the example each range is."""
    labels: list[bool]
    weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Several messages, padded: texts T, tokens N, sentences S."""

    ids: Tensor
    seen: Tensor
    shares: Tensor
    """(T, S, N): how the mean of each sentence is made of tokens."""
    there: Tensor
    """(T, S)"""
    asserts: Tensor
    """(T, S, labels + marks)"""
    marked: Tensor
    labels: Tensor
    kinds: Tensor
    impact: Tensor
    likelihood: Tensor
    isf: Tensor
    weights: Tensor
    """(T,): how much the grade of each counts; 0 for what is no concern."""


def items(examples: Sequence[Example], labels: tuple[str, ...]) -> list[Item]:
    """The messages in tokens; those beyond one window are cut."""
    tokenizer = Tokenizer.from_file(str(verified("tokenizer.json")))
    tokenizer.no_padding()
    tokenizer.enable_truncation(WINDOW)
    concerns = [one for one in examples if one.message.kind is Kind.CONCERN]
    weights = {one.message.id: float(weight) for one, weight in zip(concerns, weights_of(concerns), strict=True)}
    return [_item(one, labels, tokenizer, weights.get(one.message.id, 0.0)) for one in examples]


def _item(example: Example, labels: tuple[str, ...], tokenizer: Tokenizer, weight: float) -> Item:
    encoding = tokenizer.encode(example.notes.source.text)
    ranges, rows = [], []
    for row, sentence in enumerate(example.notes.sentences):
        start, end = sentence.words[0].start, sentence.words[-1].end
        inside = [at for at, (first, last) in enumerate(encoding.offsets) if start <= first < last <= end + 1]
        if inside:
            ranges.append((inside[0], inside[-1] + 1))
            rows.append(row)
    return Item(
        example=example,
        ids=encoding.ids,
        ranges=ranges or [(0, len(encoding.ids))],
        rows=rows or [0],
        labels=labels_of(example, labels),
        weight=weight,
    )


def batches(given: Sequence[Item], chance: random.Random) -> Iterator[Batch]:
    """All messages once, in an order of chance."""
    order = list(given)
    chance.shuffle(order)
    groups: list[list[Item]] = []
    for at in range(0, len(order), SORTED):
        near = sorted(order[at : at + SORTED], key=lambda item: len(item.ids))
        groups += [near[first : first + SIZE] for first in range(0, len(near), SIZE)]
    chance.shuffle(groups)
    return (batch(group) for group in groups)


def batch(group: Sequence[Item]) -> Batch:
    """These messages as one batch."""
    tokens, sentences = max(len(one.ids) for one in group), max(len(one.ranges) for one in group)
    ids = torch.zeros(len(group), tokens, dtype=torch.long)
    seen, there = (
        torch.zeros(len(group), tokens, dtype=torch.bool),
        torch.zeros(len(group), sentences, dtype=torch.bool),
    )
    shares = torch.zeros(len(group), sentences, tokens)
    asserts = torch.zeros(len(group), sentences, len(group[0].labels) + len(MARKS))
    for text, item in enumerate(group):
        ids[text, : len(item.ids)] = torch.tensor(item.ids)
        seen[text, : len(item.ids)] = True
        for number, ((first, last), row) in enumerate(zip(item.ranges, item.rows, strict=True)):
            shares[text, number, first:last] = 1 / (last - first)
            there[text, number] = True
            asserts[text, number] = torch.tensor(item.example.asserts[row])
    messages = [item.example.message for item in group]
    return Batch(
        ids=ids,
        seen=seen,
        shares=shares,
        there=there,
        asserts=asserts,
        marked=torch.tensor([float(one.marks is not None) for one in messages]),
        labels=torch.tensor([[float(label) for label in item.labels] for item in group]),
        kinds=torch.tensor([KINDS.index(one.kind.value) for one in messages]),
        impact=torch.tensor([one.impact - 1 for one in messages]),
        likelihood=torch.tensor([one.likelihood - 1 for one in messages]),
        isf=torch.tensor([one.isf for one in messages]),
        weights=torch.tensor([item.weight for item in group]),
    )

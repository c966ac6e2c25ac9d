"""Labelled messages as numbers for the learning encoder."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from classifiers.adapting.items import Item
from classifiers.heads import MARKS

SIZE = 8
"""Messages of one step."""
SORTED = 64
"""Messages among which those of like length are put together, so that little is computed for nothing."""


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
    kinds_count: Tensor
    """(T,) of 0 and 1."""
    impact: Tensor
    likelihood: Tensor
    isf: Tensor
    weights: Tensor
    """(T,): how much the grade of each counts; 0 for what is no concern."""
    twins: Tensor
    """(pairs, 2): which texts are the same but for words beside the matter."""


def batches(given: Sequence[Item], chance: random.Random) -> Iterator[Batch]:
    """All messages once, in an order of chance; those with words beside the matter together with what they were."""
    order = list(given)
    chance.shuffle(order)
    groups: list[list[Item]] = []
    for at in range(0, len(order), SORTED):
        near = sorted(order[at : at + SORTED], key=lambda item: len(item.ids))
        groups += [near[first : first + SIZE] for first in range(0, len(near), SIZE)]
    chance.shuffle(groups)
    return (batch(group) for group in groups)


def batch(group: Sequence[Item]) -> Batch:
    """These messages as one batch, and behind them what some of them are without words beside the matter."""
    twins = [(at, one.plain) for at, one in enumerate(group) if one.plain is not None]
    pairs = [(at, len(group) + number) for number, (at, _) in enumerate(twins)]
    group = [*group, *(plain for _, plain in twins)]
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
        asserts[text, : len(item.ranges)] = torch.tensor(item.asserts)
        for number, (first, last) in enumerate(item.ranges):
            shares[text, number, first:last] = 1 / (last - first)
            there[text, number] = True
    return Batch(
        ids=ids,
        seen=seen,
        shares=shares,
        there=there,
        asserts=asserts,
        marked=torch.tensor([float(item.marked) for item in group]),
        labels=torch.tensor(np.array([item.labels for item in group]), dtype=torch.float32),
        kinds=torch.tensor([item.kind for item in group]),
        kinds_count=torch.tensor([float(item.kind_counts) for item in group]),
        impact=torch.tensor([item.impact - 1 for item in group]),
        likelihood=torch.tensor([item.likelihood - 1 for item in group]),
        isf=torch.tensor([item.isf for item in group]),
        weights=torch.tensor([item.weight for item in group]),
        twins=torch.tensor(pairs, dtype=torch.long).reshape(-1, 2),
    )

"""Asides (`classifiers.learning.asides`) put into a share of the messages while the encoder learns.

Labels and grades stay as they are, so it learns that such words say nothing.
"""

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from tokenizers import Tokenizer

from classifiers.adapting.items import Item
from classifiers.encoder.base import verified
from classifiers.encoder.minilm import WINDOW, calm
from classifiers.learning.asides import asides

BEHIND, BEFORE = 0.6, 0.85
"""Up to which chance an aside stands behind the message, and before it; else it stands in between."""


def in_tokens() -> list[list[int]]:
    """All asides to learn with as token ids, without the marks of a text's beginning and end."""
    tokenizer = Tokenizer.from_file(str(verified("tokenizer.json")))
    return [tokenizer.encode(calm(one), add_special_tokens=False).ids for one in asides("train")]


def with_asides(given: Sequence[Item], chance: random.Random, known: Sequence[list[int]], share: float) -> list[Item]:
    """The messages, a share of them with one to three asides; these know what they were without them."""
    found = []
    for one in given:
        item = one
        if chance.random() < share:
            for _ in range(chance.choice((1, 1, 2, 3))):
                item = _with(item, chance.choice(known), chance.random(), chance)
        found.append(item if item is one else replace(item, plain=one))
    return found


def _with(item: Item, aside: list[int], drawn: float, chance: random.Random) -> Item:
    """The message with one aside as a sentence that asserts nothing; as it is where there is no room."""
    if len(item.ids) + len(aside) > WINDOW:
        return item
    if drawn < BEHIND:
        row, at = len(item.ranges), len(item.ids) - 1
    else:
        row = 0 if drawn < BEFORE else chance.randrange(len(item.ranges))
        at = 1 if row == 0 else item.ranges[row][0]
    moved = [(first + len(aside), last + len(aside)) for first, last in item.ranges[row:]]
    return replace(
        item,
        ids=[*item.ids[:at], *aside, *item.ids[at:]],
        ranges=[*item.ranges[:row], (at, at + len(aside)), *moved],
        asserts=np.insert(item.asserts, row, 0, axis=0),
    )

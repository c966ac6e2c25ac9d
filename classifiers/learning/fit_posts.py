"""Learns by which words a post is known that is not named, and how sure one must be to give it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from classifiers.heads import Linear
from classifiers.learning.examples import Example
from classifiers.learning.fit_lexicon import texts
from classifiers.post_words import PostWords, read_of, signs_of
from models.verdict import Kind

COMMON = 60
"""Messages that a post must have for its words to be learned."""
FEWEST = 5
"""Marked messages in which a sign must stand to be known. What officers corrected has no marks and adds no sign."""
STRENGTH = 10.0
"""Inverse strength of regularisation, as found best on the tuning part."""
OPTIONS = tuple(round(0.3 + 0.05 * step, 2) for step in range(14))
"""The thresholds that are tried."""


def fit_posts(train: Sequence[Example], tune: Sequence[Example], *, common: int = COMMON) -> PostWords:
    """The telling words of each post that `train` has often; the thresholds are the best on `tune`.

    A penalty on absolute values leaves a weight to few signs; only those are kept.
    """
    posts = Counter(code for one in train for code in one.message.specialties)
    codes = tuple(sorted(code for code, count in posts.items() if count >= common))
    signs = [sorted(signs_of(read_of(one.notes))) for one in train]
    counts = Counter(
        sign for one, own in zip(train, signs, strict=True) if one.message.marks is not None for sign in own
    )
    known = np.array(sorted(sign for sign, count in counts.items() if count >= FEWEST), dtype=np.uint32)
    linear = Linear(weights=np.zeros((len(known), 0), np.float32), bias=np.zeros(0, np.float32))
    if codes and len(known):
        rows = texts(signs, {int(sign): row for row, sign in enumerate(known)}, among_all=True)
        truths = np.array([[code in one.message.specialties for code in codes] for one in train], dtype=bool)
        linear = rows.many(truths, STRENGTH, telling=len(codes), few=True)
    used = np.flatnonzero(linear.weights.any(axis=1))
    words = PostWords(codes=codes, known=known[used], linear=replace(linear, weights=linear.weights[used]))
    asked = [one for one in tune if one.message.kind is not Kind.IRRELEVANT]
    named, alone = ([one for one in asked if bool(one.notes.named_specialties) is side] for side in (True, False))
    return replace(words, alone=_best(words, alone), beside=_best(words, named))


def _best(words: PostWords, asked: Sequence[Example]) -> float:
    """The threshold that makes F1 of all posts best, those that are named among them; of equals the highest."""
    chances = [dict(zip(words.codes, words.chances(read_of(one.notes)), strict=True)) for one in asked]

    def f1(threshold: float) -> float:
        right = told = true = 0
        for one, chance in zip(asked, chances, strict=True):
            given = {*one.notes.named_specialties, *(code for code, p in chance.items() if p >= threshold)}
            own = set(one.message.specialties)
            right, told, true = right + len(given & own), told + len(given), true + len(own)
        return 2 * right / max(told + true, 1)

    return max(reversed(OPTIONS), key=f1)

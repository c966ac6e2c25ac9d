"""Fits the lexicon: one logistic regression for each label over thousands of signs, few of which any text has.

How telling a sign is for a label is first estimated by itself, from how much more often it stands in sentences of that
label (as in Wang and Manning, 2012); the regression then follows telling signs more easily.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from classifiers.encoder.values import Array
from classifiers.heads import MARKS, Floats, Linear
from classifiers.learning.asides import Signs, beside
from classifiers.learning.calibrate import Bools, calibrated
from classifiers.learning.examples import KINDS, Example, labels_of, weights_of
from classifiers.lexicon import NAME, Lexicon, rounded, signs_of
from models.verdict import Kind

FEWEST = 2
"""Marked sentences in which a sign must stand to be known. What officers corrected has no marks and adds no sign."""
NEVER = -6.0
"""The score of a label that no example has."""
MOST_TELLING = 4.0
"""The highest log ratio that is believed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Texts:
    """Sentences or messages by their signs, (texts, signs), scaled so that many signs share one voice."""

    rows: Any
    """A sparse matrix of SciPy's, by which scikit-learn works."""
    weights: Floats | None = None

    def fitted(self, truth: Bools, strength: float, *, telling: bool = False, few: bool = False) -> tuple[Array, float]:
        """Weights and bias by which a text is judged; with `few`, most signs get no weight at all."""
        if truth.all() or not truth.any():
            return np.zeros(self.rows.shape[1], dtype=np.float32), -NEVER if truth.all() else NEVER
        stretch = self._ratios(truth) if telling else np.ones(self.rows.shape[1])
        model = LogisticRegression(C=strength, solver="liblinear", max_iter=200, l1_ratio=float(few), random_state=0)
        model.fit(self.rows.multiply(stretch).tocsr(), truth, sample_weight=self.weights)
        return model.coef_[0] * stretch, float(model.intercept_[0])

    def _ratios(self, truth: Bools) -> Floats:
        there = self.rows > 0
        within, without = (np.asarray(there[side].sum(axis=0)).ravel() + 1.0 for side in (truth, ~truth))
        ratios = np.log(within / within.sum()) - np.log(without / without.sum())
        return np.asarray(0.25 + np.abs(np.clip(ratios, -MOST_TELLING, MOST_TELLING)) / 2)

    def many(self, truths: Bools, strength: float, telling: int = 0, *, few: bool = False) -> Linear:
        """A map with a column for each column of `truths`; the weights are rounded as they will be kept.

        In the first `telling` columns telling signs are followed more easily.
        """
        maps = [self.fitted(truths[:, at], strength, telling=at < telling, few=few) for at in range(truths.shape[1])]
        whole, scale = rounded(np.stack([weights for weights, _ in maps], axis=1).astype(np.float32))
        return Linear(weights=whole * scale, bias=np.array([bias for _, bias in maps], dtype=np.float32))


def fit_lexicon(
    train: Sequence[Example],
    tune: Sequence[Example],
    labels: tuple[str, ...],
    *,
    strength: float = 10.0,
    asides: Sequence[Signs] = (),
) -> Lexicon:
    """A lexicon fitted to `train`, calibrated on `tune`. `strength` is the inverse strength of regularisation.

    `asides` are the signs of words beside the matter: it learns that they say nothing.
    """
    signs = [signs_of(one.shown) for one in train]
    marked = [at for at, one in enumerate(train) if one.message.marks is not None]
    counts = Counter(sign for at in marked for sentence in signs[at] for sign in set(sentence))
    known = np.array(sorted(sign for sign, count in counts.items() if count >= FEWEST), dtype=np.uint32)
    place = {int(sign): row for row, sign in enumerate(known)}
    sentences = texts([*(sentence for at in marked for sentence in signs[at]), *asides], place)
    told = [train[at].asserts for at in marked] + [np.zeros((len(asides), len(labels) + len(MARKS)), np.float32)]
    asserts = np.concatenate(told).astype(bool)
    messages = texts(beside([[sign for sentence in one for sign in sentence] for one in signs], asides), place)
    own = np.array([[one.message.kind.value == kind for kind in KINDS] for one in train])
    lexicon = Lexicon(
        encoder=NAME,
        labels=labels,
        kinds=KINDS,
        known=known,
        sentence=sentences.many(asserts, strength, telling=len(labels)),
        document=messages.many(np.array([labels_of(one, labels) for one in train]), strength, telling=len(labels)),
        fusion=Linear(weights=np.full((2, len(labels)), 0.5, np.float32), bias=np.zeros(len(labels), np.float32)),
        kind=messages.many(own, strength),
        **_grades(messages, train, strength),
    )
    assert lexicon.sentence.bias.shape == (len(labels) + len(MARKS),)
    return calibrated(lexicon, tune)


def _grades(messages: Texts, train: Sequence[Example], strength: float) -> dict[str, Any]:
    """The maps of impact, likelihood and category, from the concerns alone."""
    graded = [at for at, one in enumerate(train) if one.message.kind is Kind.CONCERN]
    concerns = Texts(rows=messages.rows[graded], weights=weights_of([train[at] for at in graded]))
    values = {"impact": range(1, 5), "likelihood": range(1, 5), "isf": range(3)}
    return {
        name: concerns.many(
            np.array([[getattr(train[at].message, name) > step for step in steps] for at in graded]), strength
        )
        for name, steps in values.items()
    }


def texts(signs: Sequence[Sequence[int]], place: dict[int, int], *, among_all: bool = False) -> Texts:
    """Texts by their signs; `place` gives each known sign its column.

    Many signs share one voice: those that are known or, with `among_all`, all that a text has.
    """
    counts = CountVectorizer(analyzer=list, vocabulary=place, binary=True).transform(signs).astype(np.float64)
    if among_all:
        return Texts(rows=counts.multiply([[max(len(one), 1) ** -0.5] for one in signs]).tocsr())
    return Texts(rows=normalize(counts))

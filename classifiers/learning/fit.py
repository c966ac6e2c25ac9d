"""Fits the heads to labelled examples, with scikit-learn's logistic regressions. The encoder stays as it is.

Deterministic: equal examples, seed and versions give equal heads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.linear_model import LogisticRegression

from classifiers.encoder.hashing import Hashing
from classifiers.encoder.values import Array
from classifiers.heads import Floats, Heads, Linear, sentence_rows, view_of
from classifiers.learning.calibrate import calibrated, thresholds
from classifiers.learning.examples import Example, labels_of, weights_of
from classifiers.learning.fit_lexicon import fit_lexicon
from classifiers.learning.fit_mix import fit_mix
from classifiers.mixing import together
from models.verdict import Kind

NEVER = -6.0
"""The score of a label that no example has."""
Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Strength:
    """How far the heads may follow the examples: the inverse strength of regularisation of each."""

    sentence: float = 2.0
    document: float = 0.3
    kind: float = 1.0
    grade: float = 0.3
    words: float = 10.0


STRENGTH = Strength()
"""As found best on the tuning part."""


def fit(
    train: Sequence[Example],
    tune: Sequence[Example],
    labels: tuple[str, ...],
    *,
    strength: Strength = STRENGTH,
    progress: Progress = lambda _step: None,
) -> Heads:
    """Heads fitted to `train`, their probabilities calibrated on `tune`. Raises ValueError without any example."""
    if not train or not tune:
        raise ValueError("there is nothing to learn from: both parts need labelled messages")
    rules = tuple(sorted({rule for example in train for names in example.shown.rules for rule in names}))
    progress("sentences")
    sentence = _fit_sentences(train, rules, strength.sentence)
    views = np.array([view_of(one.shown, rules, sentence(sentence_rows(one.shown, rules))) for one in train])
    progress("messages")
    kinds = tuple(kind.value for kind in Kind)
    of_kind = np.array([kinds.index(one.message.kind.value) for one in train])
    impact, likelihood, isf = _fit_grades(train, views, strength.grade)
    heads = Heads(
        encoder=train[0].notes.encoder,
        labels=labels,
        kinds=kinds,
        rules=rules,
        sentence=sentence,
        document=_many(views, np.array([labels_of(one, labels) for one in train]), strength.document),
        fusion=Linear(weights=np.full((2, len(labels)), 0.5, np.float32), bias=np.zeros(len(labels), np.float32)),
        kind=_softmax_map(views, of_kind, kinds, strength.kind),
        impact=impact,
        likelihood=likelihood,
        isf=isf,
    )
    progress("calibration")
    return calibrated(heads, tune)


def fit_all(
    train: Sequence[Example],
    tune: Sequence[Example],
    labels: tuple[str, ...],
    *,
    strength: Strength = STRENGTH,
    progress: Progress = lambda _step: None,
) -> tuple[Heads, ...]:
    """A lexicon and, where an encoder that knows meanings read the examples, heads for it before the lexicon.

    The heads then hold how both are mixed, and the thresholds for what they say together.
    """
    if not train or not tune:
        raise ValueError("there is nothing to learn from: both parts need labelled messages")
    progress("words")
    lexicon = fit_lexicon(train, tune, labels, strength=strength.words)
    if train[0].notes.encoder == Hashing.name:
        return (lexicon,)
    heads = fit(train, tune, labels, strength=strength, progress=progress)
    progress("mixing")
    pairs = [(heads.scores(one.shown), lexicon.scores(one.shown)) for one in tune]
    mix = fit_mix(labels, pairs, tune)
    said = {one.message.id: together(*pair, mix) for one, pair in zip(tune, pairs, strict=True)}
    limits = thresholds(labels, tune, lambda one: said[one.message.id])
    return replace(heads, settings=limits | {"mix": mix.kept()}), lexicon


def _fit_grades(train: Sequence[Example], views: Array, strength: float) -> tuple[Linear, Linear, Linear]:
    """The heads of impact, likelihood and category, from the concerns alone."""
    graded = [at for at, one in enumerate(train) if one.message.kind is Kind.CONCERN]
    messages, weights = [train[at].message for at in graded], weights_of([train[at] for at in graded])

    def ordinal(values: list[int], steps: range) -> Linear:
        above = np.array([[value > step for step in steps] for value in values])
        return _many(views[graded], above, strength, weights)

    return (
        ordinal([one.impact for one in messages], range(1, 5)),
        ordinal([one.likelihood for one in messages], range(1, 5)),
        ordinal([one.isf for one in messages], range(3)),
    )


def _fit_sentences(train: Sequence[Example], rules: tuple[str, ...], strength: float) -> Linear:
    marked = [one for one in train if one.message.marks is not None]
    rows = np.concatenate([sentence_rows(one.shown, rules) for one in marked])
    return _many(rows, np.concatenate([one.asserts for one in marked]).astype(bool), strength)


def _many(
    inputs: Array,
    truths: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]",
    strength: float,
    weights: Floats | None = None,
) -> Linear:
    """One logistic regression for each column of `truths`."""
    maps = [_one(inputs, truths[:, column], strength, weights) for column in range(truths.shape[1])]
    return Linear(
        weights=np.stack([one for one, _ in maps], axis=1).astype(np.float32),
        bias=np.array([bias for _, bias in maps], dtype=np.float32),
    )


def _one(
    inputs: Array, truth: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]", strength: float, weights: Floats | None
) -> tuple[Array, float]:
    if truth.all() or not truth.any():
        return np.zeros(inputs.shape[1], dtype=np.float32), -NEVER if truth.all() else NEVER
    model = LogisticRegression(C=strength, max_iter=500).fit(inputs, truth, sample_weight=weights)
    return model.coef_[0], float(model.intercept_[0])


def _softmax_map(
    inputs: Array, classes: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]", names: tuple[str, ...], strength: float
) -> Linear:
    model = LogisticRegression(C=strength, max_iter=500).fit(inputs, classes)
    weights = np.zeros((inputs.shape[1], len(names)), dtype=np.float32)
    bias = np.full(len(names), NEVER, dtype=np.float32)
    for row, column in enumerate(model.classes_):
        weights[:, column], bias[column] = model.coef_[row], model.intercept_[row]
    return Linear(weights=weights, bias=bias)

"""Makes the judges: the heads that were learned with the encoder, calibrated anew, and a lexicon beside them.

Deterministic: equal examples and versions give equal judges.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from classifiers.encoder.adapter import adapter_path, labels_of_heads, learned_heads
from classifiers.encoder.hashing import Hashing
from classifiers.encoder.values import Array
from classifiers.heads import MARKS, Heads, Linear
from classifiers.learning.asides import Signs
from classifiers.learning.calibrate import calibrated, thresholds
from classifiers.learning.examples import KINDS, Example
from classifiers.learning.fit_lexicon import fit_lexicon
from classifiers.learning.fit_mix import fit_mix
from classifiers.mixing import together

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Strength:
    """How far the judges may follow the examples: the inverse strength of regularisation."""

    words: float = 10.0


STRENGTH = Strength()
"""As found best on the tuning part."""


def fit_all(
    train: Sequence[Example],
    tune: Sequence[Example],
    labels: tuple[str, ...],
    *,
    strength: Strength = STRENGTH,
    asides: Sequence[Signs] = (),
    progress: Progress = lambda _step: None,
) -> tuple[Heads, ...]:
    """A lexicon and, where an encoder that knows meanings read the examples, its heads before the lexicon.

    The heads then hold how both are mixed, and the thresholds for what they say together. Raises ValueError without any
    example.
    """
    if not train or not tune:
        raise ValueError("there is nothing to learn from: both parts need labelled messages")
    progress("words")
    lexicon = fit_lexicon(train, tune, labels, strength=strength.words, asides=asides)
    if train[0].notes.encoder == Hashing.name:
        return (lexicon,)
    progress("calibration")
    heads = encoder_heads(tune, labels)
    progress("mixing")
    pairs = [(heads.scores(one.shown), lexicon.scores(one.shown)) for one in tune]
    mix = fit_mix(labels, pairs, tune)
    said = {one.message.id: together(*pair, mix) for one, pair in zip(tune, pairs, strict=True)}
    limits = thresholds(labels, tune, lambda one: said[one.message.id])
    return replace(heads, settings=limits | {"mix": mix.kept()}), lexicon


def encoder_heads(tune: Sequence[Example], labels: tuple[str, ...]) -> Heads:
    """The heads that were learned with the encoder, calibrated on `tune`.

    Their maps are only ever learned together with the encoder: it knows the training part by heart, so heads fitted to
    it afterwards trust it too much. A label that it has never seen gets an even chance, and the lexicon decides.
    """
    kept, known = learned_heads(adapter_path()), labels_of_heads(adapter_path())
    order = [known.index(label) if label in known else -1 for label in labels]
    new = np.array([at < 0 for at in order])
    heads = calibrated(
        Heads(
            encoder=tune[0].notes.encoder,
            labels=labels,
            kinds=KINDS,
            sentence=_columns(kept, "sentence", [*order, *range(len(known), len(known) + len(MARKS))]),
            document=_columns(kept, "document", order),
            fusion=Linear(weights=np.full((2, len(labels)), 0.5, np.float32), bias=np.zeros(len(labels), np.float32)),
            kind=_map(kept, "kind"),
            impact=_map(kept, "impact"),
            likelihood=_map(kept, "likelihood"),
            isf=_map(kept, "isf"),
        ),
        tune,
    )
    even = Linear(weights=np.where(new, 0, heads.fusion.weights), bias=np.where(new, 0, heads.fusion.bias))
    return replace(heads, fusion=even)


def _map(kept: dict[str, Array], name: str) -> Linear:
    return Linear(weights=kept[f"{name}.weights"], bias=kept[f"{name}.bias"])


def _columns(kept: dict[str, Array], name: str, order: Sequence[int]) -> Linear:
    """A map with its columns in this order; a column of nothing stands where the order says -1."""
    there = np.array([at >= 0 for at in order])
    whole = _map(kept, name)
    return Linear(weights=whole.weights[:, order] * there, bias=whole.bias[list(order)] * there)

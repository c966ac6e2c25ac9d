"""Labelled messages as the heads see them: vectors of the sentences, and what each sentence asserts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.document import Notebook, Sentence
from classifiers.encoder.values import Array
from classifiers.heads import MARKS, Floats, Shown
from classifiers.judgement import shown_by
from classifiers.learning.corpus import Labelled, Mark
from classifiers.pipeline import Classifier
from models.framework import Reference
from models.verdict import Kind

KINDS = tuple(kind.value for kind in Kind)
"""The sorts of message that heads tell apart, in order."""
SHARE = 0.5
"""How much of a sentence a mark must cover, unless it covers `ENOUGH` of its characters."""
ENOUGH = 12
PRIOR = (0.15, 0.29, 0.33, 0.23)
"""Shares of the categories 0 to 3 among concerns as they really arrive; the corpus holds more of the serious ones."""
LEAST_WEIGHT, MOST_WEIGHT = 0.4, 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A labelled message, read by the pipeline. `asserts` is (sentences, labels + marks) of 0 and 1."""

    message: Labelled
    notes: Notebook
    shown: Shown
    asserts: Array


def label_names(reference: Reference) -> tuple[str, ...]:
    """The labels that heads learn, in order."""
    themes = (f"theme:{code}" for code in reference.themes)
    return (*themes, *(f"red_flag:{code}" for code in reference.red_flags))


def examples(classifier: Classifier, messages: Iterable[Labelled], labels: tuple[str, ...]) -> Iterator[Example]:
    """Each message read and encoded, in order. Messages whose encoding failed are left out."""
    for message in messages:
        notes = classifier.read(subject=message.subject, text=message.text, channel=message.channel)
        if notes.encoded is not None:
            asserts = _asserts(notes, message, (*labels, *MARKS))
            yield Example(message=message, notes=notes, shown=shown_by(notes, notes.encoded), asserts=asserts)


def _asserts(notes: Notebook, message: Labelled, names: tuple[str, ...]) -> Array:
    rows = np.zeros((max(len(notes.sentences), 1), len(names)), dtype=np.float32)
    for row, sentence in enumerate(notes.sentences):
        for mark in message.marks or ():
            if mark.label in names and _covers(notes, sentence, mark):
                rows[row, names.index(mark.label)] = 1
    return rows


def _covers(notes: Notebook, sentence: Sentence, mark: Mark) -> bool:
    start = notes.source.source_offset(sentence.words[0].start) - notes.text_start
    end = notes.source.source_offset(sentence.words[-1].end - 1) + 1 - notes.text_start
    common = min(end, mark.end) - max(start, mark.start)
    return common >= min(ENOUGH, (end - start) * SHARE)


def labels_of(example: Example, labels: tuple[str, ...]) -> list[bool]:
    """Whether the message has each of these labels."""
    message = example.message
    own = {f"theme:{code}" for code in message.themes} | {f"red_flag:{code}" for code in message.red_flags}
    return [label in own for label in labels]


def weights_of(train: Sequence[Example]) -> Floats:
    """Weights that make the shares of the categories those of PRIOR, within bounds."""
    grades = [one.message.isf for one in train]
    shares = [max(grades.count(grade) / len(grades), 0.03) for grade in range(4)]
    fair = [min(MOST_WEIGHT, max(LEAST_WEIGHT, wanted / share)) for wanted, share in zip(PRIOR, shares, strict=True)]
    return np.array([fair[one.message.isf] * one.message.weight for one in train])

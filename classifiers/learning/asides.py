"""What stands in real mails beside the matter: greetings, thanks, anger, small talk, disclaimers, orders to a machine.

Encoder and lexicon learn with some of it put into their messages, whose labels and grades stay as they are, so that
such words say nothing. How far they still move a grade is measured with asides that nothing learned from.
"""

import random
from collections.abc import Sequence
from importlib import resources

from classifiers.judgement import shown_by
from classifiers.lexicon import signs_of
from classifiers.pipeline import Classifier

Signs = list[int]

PARTS = {"train": ("g", "a", "b", "c"), "test": ("d", "e")}
"""The authors of each part; one file an author, one aside a line. None says anything that a label means."""
SHARE, SEED = 0.5, 11
"""How many messages the lexicon reads with asides, and by which chances."""


def asides(part: str) -> list[str]:
    """All asides of a part, in order."""
    folder = resources.files("classifiers.data") / "asides"
    return [
        line
        for author in PARTS[part]
        for line in (folder / f"{author}.txt").read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def signs_of_asides(classifier: Classifier) -> list[Signs]:
    """The signs of each aside to learn with, as the lexicon sees them."""
    read = (classifier.read(subject="", text=one, channel="email") for one in asides("train"))
    shown = [signs_of(shown_by(notes, notes.encoded)) for notes in read if notes.encoded is not None]
    return [[sign for sentence in one for sign in sentence] for one in shown]


def beside(messages: Sequence[Signs], known: Sequence[Signs]) -> list[Signs]:
    """Messages by their signs, a share of them with those of one to three asides; the same each time."""
    if not known:
        return list(messages)
    chance = random.Random(SEED)  # noqa: S311  no secret
    return [
        [*one, *(sign for aside in chance.choices(known, k=chance.choice((1, 1, 2, 3))) for sign in aside)]
        if chance.random() < SHARE
        else list(one)
        for one in messages
    ]

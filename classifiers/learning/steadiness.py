"""How far words beside the matter move a verdict: a message with and without one aside that nothing learned from.

A grade must not hang on thanks, anger, small talk or an order to a machine. What is measured here is not yet 0.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from classifiers.evaluate import judged
from classifiers.learning.asides import asides
from classifiers.learning.corpus import Labelled
from classifiers.learning.measures import SERIOUS, Figure, Pair, counted
from classifiers.pipeline import Classifier
from models.verdict import Kind, Verdict

SEED = 23
BEHIND = 0.6
"""How often an aside stands behind the message; else it stands before it."""
Twin = tuple[Verdict, Verdict]
"""Of the message as it is, and with an aside."""
SHOWN: dict[str, Callable[[Twin], bool]] = {
    "another kind": lambda twin: twin[0].kind is not twin[1].kind,
    "another category": lambda twin: twin[0].isf != twin[1].isf,
    "a lower category": lambda twin: twin[1].isf < twin[0].isf,
    "2 or 3 fell below 2": lambda twin: twin[1].isf < SERIOUS <= twin[0].isf,
    "2 or 3 fell below 2, no person asked": lambda twin: (
        twin[1].isf < SERIOUS <= twin[0].isf and not twin[1].needs_person
    ),
    "a red flag lost": lambda twin: bool(set(twin[0].red_flags) - set(twin[1].red_flags)),
    "a red flag more": lambda twin: bool(set(twin[1].red_flags) - set(twin[0].red_flags)),
}


def steadiness(
    classifier: Classifier, pairs: Sequence[Pair], step: Callable[[], None] = lambda: None
) -> dict[str, Figure]:
    """The share of concerns whose verdict an aside changes, by how. `pairs` hold the verdicts without asides."""
    concerns = [pair for pair in pairs if pair[0].kind is Kind.CONCERN]
    beside = judged(classifier, with_asides([message for message, _ in concerns]), step)
    twins = [(one, other) for (_, one), (_, other) in zip(concerns, beside, strict=True)]
    return {name: counted(name, twins, test) for name, test in SHOWN.items()}


def with_asides(messages: Sequence[Labelled]) -> list[Labelled]:
    """Each message with one aside of the held-out authors, the same each time."""
    chance, known = random.Random(SEED), asides("test")  # noqa: S311  no secret
    return [
        replace(message, text=_beside(message.text, chance.choice(known), chance.random()), marks=None)
        for message in messages
    ]


def _beside(text: str, aside: str, drawn: float) -> str:
    return f"{text.rstrip()}\n{aside}" if drawn < BEHIND else f"{aside}\n{text}"

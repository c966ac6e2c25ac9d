"""Groups of senders, so that a model cannot be good on average and poor for some of them."""

from collections.abc import Sequence

from classifiers.learning.measures import Pair
from models.framework import Reference

GROUPS = {
    "Doctor": "doctors",
    "MAP": "doctors",
    "Medical student": "doctors",
    "Nurse": "nursing and midwifery",
    "Midwife": "nursing and midwifery",
}
"""The profession of a message's first post -> its group."""
OTHERS, UNNAMED = "other professions", "no post named"
SENDERS = ("doctors", "nursing and midwifery", OTHERS, UNNAMED)
CHANNELS = {"email": "e-mail", "chat": "chat"}


def by_channel(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    """The messages of each channel."""
    return {name: [pair for pair in pairs if pair[0].channel == channel] for channel, name in CHANNELS.items()}


def by_sender(pairs: Sequence[Pair], reference: Reference) -> dict[str, list[Pair]]:
    """The messages of each group of professions."""
    return {name: [pair for pair in pairs if sender_of(pair, reference) == name] for name in SENDERS}


def sender_of(pair: Pair, reference: Reference) -> str:
    """The group of whom a message is about, by its true labels."""
    posts = [reference.specialties[code] for code in pair[0].specialties if code in reference.specialties]
    return GROUPS.get(posts[0].profession, OTHERS) if posts else UNNAMED

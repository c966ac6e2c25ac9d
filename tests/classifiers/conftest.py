"""One classifier for all tests: it holds no state between messages, which a test of its own shows."""

from collections.abc import Callable

import pytest

from classifiers.pipeline import Classifier
from models.framework import Reference
from models.reference import load_reference
from models.verdict import Verdict

Read = Callable[..., Verdict]


@pytest.fixture(scope="session")
def reference() -> Reference:
    return load_reference()


@pytest.fixture(scope="session")
def classifier(reference: Reference) -> Classifier:
    """The rules alone: what they say must hold whatever the learned heads make of it."""
    return Classifier(reference, encoder="none")


@pytest.fixture(scope="session")
def whole(reference: Reference) -> Classifier:
    """The classifier as it is shipped, with its learned heads."""
    return Classifier(reference)


@pytest.fixture(scope="session")
def read(classifier: Classifier) -> Read:
    """What the rules think of a text."""
    return reading(classifier)


@pytest.fixture(scope="session")
def judge(whole: Classifier) -> Read:
    """What the shipped classifier thinks of a text."""
    return reading(whole)


def reading(classifier: Classifier) -> Read:
    """A classifier as a function of a text."""

    def think(text: str, subject: str = "", channel: str = "email") -> Verdict:
        return classifier.classify(subject=subject, text=text, channel=channel)

    return think

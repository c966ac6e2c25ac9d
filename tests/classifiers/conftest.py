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
    return Classifier(reference)


@pytest.fixture(scope="session")
def read(classifier: Classifier) -> Read:
    """What the classifier thinks of a text."""

    def think(text: str, subject: str = "", channel: str = "email") -> Verdict:
        return classifier.classify(subject=subject, text=text, channel=channel)

    return think

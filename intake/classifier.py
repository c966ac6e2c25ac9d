"""The classifier, opened: apart from the other parts, since loading it takes longer than all of them."""

from classifiers.pipeline import Classifier
from intake.classifying import RULES, Classify
from intake.shelf import SHIPPED, ModelError, Shelf
from models.framework import Reference
from models.verdict import LEARNED, Verdict


def open_model(words: Reference, shelf: Shelf, version: str) -> Classifier:
    """The classifier of a version: one on the shelf, `shipped` or `rules`. Raises ModelError, saying what is wrong."""
    if version == RULES:
        return Classifier(words, encoder="none")
    path = shelf.path(version)
    if path is None:
        return Classifier(words)
    try:
        classifier = Classifier(words, path)
    except Exception as fault:
        # Whatever a damaged folder makes spaCy raise: its text might hold anything, its type tells enough.
        raise ModelError(f"model {version} cannot be opened ({type(fault).__name__})") from fault
    # Without heads for the encoder on this machine nothing is learned.
    if LEARNED not in classifier.version:
        raise ModelError(
            f"model {version} has no heads for the encoder on this machine; train it here, or run make setup"
        )
    return classifier


def open_current(words: Reference, shelf: Shelf) -> Classifier:
    """The classifier that is in use. Raises ModelError when it cannot be opened."""
    return open_model(words, shelf, shelf.current())


def build_classifier(words: Reference, shelf: Shelf | None = None, version: str = SHIPPED) -> Classify:
    """A version of the classifier as a plain function of subject, text and channel. Raises ModelError."""
    classifier = Classifier(words) if shelf is None else open_model(words, shelf, version)

    def classify(subject: str, text: str, channel: str) -> Verdict:
        return classifier.classify(subject=subject, text=text, channel=channel)

    return classify

"""The classifier, built: apart from the other parts, since loading it takes longer than all of them."""

from classifiers.pipeline import Classifier
from intake.classifying import Classify
from models.framework import Reference
from models.verdict import Verdict


def build_classifier(words: Reference) -> Classify:
    """The classifier as a plain function of subject, text and channel."""
    classifier = Classifier(words)

    def classify(subject: str, text: str, channel: str) -> Verdict:
        return classifier.classify(subject=subject, text=text, channel=channel)

    return classify

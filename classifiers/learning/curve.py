"""The learning curve: what more messages would bring."""

from classifiers.evaluate import judged
from classifiers.learning.corpus import PARTS, shipped
from classifiers.learning.examples import examples, label_names
from classifiers.learning.fit import fit_all
from classifiers.learning.measures import measure
from classifiers.learning.train import pipeline_with
from classifiers.pipeline import Classifier
from models.framework import Reference

SHOWN = ("kind: accuracy", "themes: micro F1", "red flags: micro F1", "ISF: exact", "ISF: quadratic-weighted kappa")
STEPS = (2, 7, 15, 22, None)
"""How many of the training authors each point takes; None takes all."""


def curve(reference: Reference) -> list[tuple[int, dict[str, float]]]:
    """(messages, figure -> value on the tuning part) for more and more authors."""
    labels = label_names(reference)
    reader = Classifier(reference)
    tune_messages = shipped("tune")
    tune = list(examples(reader, tune_messages, labels))
    train = list(examples(reader, shipped("train"), labels))
    points = []
    for step in STEPS:
        authors = PARTS["train"][:step]
        own = [one for one in train if one.message.author in authors]
        classifier = Classifier.over(pipeline_with(fit_all(own, tune, labels), "best"), reference)
        figures = measure(judged(classifier, tune_messages), draws=1)
        points.append((len(own), {name: figures[name].value or 0.0 for name in SHOWN}))
    return points

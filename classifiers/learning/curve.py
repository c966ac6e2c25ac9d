"""The learning curve: what more messages would bring."""

import math
from collections.abc import Sequence

from classifiers.evaluate import judged
from classifiers.learning.asides import signs_of_asides
from classifiers.learning.corpus import PARTS, shipped
from classifiers.learning.examples import examples, label_names
from classifiers.learning.fit import fit_all
from classifiers.learning.measures import measure
from classifiers.learning.train import pipeline_with
from classifiers.pipeline import Classifier
from models.framework import Reference

SIDE, MARGIN, LINE, LEAST = 320, 44, 15, 0.5
"""Of the picture; its lower edge stands for LEAST."""
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
    asides, points = signs_of_asides(reader), []
    for step in STEPS:
        authors = PARTS["train"][:step]
        own = [one for one in train if one.message.author in authors]
        classifier = Classifier.over(pipeline_with(fit_all(own, tune, labels, asides=asides), "best"), reference)
        figures = measure(judged(classifier, tune_messages), draws=1)
        points.append((len(own), {name: figures[name].value or 0.0 for name in SHOWN}))
    return points


def drawn_curve(points: Sequence[tuple[int, dict[str, float]]]) -> str:
    """The curve as an SVG picture: a line for each figure, over the number of messages (logarithmic)."""
    least, most = math.log(points[0][0]), math.log(points[-1][0])

    def x(count: int) -> float:
        return round(MARGIN + (math.log(count) - least) / max(most - least, 1e-9) * SIDE, 1)

    def y(value: float) -> float:
        return round(MARGIN + (1 - max(value, LEAST)) / (1 - LEAST) * SIDE, 1)

    last, floor, parts = points[-1][1], 0.0, []
    for name in sorted(SHOWN, key=lambda name: -last[name]):
        floor = max(y(last[name]) + 4, floor + LINE)
        way = " ".join(f"{x(count)},{y(values[name])}" for count, values in points)
        parts.append(f'<polyline fill="none" stroke="#005eb8" stroke-width="2" points="{way}"/>')
        parts.append(f'<text x="{MARGIN + SIDE + 8}" y="{floor}">{name} {last[name]:.2f}</text>')
    parts += [f'<text x="{x(n)}" y="{MARGIN + SIDE + 18}" text-anchor="middle">{n}</text>' for n, _ in points]
    parts += [f'<text x="{MARGIN - 8}" y="{y(at) + 4}" text-anchor="end">{at:.2f}</text>' for at in (LEAST, 0.75, 1.0)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE + 6 * MARGIN} {SIDE + 2 * MARGIN}" role="img"'
        f' font-family="sans-serif" font-size="12"><title>Figures by the number of messages</title><rect x="{MARGIN}"'
        f' y="{MARGIN}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#425563"/>{"".join(parts)}</svg>\n'
    )

"""Parts of the classifier by themselves: a pipeline of only some components, and what they write."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import spacy
from spacy.tokens import Doc
from spacy.vocab import Vocab

from classifiers import guarding
from classifiers.document import Notebook, notebook
from classifiers.heads import Scores
from classifiers.normalise import normalise
from classifiers.pipeline import COMPONENTS, Classifier
from models.framework import Reference

Part = Callable[..., Notebook]


def parts(*names: str, reference: Reference | None = None, settings: Mapping[str, Any] | None = None) -> Part:
    """A function of a text that gives what these components write; `settings` are those of the last one."""
    assert set(names) <= set(COMPONENTS)
    nlp = spacy.blank("en")
    for name in names:
        component: Any = nlp.add_pipe(name, config=dict(settings or {}) if name == names[-1] else {})
        if reference is not None and hasattr(component, "use"):
            component.use(reference)

    def read(text: str, subject: str = "", **facts: Any) -> Notebook:
        joined = f"{subject}\n\n{text}" if subject else text
        start = len(joined) - len(text)
        notes = Notebook(source=normalise(joined), subject_length=len(subject), text_start=start, **facts)
        found = guarding.run(nlp, notes)
        assert not found.failed
        return found

    return read


def run(component: Callable[[Doc], Doc], notes: Notebook) -> Notebook:
    """The notebook when one component has written into it."""
    doc = Doc(Vocab())
    doc._.notebook = notes
    return notebook(component(doc))


def scores(labels: Mapping[str, float], *sentences: Sequence[float], isf: Sequence[float] = (1, 0, 0, 0)) -> Scores:
    """What heads say: label -> probability, and for each sentence a logit of each of the labels."""
    rows = np.array(sentences, np.float64).reshape(-1, len(labels))
    return Scores(
        labels=dict(labels),
        columns=tuple(labels),
        sentences=rows,
        kinds={"concern": 1.0},
        impact=np.array([0, 0, 1, 0, 0], np.float64),
        likelihood=np.array([0, 0, 1, 0, 0], np.float64),
        isf=np.array(isf, np.float64),
    )


VERDICT = (
    "kind",
    "provider",
    "themes",
    "impact",
    "likelihood",
    "isf",
    "red_flags",
    "confidence",
    "specialties",
    "needs_person",
)


def assert_judged_alike(classifier: Classifier, concern: str, texts: Iterable[str]) -> None:
    """These texts have the verdict of the concern alone, and their evidence stands where it says."""
    alone = classifier.classify(subject="Nights", text=concern, channel="email")
    for text in texts:
        seen = classifier.classify(subject="Nights", text=text, channel="email")
        assert [getattr(seen, name) for name in VERDICT] == [getattr(alone, name) for name in VERDICT], text
        assert all(text[one.start : one.end] == one.text for one in seen.evidence if one.start is not None)

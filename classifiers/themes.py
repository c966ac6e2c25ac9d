"""Component `themes`: what the concern is about, each theme with the words that say so.

With learned heads a theme is given by its probability, to which the cue rules have added their learned weight; without
them by the rules alone.
"""

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import Notebook, notebook
from classifiers.settings import check
from classifiers.telling import show_label
from models.framework import Reference

THRESHOLD = 0.35
"""Probability from which a theme is given, where the heads do not say."""


@Language.factory("themes", default_config={"threshold": THRESHOLD})
def make_themes(nlp: Language, name: str, threshold: float) -> "Themes":  # noqa: ARG001  spaCy calls factories so
    """The component without reference data; the pipeline puts them in with `use`. Raises SettingError."""
    return Themes(threshold)


class Themes:
    """Writes `themes` into the notebook: asserted now or in the past, never merely denied or asked about."""

    def __init__(self, threshold: float = THRESHOLD) -> None:
        check("themes", "threshold", threshold)
        self._threshold = threshold
        self._known: frozenset[str] = frozenset()

    def use(self, reference: Reference) -> None:
        """Suggest only themes of this reference data: an operator may have taken some away."""
        self._known = frozenset(reference.themes)

    def __call__(self, doc: Doc) -> Doc:
        """Collect the themes, those with the most behind them first."""
        notes = notebook(doc)
        found = notes.rule_themes if notes.scores is None else by_scores(notes, self._threshold)
        notes.themes = tuple(code for code in found if code in self._known)
        for code in notes.themes:
            show_label(notes, f"theme:{code}")
        return doc


def by_scores(notes: Notebook, threshold: float) -> list[str]:
    """The themes that the heads think likely enough, the likeliest first; a threshold of their own comes first."""
    assert notes.scores is not None
    least = float(notes.settings.get("theme", threshold))
    likely = [(p, label) for label, p in notes.scores.labels.items() if label.startswith("theme:") and p >= least]
    return [label.removeprefix("theme:") for _, label in sorted(likely, reverse=True)]

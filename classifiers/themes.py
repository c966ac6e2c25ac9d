"""Component `themes`: what the concern is about, each theme with the words that say so."""

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import notebook
from models.framework import Reference


@Language.factory("themes")
def make_themes(nlp: Language, name: str) -> "Themes":  # noqa: ARG001  spaCy calls factories so
    """The component without reference data; the pipeline puts them in with `use`."""
    return Themes()


class Themes:
    """Writes `themes` into the notebook: asserted now or in the past, never merely denied or asked about."""

    def __init__(self) -> None:
        self._known: frozenset[str] = frozenset()

    def use(self, reference: Reference) -> None:
        """Suggest only themes of this reference data: an operator may have taken some away."""
        self._known = frozenset(reference.themes)

    def __call__(self, doc: Doc) -> Doc:
        """Collect the themes of asserted cues, in the order in which the text brings them up."""
        notes = notebook(doc)
        themes: dict[str, None] = {}
        for hit in notes.hits_of("theme"):
            code = hit.cue.label
            here = hit.asserted and not hit.elsewhere and hit.sentence.part != "signature"
            if here and code in self._known and code not in themes:
                themes[code] = None
                notes.show(f"theme:{code}", hit)
        notes.themes = tuple(themes)
        return doc

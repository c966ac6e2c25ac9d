"""Component `themes`: what the concern is about, each theme with the words that say so."""

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import notebook


@Language.factory("themes")
def make_themes(nlp: Language, name: str) -> "Themes":  # noqa: ARG001  spaCy calls factories so
    """The component, as spaCy asks for it."""
    return Themes()


class Themes:
    """Writes `themes` into the notebook: asserted now or in the past, never merely denied or asked about."""

    def __call__(self, doc: Doc) -> Doc:
        """Collect the themes of asserted cues, in the order in which the text brings them up."""
        notes = notebook(doc)
        themes: dict[str, None] = {}
        for hit in notes.hits_of("theme"):
            if hit.asserted and not hit.elsewhere and hit.sentence.part != "signature" and hit.cue.label not in themes:
                themes[hit.cue.label] = None
                notes.show(f"theme:{hit.cue.label}", hit)
        notes.themes = tuple(themes)
        return doc

"""Component `language`: English is read; anything else needs a person who can read it."""

import py3langid
from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import notebook

FEWEST = 5
"""Words that a language is told from; py3langid guesses below that."""
READ = 3_000
"""Characters that are looked at: a language shows early, and long texts cost time."""
MARGIN = 25.0
"""How much likelier (natural logarithm) another language must be than English before we believe it: shift slang,
acronyms and names of drugs all look foreign."""


@Language.factory("language")
def make_language(nlp: Language, name: str) -> "LanguageFound":  # noqa: ARG001  spaCy calls factories so
    """The component, as spaCy asks for it."""
    return LanguageFound()


class LanguageFound:
    """Writes `language` into the notebook."""

    def __init__(self) -> None:
        # The model is read on first use: here, not with the first message.
        py3langid.classify("a first text, so that the model is there")

    def __call__(self, doc: Doc) -> Doc:
        """Tell the language of the message's first part."""
        notes = notebook(doc)
        # The letters count, also those of text that the normalising dropped as unreadable.
        text = notes.source.text[:READ] if len(notes.source.text) > 20 else notes.source.source[:READ]
        letters = sum(letter.isalpha() for letter in text)
        unspaced = letters >= 12 and sum(ord(letter) > 0x2E7F for letter in text) * 2 > letters
        if len(text.split()) < FEWEST and not unspaced:
            return doc
        ranked = py3langid.rank(" ".join(text.split()))
        scores = dict(ranked)
        best, score = ranked[0]
        if best != "en" and (unspaced or score - scores.get("en", float("-inf")) > MARGIN):
            notes.language = str(best)
            notes.doubt(f"the text seems to be in another language than English ({best})")
        return doc

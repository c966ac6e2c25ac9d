"""Component `crisis`: whether somebody may be about to die. It is asked first, and any one detector is enough.

It reads all that can be read, in several languages, before anybody asks which language it is or whether it is a
concern: the text with its disguises taken off (`normalise`), as it is and without accents. The component `red_flags`
adds what the cue rules and the learned heads say.
"""

import re
from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.cues import VERSION, words_data
from classifiers.document import Notebook, notebook
from classifiers.letters import without_accents

RULE = f"rules-{VERSION}/crisis"
FLAG = "learner_at_risk"


@Language.factory("crisis")
def make_crisis(nlp: Language, name: str) -> "Crisis":  # noqa: ARG001  spaCy calls factories so
    """The component, as spaCy asks for it."""
    return Crisis()


class Crisis:
    """Writes `crisis` into the notebook: the offsets in the normalised text of the words that say so."""

    def __init__(self) -> None:
        data = words_data("crisis.toml")
        self._words = _any_of([*data["english"], *data["other"]])
        self._harmless = _any_of(data["harmless"])

    def __call__(self, doc: Doc) -> Doc:
        """Search, passing over words that speak of patients, lessons or policies."""
        notes = notebook(doc)
        text = _lower(notes.source.text)
        notes.crisis = self._found(text)
        if notes.crisis is None and not text.isascii():
            notes.crisis = self._found(without_accents(text))
        return doc

    def _found(self, text: str) -> tuple[int, int] | None:
        harmless = [match.span() for match in self._harmless.finditer(text)]
        for match in self._words.finditer(text):
            if not any(start <= match.start() < end for start, end in harmless):
                return match.span()
        return None


def _lower(text: str) -> str:
    """Small letters, as many as before: one whose lower case is longer than itself would move all that follows."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(letter.lower()[0] for letter in text)


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    """All patterns in one. The start of a word, with which most begin, is looked for once, which is far quicker."""
    begin = [one.removeprefix(r"\b") for one in patterns if one.startswith(r"\b")]
    anywhere = [one for one in patterns if not one.startswith(r"\b")]
    return re.compile("|".join([rf"\b(?:{'|'.join(begin)})", *(f"(?:{one})" for one in anywhere)]))


def show_crisis(notes: Notebook) -> None:
    """Add the words of a crisis as evidence for its red flag."""
    if notes.crisis is not None:
        notes.show_span(f"red_flag:{FLAG}", *notes.crisis, RULE)

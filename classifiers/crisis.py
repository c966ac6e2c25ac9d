"""Component `crisis`: whether somebody may be about to die. It is asked first, and any one detector is enough.

It reads all that can be read, in several languages, before anybody asks which language it is or whether it is a
concern: the text with its disguises taken off (`normalise`), to its end however long it is, as it is, without accents,
and with what hides words undone (`disguises`). The component `red_flags` adds what the cue rules and the heads say.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from heapq import merge

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.crisis_of_patients import MOST, Beside, of_patients
from classifiers.cues import VERSION, words_data
from classifiers.disguises import View, closed_up, unmasked, without_fillers
from classifiers.document import Notebook, notebook
from classifiers.letters import small
from classifiers.openings import any_begun_of, any_of, any_word_of

RULE = f"rules-{VERSION}/crisis"
FLAG = "learner_at_risk"
_OTHER_SCRIPT = re.compile(r"[^\x00-\u036f]")


@Language.factory("crisis")
def make_crisis(nlp: Language, name: str) -> "Crisis":  # noqa: ARG001  spaCy calls factories so
    """The component, as spaCy asks for it."""
    return Crisis()


class Crisis:
    """Writes `crisis` into the notebook: the offsets in the source of the words that say so."""

    def __init__(self) -> None:
        self._data = words_data("crisis.toml")
        self._words = re.compile(
            f"{any_word_of(self._data['english'], self._data['parts'])}|{any_begun_of(self._data['other'])}"
        )
        self._scripts = re.compile(any_of(self._data["scripts"]))
        self._beside = Beside(self._data["beside"], self._data["parts"])

    @cached_property
    def _harmless(self) -> re.Pattern[str]:
        """Built when it is first needed: few messages have words that it could clear."""
        return re.compile(any_word_of(self._data["harmless"], self._data["parts"]))

    def __call__(self, doc: Doc) -> Doc:
        """Search, passing over words that speak of patients, lessons or policies."""
        notes = notebook(doc)
        found = self.found(notes.source.whole())
        if found is not None:
            offset = notes.source.whole_offset
            notes.crisis = offset(found[0]), offset(found[1] - 1) + 1
        return doc

    def found(self, text: str) -> tuple[int, int] | None:
        """Where the words stand that somebody about to die may say; None where there are none.

        The text is in one line but for its paragraphs: a statement of its own begins with each of them.
        """
        for view in _views(small(text)):
            span = self._in(view.text)
            if span is not None:
                return view.span(*span)
        return None

    def _in(self, text: str) -> tuple[int, int] | None:
        harmless: Iterator[tuple[int, int]] | None = None
        start = end = -1
        for cleared, match in enumerate(self._words.finditer(text.replace("\n", " "))):
            if harmless is None:
                harmless = merge((one.span() for one in self._harmless.finditer(text)), of_patients(text))
            while end <= match.start() and start < len(text):
                start, end = next(harmless, (len(text), len(text)))
            if match.start() < start or cleared >= MOST:
                return match.span()
        beside = self._beside.found(text)
        if beside is not None:
            return beside
        other = None if text.isascii() or not _OTHER_SCRIPT.search(text) else self._scripts.search(text)
        return other.span() if other else None


def _views(lower: str) -> Iterator[View]:
    """The text as it stands, and what may have been meant where that is something else."""
    yield View(lower)
    plain = unmasked(lower)
    closed = closed_up(plain)
    if closed is not None:
        yield closed
    elif plain != lower:
        yield View(plain)
    bare = without_fillers(plain)
    if bare is not None:
        yield bare


def show_crisis(notes: Notebook) -> None:
    """Add the words of a crisis as evidence for its red flag."""
    if notes.crisis is not None:
        notes.show_source(f"red_flag:{FLAG}", *notes.crisis, RULE)

"""Component `language`: English is read; anything else needs a person who can read it."""

import re
from dataclasses import asdict, dataclass
from math import inf

import py3langid
from spacy.language import Language
from spacy.tokens import Doc

from classifiers.cues import words_data
from classifiers.document import Notebook, notebook
from classifiers.settings import check

RULE = "py3langid/language"
_BEGINNING = re.compile(r"\S[^\n]{0,120}(?<=\S)")
"""The first words of a text, on one line."""
_SMALL: frozenset[str] = frozenset(words_data("grammar.toml")["english"])


@dataclass(frozen=True, kw_only=True, slots=True)
class LanguageSettings:
    """From when on another language than English is believed."""

    fewest: int = 5
    """Words that a language is told from; py3langid guesses below that."""
    read: int = 3_000
    """Characters that are looked at: a language shows early, and long texts cost time."""
    english: float = 0.12
    """Share of a text's words that are English and nothing else from which on the slower guess is not needed."""
    margin: float = 25.0
    """How much likelier (natural logarithm) another language must be than English before we believe it: shift slang,
    acronyms and names of drugs all look foreign."""

    def __post_init__(self) -> None:
        check("language", "fewest", self.fewest, least=1, most=inf)
        check("language", "read", self.read, least=100, most=inf)
        check("language", "english", self.english)
        check("language", "margin", self.margin, most=inf)


@Language.factory("language", default_config=asdict(LanguageSettings()))
def make_language(
    nlp: Language,  # noqa: ARG001  spaCy calls factories so
    name: str,  # noqa: ARG001
    *,
    fewest: int,
    read: int,
    english: float,
    margin: float,
) -> "LanguageFound":
    """The component. Raises SettingError."""
    return LanguageFound(LanguageSettings(fewest=fewest, read=read, english=english, margin=margin))


class LanguageFound:
    """Writes `language` into the notebook."""

    def __init__(self, settings: LanguageSettings | None = None) -> None:
        self._settings = settings or LanguageSettings()
        # The model is read on first use: here, not with the first message.
        py3langid.classify("a first text, so that the model is there")

    def __call__(self, doc: Doc) -> Doc:
        """Tell the language of the message's first part."""
        notes = notebook(doc)
        # The letters count, also those of text that the normalising dropped as unreadable.
        settings = self._settings
        text = (notes.source.text if len(notes.source.text) > 20 else notes.source.source)[: settings.read]
        unspaced = not text.isascii() and _is_unspaced(text)
        words = text.split()
        if (len(words) < settings.fewest or _is_plainly_english(words, settings.english)) and not unspaced:
            return doc
        ranked = py3langid.rank(" ".join(words))
        scores = dict(ranked)
        best, score = ranked[0]
        if best != "en" and (unspaced or score - scores.get("en", float("-inf")) > settings.margin):
            notes.language = str(best)
            notes.doubt(f"the text seems to be in another language than English ({best})")
            _show(notes)
        return doc


def _show(notes: Notebook) -> None:
    """Show how the message begins: the language is told from all of it, also from letters that were dropped."""
    run = _BEGINNING.search(notes.source.source, notes.text_start) or _BEGINNING.search(notes.source.source)
    if run is not None:
        notes.show_source(f"language:{notes.language}", *run.span(), RULE)


def _is_unspaced(text: str) -> bool:
    """Whether most letters are of a writing without spaces, such as Chinese."""
    letters = sum(letter.isalpha() for letter in text)
    return letters >= 12 and sum(ord(letter) > 0x2E7F for letter in text) * 2 > letters


def _is_plainly_english(words: list[str], share: float) -> bool:
    """Whether so many small words of English stand in a text that it cannot be in another language."""
    small = [word for word in map(str.lower, words) if word in _SMALL]
    return len(small) >= share * len(words) and len(set(small)) >= min(4, len(words) // 3)

"""Cutting text into tokens as spaCy does, but each piece between spaces only once."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from spacy.tokens import Doc

from classifiers.cues import cue_index, words_data
from classifiers.spelling import frequent_words

REMEMBERED = 65_536
"""Pieces that are remembered."""
FREQUENT = 3_000
"""Words of everyday English whose forms spaCy's vocabulary learns at the start; what is new later is forgotten."""
LONGEST = 200
"""Characters that are cut at once: the time for a run of signs grows with the square of its length."""
_LONG = re.compile(rf"\S{{{LONGEST + 1}}}")

Pieces = tuple[tuple[str, str], ...]
"""Tokens of a piece between spaces, each with its norm (`n't` is `not`)."""


class Remembering:
    """spaCy's tokenizer with a memory: texts of single spaces are put together from pieces that were cut before.

    No piece depends on its neighbours, so the tokens are those of the tokenizer within.
    """

    def __init__(self, within: Any) -> None:
        self.within = within
        self._pieces = lru_cache(maxsize=REMEMBERED)(self._cut)

    def __call__(self, text: str) -> Doc:
        """The tokens of a text."""
        plain = text and text == text.strip() and "  " not in text and text.replace(" ", "").isprintable()
        if not plain and _LONG.search(text) is None:
            return self.within(text)  # type: ignore[no-any-return]
        words: list[str] = []
        spaces: list[bool] = []
        norms: list[tuple[int, str]] = []
        chunks = text.split(" ") if plain else text.removesuffix(" ").split(" ")
        for chunk in chunks:
            for word, norm in self._pieces(chunk) if chunk else ((" ", ""),):
                if norm:
                    norms.append((len(words), norm))
                words.append(word)
                spaces.append(False)
            spaces[-1] = bool(chunk)
        spaces[-1] = text.endswith(" ") and chunks[-1] != ""
        doc = Doc(self.within.vocab, words=words, spaces=spaces)
        for at, norm in norms:
            doc[at].norm_ = norm
        return doc

    def __getattr__(self, name: str) -> Any:
        """All else, such as saving and loading, is the tokenizer's within."""
        if name == "within":
            raise AttributeError(name)
        return getattr(self.within, name)

    def _cut(self, chunk: str) -> Pieces:
        if len(chunk) > LONGEST:
            parts = (chunk[at : at + LONGEST] for at in range(0, len(chunk), LONGEST))
            return tuple(piece for part in parts for piece in self._cut(part))
        return tuple(
            (token.text, token.norm_ if token.norm_ != token.lex.norm_ else "") for token in self.within(chunk)
        )


def frequent() -> Iterator[str]:
    """Words as they stand in texts, so that the vocabulary knows them before the first message."""
    known = {word for word in cue_index().vocabulary if word.isalnum()} | words_data("words.toml")["slang"].keys()
    for word in dict.fromkeys((*frequent_words(FREQUENT), *sorted(known), *map(str, range(32)))):
        yield from (word, word.capitalize(), word.upper() if len(word) < 4 else f"{word}s")

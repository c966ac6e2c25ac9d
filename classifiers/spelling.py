"""Correcting words, carefully: only what is no word at all, and only towards words that we look for."""

from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources

from symspellpy import SymSpell, Verbosity

SHORTEST = 5
"""Letters that a word must have to be corrected: below, too much is one letter away from too much else."""


@cache
def ordinary_words() -> frozenset[str]:
    """English words, as the frequency list that symspellpy brings has them."""
    return frozenset(_by_frequency())


def frequent_words(number: int) -> tuple[str, ...]:
    """The most frequent words of English."""
    return _by_frequency()[:number]


@cache
def _by_frequency() -> tuple[str, ...]:
    data = (resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    return tuple(line.split(" ", 1)[0] for line in data.splitlines() if line)


class Spelling:
    """Corrects towards a vocabulary; a word of the vocabulary or of ordinary English stays as it is."""

    def __init__(self, vocabulary: Iterable[str], also_known: Iterable[str] = ()) -> None:
        """`also_known` words stay as they are too, but nothing is corrected towards them."""
        vocabulary = frozenset(vocabulary)
        self.known = vocabulary.union(also_known)
        self._index = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
        for word in sorted(vocabulary):
            if len(word) >= SHORTEST and word.isalpha():
                self._index.create_dictionary_entry(word, 1)
        self.corrected = lru_cache(maxsize=65_536)(self._corrected)

    def _corrected(self, word: str) -> str:
        """The word that was meant, or the word itself."""
        if not SHORTEST <= len(word) <= 24 or not word.isascii() or not word.isalpha():
            return word
        if word in self.known or word in ordinary_words():
            return word
        distance = 1 if len(word) < 8 else 2
        nearest = self._index.lookup(word, Verbosity.CLOSEST, max_edit_distance=distance)
        # Two words equally near: which one was meant is a guess, and we do not guess.
        if len(nearest) != 1 or nearest[0].term[0] != word[0]:
            return word
        return str(nearest[0].term)

"""What the words of a message say of the writer's post where none is named: "my PAD", "on the take", "the dispensary".

Learned from the corpus: a few thousand words, pairs and word beginnings have a weight for each post that is common
enough. Only their hashes are kept.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np

from classifiers.document import Notebook, Sentence
from classifiers.heads import Floats, Linear, sigmoid
from classifiers.kept_heads import BROKEN, HeadsError, linear_of, wide_arrays
from classifiers.lexicon import Hashes, hashed, signs_in

FORMAT = 1
FILE, MAP = "posts.npz", "posts"


@dataclass(frozen=True, kw_only=True)
class PostWords:
    """The weights of words, (signs, codes), and from which probability on a post is given.

    `alone` holds where no post is named, `beside` where one is: then another is seldom meant.
    """

    codes: tuple[str, ...]
    known: Hashes
    """(signs,) rising: the hashes of the signs that have a weight."""
    linear: Linear
    alone: float = 1.0
    beside: float = 1.0

    @cached_property
    def _rows(self) -> dict[int, int]:
        return {int(sign): row for row, sign in enumerate(self.known)}

    def likely(self, sentences: Sequence[Sentence], *, beside: bool) -> list[tuple[str, Sentence]]:
        """The posts that these sentences make likely, each with the sentence that says most for it."""
        given = np.flatnonzero(self.chances(sentences) >= (self.beside if beside else self.alone))
        if not sentences or not len(given):
            return []
        told = np.array([self._told(signs_of([one])) for one in sentences])
        return [(self.codes[at], sentences[int(told[:, at].argmax())]) for at in given]

    def chances(self, sentences: Sequence[Sentence]) -> Floats:
        """The probability of each post, (codes,): all signs share one voice, so that length alone says nothing."""
        signs = signs_of(sentences)
        return sigmoid(self._told(signs) * max(len(signs), 1) ** -0.5 + self.linear.bias)

    def _told(self, signs: set[int]) -> Floats:
        rows = sorted(self._rows[sign] for sign in signs if sign in self._rows)
        return np.asarray(self.linear.weights[rows].sum(axis=0, dtype=np.float64), dtype=np.float64)


def read_of(notes: Notebook) -> list[Sentence]:
    """The sentences that may say what the writer's post is: what is quoted or cited is somebody else's."""
    return [one for one in notes.sentences if one.part not in {"quoted", "cited"}]


def signs_of(sentences: Sequence[Sentence]) -> set[int]:
    """The signs of sentences, as hashes: of words as they stand in names, for slang of posts is no slip."""
    return {hashed(sign) for one in sentences for sign in signs_in([word.name for word in one.words])}


def save_post_words(words: PostWords, file: Path | BinaryIO) -> None:
    """Write them."""
    about = {"format": FORMAT, "codes": words.codes, "alone": words.alone, "beside": words.beside}
    arrays = {"known": words.known} | wide_arrays(words.linear, MAP)
    np.savez_compressed(file, about=np.array(json.dumps(about, sort_keys=True)), **arrays)


def load_post_words(file: Path) -> PostWords:
    """Read what `save_post_words` wrote. Raises HeadsError for anything else."""
    return post_words_of(file.read_bytes(), file.name)


def post_words_of(data: bytes, name: str) -> PostWords:
    """The words in the bytes of a file of this name. Raises HeadsError for anything else."""
    try:
        with np.load(BytesIO(data), allow_pickle=False) as arrays:
            about = json.loads(str(arrays["about"]))
            limits = {limit: float(about[limit]) for limit in ("alone", "beside")}
            linear, known = linear_of(arrays, MAP), arrays["known"]
            words = PostWords(codes=tuple(about["codes"]), known=known, linear=linear, **limits)
    except BROKEN as fault:
        raise HeadsError(f"{name} does not hold words of posts ({type(fault).__name__})") from None
    if about.get("format") != FORMAT:
        raise HeadsError(f"{name} is of format {about.get('format')!r}; this version reads format {FORMAT}")
    if words.linear.weights.shape != (len(words.known), len(words.codes)) or len(words.linear.bias) != len(words.codes):
        raise HeadsError(f"{name} does not hold words of posts: its tables do not fit together")
    return words

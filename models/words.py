"""Text cut into the words that the search knows: the same on every engine, since no engine has a say in it.

Accents are folded and letters made small. Apostrophes vanish ("George's" is `georges`), every other mark parts words
("on-call" is `on`, `call`), and "&" is the word "and", so that "A&E", "A & E" and "A and E" are one. Letters of
languages written without spaces stand each for itself. Nothing is stemmed: what is found is what stands there.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_WORD = 40
"""Characters of a word that count; a longer one is cut, in texts and in questions alike."""
_APART = (
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u3200-\u33ff\uff66-\uff9f\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{_APART}]|(?:(?![{_APART}])[^\W_](?:['’ʼ`´](?=[^\W\d_]))?[\u0300-\u036f]*)+|&")
_MARKS = re.compile(r"[\u0300-\u036f'’ʼ`´]")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A word as the search knows it, and where it stands in the text, in characters."""

    word: str
    start: int
    end: int


def words_in(text: str) -> Iterator[Word]:
    """The words of a text in their order."""
    for match in _WORD.finditer(text):
        word = folded(match[0])
        if word:
            yield Word(word=word, start=match.start(), end=match.end())


def folded(word: str) -> str:
    """One word in the form in which equal words are equal; empty when nothing of it can be searched."""
    if word == "&":
        return "and"
    if word.isascii():
        return word.replace("'", "").replace("`", "").lower()[:LONGEST_WORD]
    plain = unicodedata.normalize("NFKD", word).casefold()
    plain = unicodedata.normalize("NFKD", _MARKS.sub("", plain).translate(_LETTERS))
    return "".join(sign for sign in plain if sign.isalnum())[:LONGEST_WORD]

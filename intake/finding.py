"""A question as somebody types it, with the places that its words may mean."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from models.framework import Reference
from models.search import Phrase, Query, Term, parse, place_word, stands_at
from models.words import words_in

Listed = tuple[tuple[str, tuple[str, ...]], ...]
"""(code, names) of each place."""


def query_of(question: str, words: Reference) -> Query:
    """The question; each word of it is also looked for in the names of places, and finds the tickets about them."""
    listed = tuple((place.code, (place.name, *place.aliases)) for place in words.providers.values())
    named = _named(listed)
    return Query(terms=tuple(_with_places(term, named) for term in parse(question).terms))


@dataclass(frozen=True, slots=True)
class _Name:
    """A place's name cut into words, looked at from one of them."""

    code: str
    words: list[str]
    at: int


@lru_cache(maxsize=4)
def _named(listed: Listed) -> dict[str, list[_Name]]:
    """Every word of every name, and where it stands."""
    found: dict[str, list[_Name]] = {}
    for code, names in listed:
        for name in names:
            cut = [one.word for one in words_in(name)]
            for at, word in enumerate(cut):
                found.setdefault(word, []).append(_Name(code, cut, at))
    return found


def _with_places(term: Term, named: dict[str, list[_Name]]) -> Term:
    codes = dict.fromkeys(code for phrase in term.alternatives for code in _codes(phrase, named))
    return replace(term, alternatives=(*term.alternatives, *(Phrase(words=(place_word(code),)) for code in codes)))


def _codes(phrase: Phrase, named: dict[str, list[_Name]]) -> Iterator[str]:
    first = phrase.words[0]
    begun: Iterable[_Name] = named.get(first, ())
    if phrase.prefix and len(phrase.words) == 1:
        begun = (name for word, names in named.items() if word.startswith(first) for name in names)
    return (name.code for name in begun if stands_at(phrase, name.words, name.at))

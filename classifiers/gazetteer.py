"""All names by which places are known, and whether the words of a text really are such a name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from classifiers.cues import words_data
from classifiers.document import Word
from classifiers.spelling import Spelling, ordinary_words
from models.framework import Provider, Reference

_SUFFIX = re.compile(
    r"\b(?:nhs|university|teaching|foundation|trust|ft|the|community|general|group)\b(?: of\b)?|\(.*?\)", re.IGNORECASE
)
_SPLIT = re.compile(r"[^\w&'’]+")


def name_words(name: str) -> list[str]:
    """The words of a name as `Word.name` has them: lower case, no apostrophes, `&` as `and`."""
    words = (word.lower().replace("'", "").replace("’", "").replace("&", "and") for word in _SPLIT.split(name))
    return [word for word in words if word]


def haystack(words: Sequence[str]) -> str:
    """Words so that a pattern can only match whole ones, and neighbours share no border."""
    return f" {'  '.join(words)} "


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """A name, the codes that go by it, and what it takes to believe that it is meant."""

    words: tuple[str, ...]
    codes: tuple[str, ...]
    ambiguous: tuple[str, ...]
    """Organisation codes from the curated table; they win over the aliases."""
    acronym: bool
    town: bool
    telling: bool
    """Whether it has a word that is no ordinary English, or a noun such as `hospital` beside another word."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NameFound:
    """A name at words `first` to `last` of a sentence."""

    name: Name
    first: int
    last: int


class Gazetteer:
    """Names of places, and finding them in sentences of words."""

    def __init__(self, reference: Reference) -> None:
        data = words_data("place_words.toml")
        self._nouns: frozenset[str] = frozenset(data["nouns"])
        self._wards: frozenset[str] = frozenset(data["after"])
        self._never: frozenset[str] = frozenset(data["never"])
        self._at: frozenset[str] = frozenset(data["at"])
        self._names = self._collect(reference)
        ordered = sorted(self._names)
        self._ordered = [self._names[words] for words in ordered]
        self._matcher = AhoCorasick([haystack(words.split()) for words in ordered], matchkind=MatchKind.LeftmostLongest)
        # Acronyms stay out: UHL, UHB, NUH, UHNM, UHCW and UHDB are one slip apart and never guessed between.
        vocabulary = {word for name in self._names.values() if not name.acronym for word in name.words}
        self.spelling = Spelling(vocabulary)

    @property
    def names(self) -> tuple[Name, ...]:
        """Every name, in alphabetical order."""
        return tuple(self._ordered)

    def find(self, words: Sequence[Word]) -> list[NameFound]:
        """The names in a sentence that are really meant as places."""
        names = [self.spelling.corrected(word.name) if _may_be_misspelt(word) else word.name for word in words]
        index: dict[int, int] = {}
        at = 0
        for number, name in enumerate(names):
            index[at] = number
            at += len(name) + 2
        found: list[NameFound] = []
        for pattern, start, _end in self._matcher.find_matches_as_indexes(haystack(names)):
            known = self._ordered[pattern]
            first = index[start]
            one = NameFound(name=known, first=first, last=first + len(known.words) - 1)
            if self._meant(one, words):
                found.append(one)
        return found

    def _meant(self, found: NameFound, words: Sequence[Word]) -> bool:
        name, first = found.name, found.first
        texts = [word.text for word in words[first : found.last + 1]]
        before = words[first - 1].name if first else ""
        after = words[found.last + 1].name if found.last + 1 < len(words) else ""
        if before == "the" and first > 1:
            before = words[first - 2].name
            the = True
        else:
            the = False
        if self._part_of_a_longer_name(found, words):
            return False
        if name.acronym and len(name.words) == 1:
            written = texts[0].rstrip(".")
            return (
                written.isupper()
                or (
                    len(written) > 2
                    and written.lower() not in ordinary_words()
                    and (written[0].isupper() or written.islower())
                )
                or (before == "at" and written.lower() not in ordinary_words())
            )
        if after in {"road", "street", "lane", "way", "uni", "university", "medical_school", "graduate", "students"}:
            return False
        if name.town:
            return (
                before in self._at or after in self._wards or (the and before in {"in", "on"} and len(name.words) > 1)
            )
        if name.telling:
            return True
        capital = all(text[0].isupper() for text in texts if text not in {"of", "and", "the"})
        return (
            before in self._at
            or after in self._wards
            or (capital and (the or before in {"in", "for", "with", "", ","}))
        )

    def _part_of_a_longer_name(self, found: NameFound, words: Sequence[Word]) -> bool:
        """`Peterborough City Hospital` is not our City Hospital: a capital stands before an everyday name."""
        if not found.first or (found.name.telling and not found.name.ambiguous):
            return False
        before = words[found.first - 1]
        return (
            before.text[0].isupper()
            and not before.text.isupper()
            and found.first > 1
            and before.name not in SMALL_WORDS
            and before.end + 1 == words[found.first].start
        )

    def _collect(self, reference: Reference) -> dict[str, Name]:
        codes: dict[str, list[str]] = {}
        acronyms: set[str] = set()
        ambiguous = {" ".join(name_words(one.name)): one.candidates for one in reference.ambiguous_names}
        towns = {
            word
            for place in reference.providers.values()
            for town in place.town.split("/")
            for word in [" ".join(name_words(town))]
        }
        for place in reference.providers.values():
            for alias in (place.name, *_derived(place), *place.aliases):
                words = " ".join(name_words(alias))
                if not words or words in self._never:
                    continue
                listed = codes.setdefault(words, [])
                if place.code not in listed:
                    listed.append(place.code)
                if _is_acronym(alias):
                    acronyms.add(words)
        for words in ambiguous:
            codes.setdefault(words, [])
        return {
            words: Name(
                words=tuple(words.split()),
                codes=tuple(listed),
                ambiguous=ambiguous.get(words, ()),
                acronym=words in acronyms or (words in ambiguous and len(words) < 6 and words not in ordinary_words()),
                town=words in towns,
                telling=self._telling(words.split()),
            )
            for words, listed in codes.items()
        }

    def _telling(self, words: list[str]) -> bool:
        if any(len(word) > 3 and word not in ordinary_words() for word in words):
            return True
        return len(words) > 1 and any(word in self._nouns for word in words)


SMALL_WORDS: frozenset[str] = frozenset(words_data("grammar.toml")["small"])
"""Words that a capital at the start of a sentence or a greeting makes look like a name."""


def _may_be_misspelt(word: Word) -> bool:
    return len(word.name) > 4 and not word.text.isupper()


def _is_acronym(alias: str) -> bool:
    return " " not in alias and len(alias) <= 8 and sum(letter.isupper() for letter in alias) >= 2


def _derived(place: Provider) -> list[str]:
    """Names that people make of the official one: without `NHS Foundation Trust`, without `Hospital`."""
    if place.kind in {"university", "icb"}:
        return []
    short = " ".join(_SUFFIX.sub(" ", place.name).split())
    derived = [short] if len(short.split()) > 1 else []
    bare = re.sub(r"\bhospitals?\b", " ", short, flags=re.IGNORECASE)
    if len(bare.split()) > 1 and place.kind in {"site", "trust"}:
        derived.append(" ".join(bare.split()))
    if (
        place.kind == "site"
        and len(place.name.split()) > 1
        and not place.name.lower().endswith(("hospital", "unit", "centre"))
    ):
        derived.append(f"{place.name} hospital")
    for alias in place.aliases:
        if place.kind == "site" and not _is_acronym(alias) and "hospital" not in alias.lower():
            derived.append(f"{alias} hospital")
    return [one for one in derived if one.lower() not in {"hospital", "hospitals"}]

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
    """Whether its words say by themselves that a place is meant: unusual ones, or two that are seldom neighbours."""

    @property
    def weight(self) -> int:
        """How much the name says: its words, an article not counted."""
        return 2 * len(self.words) - (self.words[0] == "the") * 2 + (not self.ambiguous)


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
        self._wards: frozenset[str] = frozenset(data["after"])
        self._never: frozenset[str] = frozenset(data["never"])
        self._at: frozenset[str] = frozenset(data["at"])
        self._before: frozenset[str] = frozenset(data["before"])
        self._not_after: frozenset[str] = frozenset(data["not_after"])
        self._people: frozenset[str] = frozenset(data["people"])
        self._everyday: frozenset[str] = frozenset(data["everyday"])
        self._names = self._collect(reference)
        ordered = sorted(self._names)
        self._ordered = [self._names[words] for words in ordered]
        self._matcher = AhoCorasick([haystack(words.split()) for words in ordered], matchkind=MatchKind.Standard)
        # Acronyms stay out: UHL, UHB, NUH, UHNM, UHCW and UHDB are one slip apart and never guessed between.
        vocabulary = {word for name in self._names.values() if not name.acronym for word in name.words}
        self.spelling = Spelling(vocabulary)

    @property
    def names(self) -> tuple[Name, ...]:
        """Every name, in alphabetical order."""
        return tuple(self._ordered)

    def find(self, words: Sequence[Word]) -> list[NameFound]:
        """The names in a sentence that are meant as places; of names that overlap the one that says most."""
        names = [self.spelling.corrected(word.name) if _may_be_misspelt(word) else word.name for word in words]
        index: dict[int, int] = {}
        at = 0
        for number, name in enumerate(names):
            index[at] = number
            at += len(name) + 2
        found: list[NameFound] = []
        for pattern, start, _end in self._matcher.find_matches_as_indexes(haystack(names), overlapping=True):
            known = self._ordered[pattern]
            found.append(NameFound(name=known, first=index[start], last=index[start] + len(known.words) - 1))
        found.sort(key=lambda one: (-one.name.weight, one.first))
        taken: set[int] = set()
        meant: list[NameFound] = []
        for one in found:
            place = set(range(one.first, one.last + 1))
            if not place & taken and self._meant(one, words):
                meant.append(one)
                taken |= place
        return sorted(meant, key=lambda one: one.first)

    def _meant(self, found: NameFound, words: Sequence[Word]) -> bool:
        name, first = found.name, found.first
        texts = [word.text for word in words[first : found.last + 1]]
        the = first > 1 and words[first - 1].name == "the"
        before = words[first - 1 - the].name if first else ""
        after = words[found.last + 1].name if found.last + 1 < len(words) else ""
        if self._part_of_a_longer_name(found, words) or after in self._not_after:
            return False
        if name.acronym and len(name.words) == 1:
            return _acronym_meant(texts[0].rstrip("."), before)
        here = before in self._at or after in self._wards
        if name.town:
            return here or (the and before in {"in", "on"} and len(name.words) > 1)
        capital = all(text[0].isupper() for text in texts if text not in {"of", "and", "the"})
        if name.telling or here or (capital and the):
            return True
        return capital and before in self._before and not (name.words[0] in self._people and len(name.words) == 1)

    def _part_of_a_longer_name(self, found: NameFound, words: Sequence[Word]) -> bool:
        """`Peterborough City Hospital` and `the General Medical Council` are not ours: a capital stands beside it."""
        if found.name.telling and not found.name.ambiguous:
            return False
        after = words[found.last + 1 : found.last + 2]
        if after and _capital(after[0]) and after[0].name not in self._wards and not found.name.town:
            return _touch(words[found.last], after[0]) and _capital(words[found.last])
        before = words[found.first - 1] if found.first > 1 else None
        return (
            before is not None
            and _capital(before)
            and before.name not in SMALL_WORDS
            and _touch(before, words[found.first])
        )

    def _collect(self, reference: Reference) -> dict[str, Name]:
        codes: dict[str, list[str]] = {}
        acronyms: set[str] = set()
        bare = {words for place in reference.providers.values() if (words := _bare(place))}
        ambiguous = {" ".join(name_words(one.name)): one.candidates for one in reference.ambiguous_names}
        towns = {
            word
            for place in reference.providers.values()
            for town in place.town.split("/")
            for word in [" ".join(name_words(town))]
        }
        for place in reference.providers.values():
            for alias in (place.name, *_derived(place), *place.aliases, _bare(place)):
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
        bare -= {" ".join(name_words(alias)) for place in reference.providers.values() for alias in place.aliases}
        return {
            words: Name(
                words=tuple(words.split()),
                codes=tuple(listed),
                ambiguous=ambiguous.get(words, ()),
                acronym=words in acronyms or (words in ambiguous and len(words) < 6 and words not in ordinary_words()),
                town=words in towns,
                telling=words not in bare and self._telling(words.split()),
            )
            for words, listed in codes.items()
        }

    def _telling(self, words: list[str]) -> bool:
        if any(len(word) > 3 and word not in ordinary_words() for word in words):
            return True
        # Two ordinary words side by side are seldom chance ("new cross"); those that are stand in the data.
        return len(words) > 1 and words[0] not in {"of", "the"} and " ".join(words) not in self._everyday


SMALL_WORDS: frozenset[str] = frozenset(words_data("grammar.toml")["small"])
"""Words that a capital at the start of a sentence or a greeting makes look like a name."""


def _acronym_meant(written: str, before: str) -> bool:
    if written.isupper():
        return True
    if written.lower() in ordinary_words():
        return False
    return before == "at" or (len(written) > 2 and (written[0].isupper() or written.islower()))


def _capital(word: Word) -> bool:
    return word.text[0].isupper() and not word.text.isupper()


def _touch(word: Word, following: Word) -> bool:
    return word.end + 1 == following.start


def _may_be_misspelt(word: Word) -> bool:
    return len(word.name) > 4 and not word.text.isupper()


def _is_acronym(alias: str) -> bool:
    return " " not in alias and len(alias) <= 8 and sum(letter.isupper() for letter in alias) >= 2


def _bare(place: Provider) -> str:
    """The one word before `Hospital`, which may be a surname or a village as well."""
    found = re.fullmatch(r"(\w{4,}) hospital", place.name, re.IGNORECASE) if place.kind == "site" else None
    return found[1].lower() if found else ""


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

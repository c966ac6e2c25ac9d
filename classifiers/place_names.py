"""Names by which places are known: the official ones, nicknames, and what people make of both."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from classifiers.cues import words_data
from classifiers.spelling import ordinary_words
from models.framework import Provider, Reference

_DATA = words_data("place_words.toml")
_SHORT: dict[str, str] = _DATA["short"]
_NEVER: frozenset[str] = frozenset(_DATA["never"])
CITIES: frozenset[str] = frozenset(_DATA["cities"])
"""Towns of which so much is called that only a post beside them makes them a place."""
_EVERYDAY: frozenset[str] = frozenset(_DATA["everyday"])
GENERIC: frozenset[str] = frozenset(_DATA["generic"])
"""Words that alone name no place."""
SAYS_NOTHING: frozenset[str] = GENERIC.union(_DATA["care"], _DATA["services"], words_data("grammar.toml")["small"])
"""Words of which a name has to have another one: "my local hospital" and "General Surgery" are none."""
NAMES_NOTHING: frozenset[str] = SAYS_NOTHING.union(_DATA["roles"], words_data("grammar.toml")["common"])
"""Words of which a name that is offered or added has to have another one: it is no "consultant" either."""
_COMMON = frozenset({"care", "health", "medical", "community", "primary", "family", "centre", "hospital", "general"})
"""Generic words that name nothing even with a town beside them."""
_EMPLOYERS: frozenset[str] = frozenset(_DATA["employers"])
_SUFFIX = re.compile(
    r"\b(?:nhs|university|teaching|foundation|trust|ft|the|community|general|group)\b(?: of\b)?|\(.*?\)", re.IGNORECASE
)
_HOSPITAL = re.compile(r"\bhospitals?\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_TOWN = re.compile(r" (?:on|upon|in|under|by) ")
IMPORTED = frozenset({"gp", "dental"})
"""Kinds with so many members that only their names in full are looked for."""


def name_words(name: str) -> list[str]:
    """The words of a name as `Word.name` has them: lower case, no apostrophes, `&` as `and`."""
    return _WORD.findall(name.lower().replace("'", "").replace("’", "").replace("&", "and"))


def canonical(word: str) -> str:
    """The long form of a word that people shorten in names: `hosp`, `notts`, `brum`."""
    return _SHORT.get(word, word)


def place_words(name: str) -> list[str]:
    """The words of a place's name, each in its long form."""
    return [_SHORT.get(word, word) for word in name_words(name)]


@lru_cache(maxsize=16_384)
def towns_of(town: str) -> tuple[str, ...]:
    """What a town is called: `Burton-on-Trent` is Burton as well; `Dudley/West Bromwich` are two."""
    said: dict[str, None] = {}
    for one in town.split("/"):
        words = " ".join(place_words(one))
        if words:
            said[words] = None
            said[_TOWN.split(words)[0]] = None
            said[words.replace(" on ", " upon ")] = None
    return tuple(said)


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """A name, the codes that go by it, and what it takes to believe that it is meant."""

    words: tuple[str, ...]
    codes: tuple[str, ...]
    ambiguous: tuple[str, ...] = ()
    """Organisation codes from the curated table; they win over the aliases."""
    acronym: bool = False
    town: bool = False
    telling: bool = False
    """Whether its words say by themselves that a place is meant: unusual ones, or two that are seldom neighbours."""
    partial: bool = False
    """Whether it names its place only together with a town: "St George's" in Stafford."""
    employer: bool = False
    """Whether it is what learners call whoever pays them, wherever they train."""

    @property
    def weight(self) -> int:
        """How much the name says: its words, an article not counted."""
        return 2 * len(self.words) - (self.words[0] == "the") * 2 + (not self.ambiguous) - self.partial


def all_names(reference: Reference) -> dict[str, Name]:
    """Every name of the reference data, by its words."""
    codes: dict[str, dict[str, None]] = {}
    acronyms: set[str] = set()
    partial: dict[str, dict[str, None]] = {}
    bare: set[str] = set()
    known: set[str] = set()
    towns: set[str] = set()
    for place in reference.providers.values():
        towns.update(towns_of(place.town))
        for alias in _said(place):
            words = " ".join(place_words(alias))
            if words and words not in _NEVER:
                codes.setdefault(words, {})[place.code] = None
                if _is_acronym(alias):
                    acronyms.add(words)
        bare.update(_bare(place))
        known.update(" ".join(place_words(alias)) for alias in place.aliases)
        for words in _without_town(place):
            partial.setdefault(words, {})[place.code] = None
    ambiguous = {" ".join(place_words(one.name)): one.candidates for one in reference.ambiguous_names}
    for words in ambiguous:
        codes.setdefault(words, {})
    names = {
        words: Name(
            words=tuple(words.split()),
            codes=tuple(listed),
            ambiguous=ambiguous.get(words, ()),
            acronym=words in acronyms or (words in ambiguous and len(words) < 6 and words not in ordinary_words()),
            town=words in towns,
            telling=(words not in bare or words in known) and _telling(words.split()),
            employer=words in _EMPLOYERS,
        )
        for words, listed in codes.items()
    }
    _add_towns(reference, names)
    for words, listed in partial.items():
        names.setdefault(words, Name(words=tuple(words.split()), codes=tuple(listed), partial=True))
    return names


def _add_towns(reference: Reference, names: dict[str, Name]) -> None:
    """A town goes for those that have their sites there; which one is meant is told by the post (`town_care.py`)."""
    there: dict[str, dict[str, None]] = {}
    for place in reference.providers.values():
        if place.kind in {"trust", "site"} and not place.closed:
            for town in towns_of(place.town):
                there.setdefault(town, {})[place.code] = None
    for town, listed in there.items():
        if town not in names and (town not in _NEVER or town in CITIES):
            names[town] = Name(words=tuple(town.split()), codes=tuple(listed), town=True)


def _telling(words: list[str]) -> bool:
    if any(len(word) > 3 and word not in ordinary_words() for word in words):
        return True
    # Two ordinary words side by side are seldom chance ("new cross"); those that are stand in the data.
    return len(words) > 1 and words[0] not in {"of", "the"} and " ".join(words) not in _EVERYDAY


def _is_acronym(alias: str) -> bool:
    return " " not in alias and len(alias) <= 8 and sum(letter.isupper() for letter in alias) >= 2


def _bare(place: Provider) -> set[str]:
    """What is left without `Hospital`, `Unit`, `Centre`: one word, which may be a surname or a village as well."""
    if place.kind not in {"site", "other"}:
        return set()
    found: set[str] = set()
    for alias in (place.name, *place.aliases):
        words = place_words(alias)
        said = [word for word in words if word not in GENERIC]
        one = len(words) > 1 and len(said) == 1 and len(said[0]) > 3 and words[0] == said[0]
        whole = len(words) == 2 and words[1] in {"hospital", "hospice", "care", "unit", "centre"}
        if one and (whole or said[0] not in ordinary_words()):
            found.add(said[0])
    return found


def _said(place: Provider) -> Iterator[str]:
    """What a place is called: as in the data, and what people make of it."""
    if place.kind in IMPORTED:
        words = place_words(place.name)
        if len(words) - (words[:1] == ["the"]) > 2 or not GENERIC.issuperset(words):
            yield place.name
    else:
        yield from place.name.split(" / ")
        yield from _derived(place)
        yield from _bare(place)
    yield from place.aliases


def _derived(place: Provider) -> Iterable[str]:
    """Names that people make of the official one: without `NHS Foundation Trust`, without `Hospital`."""
    if place.kind in {"university", "icb"}:
        return []
    short = " ".join(_SUFFIX.sub(" ", place.name).split())
    derived = [short] if len(short.split()) > 1 else []
    bare = " ".join(_HOSPITAL.sub(" ", short).split())
    if " " in bare and place.kind in {"site", "trust", "other"}:
        derived.append(bare)
    if place.kind == "site":
        name = place.name.lower()
        if name.endswith(" community hospital"):
            derived.append(place.name[: -len(" hospital")])
        if " " in name and not name.endswith(("hospital", "unit", "centre")):
            derived.append(f"{place.name} hospital")
        derived += [
            f"{alias} hospital" for alias in place.aliases if not _is_acronym(alias) and "hospital" not in alias.lower()
        ]
    return [one for one in derived if one.lower() not in {"hospital", "hospitals"}]


def _without_town(place: Provider) -> Iterator[str]:
    """A name and its nicknames without the town that stands before or behind it."""
    if place.kind in {"trust", "icb", "university"} or place.kind in IMPORTED:
        return
    towns = sorted(towns_of(place.town), key=len, reverse=True)
    for alias in (place.name, *place.aliases):
        words = " ".join(place_words(alias))
        for town in towns:
            rest = words.removeprefix(f"{town} ").removesuffix(f" {town}")
            if rest == words:
                continue
            for one in {rest, rest.removesuffix(" hospital"), f"{rest.removesuffix(' hospital')} hospital"}:
                said = one.split()
                named = not GENERIC.issuperset(said) or (
                    said[-1] in {"hospital", "centre"} and not _COMMON.issuperset(said)
                )
                everyday = len(said) == 1 and said[0] in ordinary_words()
                if named and not (everyday or any(map(str.isdigit, said)) or one in _NEVER) and len(one) > 4:
                    yield one
            break

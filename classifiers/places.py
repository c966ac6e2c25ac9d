"""What the names of places mean: which organisations go by a name, which site it is, and what towns tell."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from classifiers.cues import words_data
from classifiers.document import Sentence
from classifiers.gazetteer import Gazetteer, NameFound
from classifiers.place_names import GENERIC, IMPORTED, Name, place_words, towns_of
from classifiers.town_care import MENTAL, PRACTICE, USUAL, TownCare
from models.framework import Provider, Reference

FUZZY = 86
"""How alike (0 to 100) unknown words before `Hospital` must be to a name."""
LONGEST = 5
"""Words that a name may have before its `Hospital`."""
ARTICLES = frozenset({"the", "at", "in", "of"})
VAGUE = GENERIC | {"a", "an", "my", "our", "this", "one", "local", "small"}
"""Words that name no place, however many of them stand before "hospital"."""
TRUSTS = frozenset(words_data("place_words.toml")["trusts"])
"""Words by which a name is the trust's rather than its hospital's."""
EMPLOYER = -1.0
"""What speaks against a lead employer as the place."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Meaning:
    """The organisations that a name can mean, the site if it is one, and what speaks against it from the start."""

    organisations: tuple[str, ...]
    site: str | None = None
    handicap: float = 0.0


class Places:
    """The reference data as the providers component asks for them; everything is indexed once."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self.gazetteer = Gazetteer(reference)
        self._town_care = TownCare(reference)
        self._of: dict[str, list[Provider]] = defaultdict(list)
        for place in reference.providers.values():
            organisation = reference.organisation_of(place.code)
            if organisation:
                self._of[organisation].append(place)
        self._fuzzy: dict[str, Name] = {}
        self._starting: dict[str, list[str]] = defaultdict(list)
        for name in self.gazetteer.names:
            said = " ".join(word for word in name.words if word not in ARTICLES)
            curated = any(reference.providers[code].kind not in IMPORTED for code in name.codes)
            if len(name.words) > 1 and curated and not (name.acronym or name.ambiguous or name.partial):
                self._fuzzy[said] = name
                for start in {word[:2] for word in said.split()}:
                    self._starting[start].append(said)
        self.meaning = lru_cache(maxsize=4096)(self._meaning)
        self._nearest = lru_cache(maxsize=4096)(self._nearest_to)

    def _meaning(self, name: Name) -> Meaning:
        places = self._reference.providers
        members = [code for place in name.codes for code in places[place].members]
        if name.ambiguous or members:
            return Meaning(organisations=name.ambiguous or tuple(members))
        organisations: dict[str, None] = {}
        for code in name.codes:
            place = places[code]
            if place.kind not in {"university", "icb"} and not name.employer and not _is_no_place(place.aliases):
                organisation = self._reference.organisation_of(code)
                if organisation:
                    organisations[organisation] = None
        handicap = EMPLOYER if any("Lead Employer" in places[code].aliases for code in name.codes) else 0.0
        sites = [code for code in name.codes if places[code].kind == "site"]
        # A town alone that the trust goes by as well gives the trust only.
        alone = name.town and len(sites) < len(name.codes)
        site = sites[0] if len(sites) == 1 and not alone else None
        if not sites and not name.town and not name.acronym and len(organisations) == 1:
            site = self.site_called(next(iter(organisations)), name.words)
        return Meaning(organisations=tuple(organisations), site=site, handicap=handicap)

    def town_meant(self, name: Name, care: str) -> Meaning | None:
        """What a town means beside a post in this sort of care; None where it does not say which place."""
        if care == PRACTICE:
            return Meaning(organisations=())
        meaning = self.meaning(name)
        alone = len(meaning.organisations) == 1
        if alone and care == USUAL:
            return meaning
        trust = self._town_care.trust(" ".join(name.words), care)
        if trust is None:
            return meaning if alone and care != MENTAL else None
        return meaning if meaning.organisations == (trust,) else Meaning(organisations=(trust,))

    def in_town(self, organisations: Sequence[str], words: Sequence[str], towns: Collection[str]) -> list[str]:
        """Those of the organisations that have a place of this name in one of the towns."""
        counties = {word for word in towns if word.endswith("shire")}
        fitting = [code for code in organisations if not counties.isdisjoint(self._name_of(code))] if counties else []
        for organisation in organisations if len(fitting) != 1 else ():
            for place in self._of[organisation]:
                called = set(place_words(" ".join((place.name, *place.aliases))))
                if called.issuperset(word for word in words if word not in ARTICLES) and any(
                    town in towns for town in towns_of(place.town)
                ):
                    fitting.append(organisation)
                    break
        return list(dict.fromkeys(fitting))

    def _name_of(self, organisation: str) -> list[str]:
        return place_words(self._reference.providers[organisation].name)

    def towns_of_site(self, code: str) -> tuple[str, ...]:
        """What the town of a site is called."""
        return towns_of(self._reference.providers[code].town)

    def site_called(self, organisation: str, words: Sequence[str]) -> str | None:
        """The one site of an organisation whose name has all these words."""
        said = [word for word in words if word not in ARTICLES]
        sites = [place for place in self._of[organisation] if place.kind == "site"]
        called = [place.code for place in sites if set(place_words(place.name)).issuperset(said)] or [
            place.code for place in sites if any(set(place_words(one)).issuperset(said) for one in place.aliases)
        ]
        if not called and len(sites) == 1 and TRUSTS.isdisjoint(said):
            return sites[0].code
        return called[0] if len(called) == 1 else None

    def alike(self, sentence: Sentence, names: Sequence[str]) -> list[NameFound]:
        """Names that are spelled so badly that only the whole of them is recognisable."""
        found: list[NameFound] = []
        if "hospital" not in names and "infirmary" not in names:
            return found
        for at, word in enumerate(names):
            if word not in {"hospital", "infirmary"} or at < 1:
                continue
            first = at
            # All the capitals before it: "Peterborough City Hospital" is not our City Hospital.
            while first > max(0, at - LONGEST) and sentence.words[first - 1].text[0].isupper():
                first -= 1
            lower = first == at
            first = max(0, at - 2) if lower else first
            said = " ".join(one for one in names[first : at + 1] if one not in ARTICLES)
            best = self._nearest(said) if not VAGUE.issuperset(said.split()) else None
            if best:
                found.append(NameFound(name=best, first=first, last=at))
        return found

    def _nearest_to(self, said: str) -> Name | None:
        near = {name for word in said.split()[:-1] for name in self._starting.get(word[:2], ())}
        best = process.extractOne(said, sorted(near), scorer=fuzz.ratio, score_cutoff=FUZZY)
        return self._fuzzy[best[0]] if best else None


def _is_no_place(aliases: Sequence[str]) -> bool:
    """Ourselves: nothing happens at the deanery."""
    return any(alias.lower() in {"deanery", "the deanery"} for alias in aliases)

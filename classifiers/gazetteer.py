"""All names by which places are known, and whether the words of a text really are such a name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, MatchKind

from classifiers.cues import words_data
from classifiers.document import Sentence, Word
from classifiers.place_names import (
    CITIES,
    GENERIC,
    IMPORTED,
    Name,
    all_names,
    canonical,
    name_words,
    place_words,
    towns_of,
)
from classifiers.spelling import Spelling, ordinary_words
from models.framework import Reference

__all__ = ["Gazetteer", "Name", "NameFound", "haystack", "name_words"]

_GRADE = re.compile(
    r"(?:f|fy|ct|st|imt|gpst|dct|accs|df|cst|yr|y)-?[0-9](?:s|[/-][0-9])?|band[0-9]|[1-5](?:st|nd|rd|th)"
)
_EDUCATORS = frozenset({"educator", "assessor", "supervisor"})
"""Behind "practice" they are no practice's."""
_SCHOOL_NURSES = frozenset({"nursing", "nurse", "nurses"})
"""Beside "school" it is no school's."""
_THIS_IS = frozenset({"is", "its", "it"})
_TRUSTS = frozenset({"nhs", "hospital", "hospitals", "foundation", "ft"})
SHORTEST = 3
"""Letters that the name of a specialty must have more than to tell that care is spoken of."""
IN_TOWN = 7
"""Words between a post and its town: "F2 on the acute take in"."""
_LEARNERS = frozenset({"year", "student", "students", "tutor"})
"""Before a city they may as well work there, but not before "at" and a city."""
_BORDERS = frozenset({",", ":", ";", "(", ")", "–", "—"})


def haystack(words: Sequence[str]) -> str:
    """Words so that a pattern can only match whole ones, and neighbours share no border."""
    return f" {'  '.join(words)} "


@dataclass(frozen=True, kw_only=True, slots=True)
class NameFound:
    """A name at words `first` to `last` of a sentence. `weak` when only the words beside it make it a place."""

    name: Name
    first: int
    last: int
    weak: bool = False


class Gazetteer:
    """Names of places, and finding them in sentences of words."""

    def __init__(self, reference: Reference) -> None:
        data = words_data("place_words.toml")
        self._wards: frozenset[str] = frozenset(data["after"])
        self._town_wards: frozenset[str] = self._wards | frozenset(data["after_town"])
        self._moves: frozenset[str] = frozenset(data["moves"])
        self._independent: frozenset[str] = frozenset(data["independent"])
        self._at: frozenset[str] = frozenset(data["at"])
        self._before: frozenset[str] = frozenset(data["before"])
        self._not_after: frozenset[str] = frozenset(data["not_after"])
        self._people: frozenset[str] = frozenset(data["people"])
        self._roles: frozenset[str] = frozenset(data["roles"])
        self._not_after_open: frozenset[str] = frozenset(data["not_after_open"])
        self._any_such: frozenset[str] = frozenset(data["any_such"])
        self._vague: frozenset[str] = frozenset(data["vague"])
        self._studies: frozenset[str] = frozenset(data["studies"])
        self._care: frozenset[str] = frozenset(data["care"]) | _called(reference)
        self._follow: frozenset[str] = frozenset(data["follow"])
        self._names = all_names(reference)
        ordered = sorted(self._names)
        self._ordered = [self._names[words] for words in ordered]
        self._towns = {town for place in reference.providers.values() for town in towns_of(place.town)}
        self._lengths = [len(name.words) for name in self._ordered]
        self._matcher = AhoCorasick([haystack(words.split()) for words in ordered], matchkind=MatchKind.Standard)
        # Acronyms stay out: UHL, UHB, NUH, UHNM, UHCW and UHDB are one slip apart and never guessed between.
        imported = {place.code for place in reference.providers.values() if place.kind in IMPORTED}
        self.spelling = Spelling(
            (
                word
                for name in self._ordered
                if not name.acronym and not imported.issuperset(name.codes or ("",))
                for word in name.words
            ),
            also_known=(word for name in self._ordered for word in name.words),
        )
        self._mended = lru_cache(maxsize=65_536)(self._mend)

    @property
    def names(self) -> tuple[Name, ...]:
        """Every name, in alphabetical order."""
        return tuple(self._ordered)

    def corrected(self, words: Sequence[Word]) -> list[str]:
        """The words as names are compared: in their long forms, slips mended."""
        mended = self._mended
        return [mended(word.name, len(word.text) < word.end - word.start, word.text.isupper()) for word in words]

    def _mend(self, name: str, possessive: bool, shouted: bool) -> str:
        name = canonical(name)
        # "Glenfield's": the possessive is no part of the name, but that of "King's Mill" is.
        if possessive and name[-1:] == "s" and name not in self.spelling.known:
            name = name[:-1]
        return canonical(self.spelling.corrected(name)) if len(name) > 4 and not shouted else name

    def find(self, sentence: Sentence, names: list[str]) -> list[NameFound]:
        """The names in a sentence that are meant as places; of names that overlap the one that says most."""
        matches = self._matcher.find_matches_as_indexes(haystack(names), overlapping=True)
        if not matches:
            return []
        index: dict[int, int] = {}
        at = 0
        for number, word in enumerate(names):
            index[at] = number
            at += len(word) + 2
        found = [
            NameFound(name=self._ordered[pattern], first=index[start], last=index[start] + self._lengths[pattern] - 1)
            for pattern, start, _end in matches
        ]
        found.sort(key=lambda one: (-one.name.weight, one.first))
        taken: set[int] = set()
        meant: list[NameFound] = []
        for one in found:
            place = range(one.first, one.last + 1)
            if taken.isdisjoint(place) and (sure := self._meant(one, sentence, names)):
                meant.append(one if sure > 1 else NameFound(name=one.name, first=one.first, last=one.last, weak=True))
                taken.update(place)
        return sorted(meant, key=lambda one: one.first)

    def is_role(self, word: str) -> bool:
        """Whether a word says who somebody in health care is: `f1`, `registrar`, `student`."""
        return word in self._roles or _GRADE.fullmatch(word) is not None

    def _meant(self, found: NameFound, sentence: Sentence, names: list[str]) -> int:
        """2 when the words are a place by themselves, 1 when those beside them make them one, otherwise 0."""
        name = found.name
        the = found.first > 0 and names[found.first - 1] == "the"
        before = names[found.first - 1 - the] if found.first > the else ""
        after = names[found.last + 1] if found.last + 1 < len(names) else ""
        raw = sentence.words[found.last + 1].name if after else ""
        address = self._is_address(raw, names[found.last + 2 : found.last + 3])
        if address or self._part_of_a_longer_name(found, sentence, names) or self._says_nothing(found, names, after):
            return 0
        texts = [word.text for word in sentence.words[found.first : found.last + 1]]
        if name.acronym and len(name.words) == 1:
            return 2 * _acronym_meant(texts[0].rstrip("."), before)
        inside = the and f"{before} the" in self._at and not name.town and after not in self._towns
        if inside or before in self._at or after in (self._town_wards if name.town else self._wards):
            return 1 if name.town else 2
        capital = all(text[0].isupper() for text in texts if text not in {"of", "and", "the"})
        sure = name.telling or (capital and (the or (before in self._before and not self._person(name))))
        if sure and not (name.town or name.partial):
            return 2
        if name.partial or (name.town and the and before in {"in", "on"} and len(name.words) > 1):
            return 1
        return int(self._beside(found, sentence, names, capital=capital))

    def _is_address(self, after: str, following: list[str]) -> bool:
        """Whether a street or a university goes by the name; "South Warwickshire University NHS" is a trust."""
        if after == "lead" and following == ["employer"]:
            return True
        return after in self._not_after and not (after == "university" and following and following[0] in _TRUSTS)

    def _says_nothing(self, found: NameFound, names: list[str], after: str) -> bool:
        """Whether the words beside a name make it none: "a dental hospital", "the children's mental health team"."""
        any_such = GENERIC.issuperset(found.name.words) and not self._any_such.isdisjoint(
            names[max(0, found.first - 1) : found.first]
        )
        opened = bool(found.name.ambiguous) and after in self._not_after_open
        return any_such or opened or self._is_university_town(found, names)

    def _is_university_town(self, found: NameFound, names: list[str]) -> bool:
        """Whether somebody only studies there: "in my second year at Nottingham"."""
        if " ".join(found.name.words) not in CITIES:
            return False
        near = names[max(0, found.first - 5) : found.first]
        return not (self._studies if near[-1:] in (["at"], ["from"]) else self._studies - _LEARNERS).isdisjoint(near)

    def _beside(self, found: NameFound, sentence: Sentence, names: list[str], *, capital: bool) -> bool:
        """Whether a town, a surname or an everyday word is a place by where it stands."""
        name, first = found.name, found.first
        before = names[first - 1] if first else ""
        after = names[found.last + 1] if found.last + 1 < len(names) else ""
        role = any(self.is_role(word) for at, word in enumerate(names) if not first <= at <= found.last)
        starts, ends = not before or before in _BORDERS, not after or after in _BORDERS or after in self._towns
        if name.words[0] == "the" and not ends and after not in self._follow:
            return False
        if starts and ends:
            near = names[max(0, first - 4) : found.last + 6]
            return role or (
                sentence.part != "signature"
                and ((not before and not after and capital) or sentence.part == "subject" or self._is_care(near))
            )
        article = before == "the" and (ends or after in self._follow) and not name.town
        if article or (name.words[0] == "the" and before in self._before):
            return role
        graded = name.town and ends and (before in {"trainee", "student", "reg", "sho"} or _GRADE.fullmatch(before))
        moved = before == "to" and names[first - 2] in self._moves
        if graded or (moved and not (self._person(name) and not ends and not role)):
            return True
        if name.town and before == "in":
            return self._posted_in(names, first)
        return not self._person(name) and (
            (after in {"in", ","} and self._located(names[found.last + 2 : found.last + 5], care=after == ","))
            or (starts and (self.is_role(after) or self._is_care(names[found.last + 1 : found.last + 3])))
            or (before in _THIS_IS and (role or self._is_care(names)))
            or self.is_role(before)
            or (name.town and self.is_role(after) and found.last + 2 == len(names))
            or (ends and before in self._care - {"a", "hospital"})
            or (
                before in {"in", "for"} and not name.ambiguous and self._in_a_ward(names[max(0, first - 5) : first - 1])
            )
            or (sentence.part == "subject" and capital and (first == 0 or found.last + 1 == len(names)))
        )

    def _posted_in(self, names: Sequence[str], town: int) -> bool:
        """Whether somebody works in the town at this word: "F1, general medicine, in Stafford"."""
        near = names[max(0, town - IN_TOWN) : max(0, town - 1)]
        return self._in_a_ward([word for word in near if word not in self._vague])

    def _located(self, behind: Sequence[str], *, care: bool) -> bool:
        """Whether a town or a ward follows: "Hill Crest in Redditch", "dudley road, elderly ward"."""
        return (behind[:1] and behind[0] in self._towns) or (care and self._is_care(behind))

    def _is_care(self, words: Sequence[str]) -> bool:
        return not self._care.isdisjoint(words)

    def _in_a_ward(self, near: Sequence[str]) -> bool:
        """Whether the words before "in" and a town speak of a hospital there: "paeds in Louth", not "a flat in"."""
        school = set() if _SCHOOL_NURSES.isdisjoint(near) else {"school"}
        apart = not (self._independent - school).isdisjoint(near) and _EDUCATORS.isdisjoint(near)
        return not apart and (self._is_care(near) or any(map(self.is_role, near)))

    def _person(self, name: Name) -> bool:
        return len(name.words) == 1 and name.words[0] in self._people

    def _part_of_a_longer_name(self, found: NameFound, sentence: Sentence, names: list[str]) -> bool:
        """`Peterborough City Hospital` and `the General Medical Council` are not ours: a capital stands beside it."""
        words = sentence.words
        if (found.name.telling and not found.name.ambiguous) or found.name.partial:
            return False
        after = words[found.last + 1 : found.last + 2]
        if after and _capital(after[0]) and names[found.last + 1] not in self._wards and not found.name.town:
            return _touch(words[found.last], after[0]) and _capital(words[found.last])
        before = words[found.first - 1] if found.first > 1 else None
        return (
            before is not None
            and _capital(before)
            and before.name not in SMALL_WORDS
            and not self.is_role(before.name)
            and _touch(before, words[found.first])
        )


SMALL_WORDS: frozenset[str] = frozenset(words_data("grammar.toml")["small"])
"""Words that a capital at the start of a sentence or a greeting makes look like a name."""


def _called(reference: Reference) -> set[str]:
    """What specialties are called in one word: a town beside it is where the post is."""
    called = (place_words(one) for each in reference.specialties.values() for one in (each.name, *each.aliases))
    return {words[0] for words in called if len(words) == 1 and len(words[0]) > SHORTEST}


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

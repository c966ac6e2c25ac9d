"""Specialties and professions in a text, and how much the words beside each make it the writer's own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from classifiers.cues import words_data
from classifiers.document import Sentence, Word
from classifiers.gazetteer import haystack, name_words
from classifiers.spelling import Spelling
from models.framework import Reference

PASSING, NAMED, POST, STAY, WRITER = 0, 1, 2, 3, 4
"""A service in passing; a place named; the learner's own post; a stay there; what the writers say that they are."""
SHORT = 8
"""Words of a sentence that only says where the writer is: "Gynae theatre, Queen's Hospital."."""
INTRO = 7
"""Words between "I am" and what the writer is: "I am a rather tired second year adult nursing student"."""
GRADE = re.compile(r"(?:f|fy|ct|st|imt|gpst|dct|cst)-?[1-8](?:s|-[1-8])?|dct|gpst")
CORE = re.compile(r"\b(?:(?:ct|cst)-?[1-3]s?|core (?:surgical |psychiatr\w+ )?trainees?)\b")
_I_AM = frozenset(
    {("i", "am"), ("i", "m"), ("we", "are"), ("we", "re"), ("i", "was"), ("as", "a"), ("as", "an"), ("as", "the")}
)
_FIELDS = frozenset({"field", "branch", "pathway", "course", "programme", "nursing"})
_SENIORS = frozenset({"registrar", "reg", "spr", "sho", "fellow"})
_OURS = frozenset({"my", "our"})
_ME = frozenset({"i", "im", "me", "we"})
_BORDERS = frozenset({",", ":", ";", "(", ")", "–", "—"})
_POINTS = frozenset({",", "(", ")"})
"""Marks that a name may be written with: "student nurse (adult)", "CT2, psychiatry"."""
_PROFESSIONS = (
    "PROG-",
    "950-",
    "560",
    "AHP-",
    "PHARM-",
    "HCS-",
    "DCP-",
    "PSY-",
    "MAP-",
    "OTH-",
    "TF65",
    "TF66",
    "TF84",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A specialty in the text, and how much its words make it the learner's own."""

    code: str
    first: Word
    last: Word
    weight: int
    learner: bool
    """Whether it says who the learner is rather than what the ward does."""
    order: int
    core: bool = False
    """Whether a core grade (`ct2`, "core trainee") stands beside it."""


class Posts:
    """Finds specialties by their names and nicknames."""

    def __init__(self, reference: Reference) -> None:
        data = words_data("specialties.toml")
        self._exact: frozenset[str] = frozenset(data["exact"])
        self._context: dict[str, list[tuple[str, re.Pattern[str]]]] = {
            alias: [(code, re.compile(pattern)) for code, pattern in choices.items()]
            for aliases, choices in data["context"].items()
            for alias in aliases.split(" / ")
        }
        self._passing: frozenset[str] = frozenset(data["passing"])
        self._own: frozenset[str] = frozenset(data["own"])
        self._learner: frozenset[str] = frozenset(data["learner"])
        self._sent: frozenset[str] = frozenset(data["sent"])
        self._self: frozenset[str] = frozenset(data["self"])
        self._beside: frozenset[str] = frozenset(data["beside"])
        self._beside_words: frozenset[str] = frozenset(data["beside_words"])
        self._stay: frozenset[str] = frozenset(data["stay"])
        self._others: frozenset[str] = frozenset(data["others"])
        self._codes = _aliases(reference, data["extra"], frozenset(data["ignored"]))
        self._codes |= {alias: [""] for alias in data["nothing"]}
        self._aliases = sorted(self._codes)
        self._lengths = [alias.count(" ") + 1 for alias in self._aliases]
        self._matcher = AhoCorasick([haystack(alias.split()) for alias in self._aliases], matchkind=MatchKind.Standard)
        self._spelling = Spelling(word for alias in self._aliases for word in alias.split() if len(word) > 5)

    def names(self, sentence: Sentence) -> list[str]:
        """The words of a sentence as names are compared, slips mended."""
        return [
            self._spelling.corrected(word.name) if len(word.name) > 5 and not word.text.isupper() else word.name
            for word in sentence.words
        ]

    def find(self, sentence: Sentence, names: list[str], everything: str, order: int, *, early: bool) -> list[Seen]:
        """Every specialty that a sentence names. `early` sentences are those in which writers say who they are."""
        said = [(number, name) for number, name in enumerate(names) if name not in _POINTS]
        matches = self._matcher.find_matches_as_indexes(haystack([name for _, name in said]), overlapping=True)
        if not matches:
            return []
        starts: dict[int, int] = {}
        at = 0
        for place, (_, name) in enumerate(said):
            starts[at] = place
            at += len(name) + 2
        spans = sorted(
            (said[starts[start]][0], said[starts[start] + self._lengths[one] - 1][0], self._aliases[one])
            for one, start, _ in matches
        )
        shouted = all(word.text.isupper() for word in sentence.words if word.text.isalpha() and len(word.text) > 2)
        core = CORE.search(everything) is not None
        found: list[Seen] = []
        for first, last, alias in spans:
            code = self._settled(alias, sentence.words[first], everything, shouted=shouted)
            outer = [other for at, end, other in spans if at <= first and last <= end and other != alias]
            # In "f1 surgery" the f1 counts as well; in "clinical oncology" the oncology does not.
            hidden = outer and not (is_programme(code) and not any(is_programme(self._codes[one][0]) for one in outer))
            if code and not hidden and self._has_company(alias, names, first, last):
                found.append(
                    self._seen(code, sentence, names, (first, last), order + len(found), early=early, core=core)
                )
        return found

    def _seen(
        self,
        code: str,
        sentence: Sentence,
        names: list[str],
        span: tuple[int, int],
        order: int,
        *,
        early: bool,
        core: bool,
    ) -> Seen:
        first, last = span
        learner = is_programme(code) or (
            code.startswith(_PROFESSIONS) and not self._learner.isdisjoint(names[max(0, first - 2) : last + 3])
        )
        person = learner or code.startswith(_PROFESSIONS)
        return Seen(
            code=code,
            first=sentence.words[first],
            last=sentence.words[last],
            weight=self._weight(names, first, last, learner=learner, early=early, person=person),
            learner=person,
            order=order,
            core=core,
        )

    def _settled(self, alias: str, word: Word, everything: str, *, shouted: bool) -> str:
        """The code that is meant, or nothing when the word means something else here."""
        if alias in self._exact and (not word.text.isupper() or (shouted and len(alias) > 2)):
            return ""
        for code, pattern in self._context.get(alias, ()):
            if pattern.search(everything):
                return code if code != "none" else ""
        return self._codes[alias][0]

    def _has_company(self, alias: str, names: list[str], first: int, last: int) -> bool:
        """Whether a short or common name stands beside words that make it a post: `obs` are also observations."""
        if alias not in self._beside:
            return True
        near = names[max(0, first - 3) : first] + names[last + 1 : last + 3]
        return any(GRADE.fullmatch(name) or name in self._beside_words for name in near)

    def _weight(self, names: list[str], first: int, last: int, *, learner: bool, early: bool, person: bool) -> int:
        """How much the words beside a name make it the writer's. A `person` is any profession."""
        before = names[max(0, first - 4) : first]
        after = names[last + 1 : last + 3]
        sent = not self._sent.isdisjoint(before) and _ME.isdisjoint(before)
        if not sent and self._says_who(names, first, last, learner=learner, early=early):
            return WRITER
        if learner:
            own = not before or not self._self.isdisjoint(before)
            return POST if own and not sent and self._others.isdisjoint(before[-2:]) else NAMED
        if (
            sent
            or not (self._others - {"the"}).isdisjoint(before[-2:])
            or self._is_another(names, before, last, person)
        ):
            return PASSING
        if not self._stay.isdisjoint(names[max(0, first - 5) : first] + names[last + 1 : last + 3]):
            return STAY
        graded = any(map(GRADE.fullmatch, (*before[-3:], *after[:1])))
        whose = after and after[0] in self._own and before[-1:] != ["the"]
        if graded or whose or not self._own.isdisjoint(before) or (early and first <= 1 and len(names) <= SHORT):
            return POST
        passing = not self._passing.isdisjoint(before[-2:]) or (after and after[0] in self._passing - {"and"})
        return PASSING if passing else NAMED

    def _is_another(self, names: list[str], before: list[str], last: int, person: bool) -> bool:
        """Whether a profession is somebody else's: "the HCA", but not "the child field"."""
        return person and before[-1:] == ["the"] and names[last] not in _FIELDS

    def _says_who(self, names: list[str], first: int, last: int, *, learner: bool, early: bool) -> bool:
        """Whether writers say here what they are: "I am an F1 in", "CT2 psych, Louth" at the start, "as a student"."""
        near = names[max(0, first - 4) : last + 4]
        if not learner and not any(map(self._is_grade, near)):
            return False
        for at in range(max(0, first - INTRO), first):
            pair = (names[at], names[at + 1])
            between = names[at + 1 : first]
            between = between[2:] if pair[0] != "im" and between[1:2] == ["the"] else between
            between = between[1:] if pair[0] == "im" and between[:1] == ["the"] else between
            if (pair[0] == "im" or pair in _I_AM) and self._others.isdisjoint(between):
                return True
        opens = first <= 5 and _BORDERS.isdisjoint(names[: max(0, first - 3)])
        return early and opens and self._others.isdisjoint(names[:first]) and _OURS.isdisjoint(names[:first])

    def _is_grade(self, name: str) -> bool:
        return GRADE.fullmatch(name) is not None or name in self._learner or name in _SENIORS


def is_programme(code: str) -> bool:
    """Whether a code is a training programme, such as Foundation Year 1."""
    return code.startswith("PROG-")


def _aliases(reference: Reference, extra: dict[str, list[str]], ignored: frozenset[str]) -> dict[str, list[str]]:
    codes: dict[str, list[str]] = {}
    for specialty in reference.specialties.values():
        name = re.sub(r"\s*\(.*?\)", "", specialty.name)
        said = [alias for alias in (name, *specialty.aliases) if alias not in ignored]
        for alias in (*said, *extra.get(specialty.code, ())):
            words = name_words(alias)
            if words:
                listed = codes.setdefault(" ".join(words), [])
                if specialty.code not in listed:
                    listed.append(specialty.code)
    return codes


def early_sentences(sentences: Sequence[Sentence]) -> frozenset[int]:
    """Sentences in which writers say who they are: the subject, the first of the body, the last of all."""
    body = [one.number for one in sentences if one.part == "body"]
    others = [one.number for one in sentences if one.part in {"subject", "signature"}]
    return frozenset((*body[:3], *body[-1:], *others))

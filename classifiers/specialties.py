"""Component `specialties`: the post's specialty, training programme and learner profession."""

import re
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind
from spacy.language import Language
from spacy.tokens import Doc

from classifiers.cues import VERSION, words_data
from classifiers.document import Notebook, Sentence, Word, notebook
from classifiers.gazetteer import haystack, name_words
from models.framework import Reference

RULE = f"rules-{VERSION}/specialty.alias"
GENERAL_NURSING = "950-ADULT"
"""What a student nurse is who names no field."""


@Language.factory("specialties")
def make_specialties(nlp: Language, name: str) -> "Specialties":  # noqa: ARG001  spaCy calls factories so
    """The component without reference data; the pipeline puts them in with `use`."""
    return Specialties()


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A specialty in the text, and how much its words make it the learner's own."""

    code: str
    first: Word
    last: Word
    weight: int
    """3 for what the writer is, 2 for the learner's own post, 1 for a place named, 0 for a service in passing."""
    learner: bool
    """Whether it says who the learner is rather than what the ward does."""
    order: int


class Specialties:
    """Writes `specialties` into the notebook."""

    def __init__(self) -> None:
        data = words_data("specialties.toml")
        self._exact: set[str] = set(data["exact"])
        self._extra: dict[str, list[str]] = data["extra"]
        self._ignored: set[str] = set(data["ignored"])
        self._context: dict[str, dict[str, str]] = data["context"]
        self._passing: set[str] = set(data["passing"])
        self._own: set[str] = set(data["own"])
        self._learner: set[str] = set(data["learner"])
        self._sent: set[str] = set(data["sent"])
        self._implied: dict[str, str] = data["implied"]
        self._self: set[str] = set(data["self"])
        self._codes: dict[str, list[str]] = {}
        self._aliases: list[str] = []
        self._matcher: AhoCorasick | None = None

    def use(self, reference: Reference) -> None:
        """Take names and aliases from this reference data."""
        codes: dict[str, list[str]] = {}
        for specialty in reference.specialties.values():
            name = re.sub(r"\s*\(.*?\)", "", specialty.name)
            for alias in (name, *specialty.aliases, *self._extra.get(specialty.code, ())):
                words = name_words(alias)
                if words and alias not in self._ignored:
                    listed = codes.setdefault(" ".join(words), [])
                    if specialty.code not in listed:
                        listed.append(specialty.code)
        self._codes = codes
        self._aliases = sorted(codes)
        self._matcher = AhoCorasick([haystack(alias.split()) for alias in self._aliases], matchkind=MatchKind.Standard)

    def __call__(self, doc: Doc) -> Doc:
        """Find aliases, settle the ambiguous ones by their neighbours, keep what is the learner's own."""
        if self._matcher is None:
            raise RuntimeError("specialties has no reference data; call use() first")
        notes = notebook(doc)
        everything = " ".join(word.name for sentence in notes.sentences for word in sentence.words)
        seen: list[Seen] = []
        for sentence in notes.sentences:
            if sentence.part != "quoted":
                seen.extend(self._in_sentence(sentence, everything, len(seen)))
        notes.specialties = self._with_implied(_chosen(notes, seen))
        return doc

    def _in_sentence(self, sentence: Sentence, everything: str, order: int) -> list[Seen]:
        words = sentence.words
        names = [word.name for word in words]
        starts: list[int] = []
        at = 0
        for name in names:
            starts.append(at)
            at += len(name) + 2
        index = {start: number for number, start in enumerate(starts)}
        found: list[Seen] = []
        assert self._matcher is not None
        spans: list[tuple[int, int, str]] = []
        for pattern, start, _end in self._matcher.find_matches_as_indexes(haystack(names), overlapping=True):
            alias = self._aliases[pattern]
            spans.append((index[start], index[start] + alias.count(" "), alias))
        for first, last, alias in sorted(spans):
            code = self._settled(alias, words[first : last + 1], everything)
            outer = [other for at, end, other in spans if at <= first and last <= end and other != alias]
            # In "f1 surgery" the f1 counts as well; in "clinical oncology" the oncology does not.
            if code is None or (outer and not (_programme(code) and not any(map(_programme, self._first(outer))))):
                continue
            found.append(
                Seen(
                    code=code,
                    first=words[first],
                    last=words[last],
                    weight=self._weight(names, first, last),
                    learner=self._is_learner(code, names[first : last + 1]),
                    order=order + len(found),
                )
            )
        return found

    def _first(self, aliases: list[str]) -> list[str]:
        return [self._codes[alias][0] for alias in aliases]

    def _settled(self, alias: str, words: tuple[Word, ...], everything: str) -> str | None:
        """The code that is meant, or None when the word means something else here."""
        if alias in self._exact and not words[0].text.isupper():
            return None
        codes = self._codes[alias]
        for code, pattern in self._context.get(alias, {}).items():
            if re.search(pattern, everything):
                return code if code != "none" else None
        return codes[0]

    def _with_implied(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """Programmes that are spent in one specialty bring it along, unless a sister of it is named."""
        return codes + tuple(
            specialty
            for programme, specialty in self._implied.items()
            if programme in codes and not any(code.startswith(specialty[:2]) for code in codes)
        )

    def _is_learner(self, code: str, names: list[str]) -> bool:
        return _programme(code) or bool(self._learner & set(names))

    def _weight(self, names: list[str], first: int, last: int) -> int:
        before = names[max(0, first - 4) : first]
        after = names[last + 1 : last + 3]
        if set(before) & self._sent and not set(before) & {"i", "im"}:
            return 0
        if self._learner & set(names[first : last + 1]):
            return 3 if self._self & set(before) or not before else 2
        if set(before) & self._own or (after and after[0] in self._own and before[-1:] != ["the"]):
            return 2
        if set(before[-2:]) & self._passing or (after and after[0] in self._passing):
            return 0
        return 1


def _programme(code: str) -> bool:
    return code.startswith("PROG-")


def _chosen(notes: Notebook, seen: list[Seen]) -> tuple[str, ...]:
    """Who the learner is, and what the post is in; a place that is merely named only when nothing else is."""
    best: dict[str, Seen] = {}
    for one in seen:
        if one.code not in best or one.weight > best[one.code].weight:
            best[one.code] = one
    learners = [one for one in best.values() if one.learner]
    if any(one.weight == 3 for one in learners):
        learners = [one for one in learners if one.weight == 3]
    if any(one.code.startswith("950-") and one.code != GENERAL_NURSING for one in best.values()):
        learners = [one for one in learners if one.code != GENERAL_NURSING]
    posts = [one for one in best.values() if not one.learner]
    posts = [one for one in posts if one.weight == 2] or [one for one in posts if one.weight == 1][:1]
    chosen = sorted((*learners, *posts), key=lambda one: one.order)
    for one in chosen:
        notes.show_words(f"specialty:{one.code}", one.first, one.last, RULE)
    return tuple(one.code for one in chosen)

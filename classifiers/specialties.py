"""Component `specialties`: the post's specialty, training programme and learner profession."""

import re
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind
from spacy.language import Language
from spacy.tokens import Doc

from classifiers.cues import words_data
from classifiers.document import Notebook, Sentence, Word, notebook
from classifiers.gazetteer import haystack, name_words
from models.framework import Reference

RULE = "rules-1.0.0/specialty.alias"


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
        self._matcher = AhoCorasick(
            [haystack(alias.split()) for alias in self._aliases], matchkind=MatchKind.LeftmostLongest
        )

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
        notes.specialties = _chosen(notes, seen)
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
        for pattern, start, _end in self._matcher.find_matches_as_indexes(haystack(names)):
            alias = self._aliases[pattern]
            first = index[start]
            last = first + alias.count(" ")
            code = self._settled(alias, words[first : last + 1], everything)
            if code is not None:
                weight = self._weight(names, first, last)
                found.append(
                    Seen(code=code, first=words[first], last=words[last], weight=weight, order=order + len(found))
                )
        return found

    def _settled(self, alias: str, words: tuple[Word, ...], everything: str) -> str | None:
        """The code that is meant, or None when the word means something else here."""
        if alias in self._exact and not words[0].text.isupper():
            return None
        codes = self._codes[alias]
        for code, pattern in self._context.get(alias, {}).items():
            if re.search(pattern, everything):
                return code if code != "none" else None
        return codes[0]

    def _weight(self, names: list[str], first: int, last: int) -> int:
        """2 for the learner's own post, 1 for a place named, 0 for a service in passing."""
        before = set(names[max(0, first - 4) : first])
        after = names[last + 1 : last + 3]
        if before & self._own or (after and after[0] in self._own):
            return 2
        if set(names[max(0, first - 2) : first]) & self._passing or (after and after[0] in self._passing):
            return 0
        return 1


def _chosen(notes: Notebook, seen: list[Seen]) -> tuple[str, ...]:
    best: dict[str, Seen] = {}
    for one in seen:
        if one.code not in best or one.weight > best[one.code].weight:
            best[one.code] = one
    own = [one for one in best.values() if one.weight == 2]
    chosen = own or [one for one in best.values() if one.weight == 1][:2]
    chosen.sort(key=lambda one: one.order)
    for one in chosen:
        notes.show_words(f"specialty:{one.code}", one.first, one.last, RULE)
    return tuple(one.code for one in chosen)

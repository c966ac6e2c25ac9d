"""Places that the reference data do not have: their names are kept as words, for an officer to add."""

from collections.abc import Sequence
from dataclasses import dataclass

from classifiers.cues import cue_index, words_data
from classifiers.document import Sentence, Word
from classifiers.gazetteer import SMALL_WORDS
from classifiers.place_names import SAYS_NOTHING, canonical
from classifiers.spelling import ordinary_words

_DATA = words_data("place_words.toml")
_KINDS: frozenset[str] = frozenset(_DATA["kinds"])
_ELSEWHERE: frozenset[str] = frozenset(_DATA["elsewhere"])
_ELSEWHERE_STARTS = frozenset(place.split()[0] for place in _ELSEWHERE)
_PAIRS = {
    "medical": "centre", "health": "centre", "foundation": "trust", "nhs": "trust", "rehabilitation": "centre",
    "treatment": "centre", "care": "home", "nursing": "home", "residential": "home", "ambulance": "station",
}  # fmt: skip
_TELL_A_PLACE = _KINDS.union(_PAIRS.values(), {"university"})
"""Words beside which ordinary ones are a name: "Hope Hospice"."""
LONGEST = 5
"""Words that a name may have before its kind."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """Words `first` to `last` of a sentence that name a place which is not in the reference data."""

    first: int
    last: int


def unknown_places(sentence: Sentence, names: Sequence[str], taken: Sequence[tuple[int, int]]) -> list[Unknown]:
    """`Oakfield Surgery`, `St Bede's Hospice`: names with the kind of place behind them, beside known ones."""
    if _KINDS.isdisjoint(names) and _PAIRS.keys().isdisjoint(names):
        return []
    words = sentence.words
    if all(word.text.isupper() for word in words if word.text.isalpha() and len(word.text) > 3):
        return []
    found: list[Unknown] = []
    for at, name in enumerate(names):
        last = at + (at + 1 < len(names) and _PAIRS.get(name) == names[at + 1])
        if at < 1 or (name not in _KINDS and last == at):
            continue
        first = at
        while first > max(0, at - LONGEST) and _may_name(words, names, first - 1):
            first -= 1
        if (
            first < at
            and all(end < first or start > last for start, end in taken)
            and _says_something(names, first, at)
        ):
            found.append(Unknown(first=first, last=last))
    return found


def elsewhere(names: Sequence[str], taken: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where a town or hospital beyond the region is named: first and last word. `taken` are names that we know."""
    return [
        (at, at + length - 1)
        for at, name in enumerate(names)
        if name in _ELSEWHERE_STARTS
        for length in (1, 2, 3)
        if at + length <= len(names)
        and " ".join(names[at : at + length]) in _ELSEWHERE
        and not any(start <= at and at + length - 1 <= end for start, end in taken)
    ]


def only_ordinary(words: Sequence[str]) -> bool:
    """Whether people write all these words without meaning a place: "bullying", "rota gaps", not "Hope Hospice"."""
    if not _TELL_A_PLACE.isdisjoint(map(canonical, words)):
        return False
    # Words of the field, such as "Datix", stand in no list of English.
    return all(
        word in ordinary_words() or word in cue_index().vocabulary for word in words if len(word) > 1 and word.isalpha()
    )


def _may_name(words: Sequence[Word], names: Sequence[str], at: int) -> bool:
    word = words[at]
    if not word.text[:1].isalpha():
        return False
    if word.text[0].isupper():
        return not (names[at] in SMALL_WORDS and at == 0) and names[at] not in SMALL_WORDS - {"of"}
    return _unusual(names[at]) and at > 0 and names[at - 1] in {"at", "in"}


def _says_something(names: Sequence[str], first: int, kind: int) -> bool:
    """Whether it is a name at all: not "General Surgery" or "Fracture Clinic", nor a sentence's first word."""
    said = [at for at in range(first, kind) if names[at] not in SAYS_NOTHING]
    if not said:
        return False
    if any(_unusual(names[at]) for at in said):
        return True
    at_place = first > 0 and names[first - 1] in {"at", "the", "with"}
    return len(said) > (first == 0) and (at_place or names[kind] in {"hospital", "hospice", "infirmary"})


def _unusual(name: str) -> bool:
    return len(name) > 3 and name.isalpha() and name not in ordinary_words()

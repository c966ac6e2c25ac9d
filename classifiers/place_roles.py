"""What the words around a place say about it: the placement concerned, the last one, where a patient was sent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from classifiers.cues import words_data
from classifiers.document import Hit, Sentence

NEAR = 3
"""Words between a cue such as "transferred to" and the place that it speaks of."""
INTRO = 8
"""Words between a grade and the place in "I am an F1 on the surgical wards of Glenfield"."""
PARTS = {"subject": 1.5, "body": 0.0, "cited": 0.0, "signature": -0.3, "quoted": -0.5}
ROLES = {"here": 2.0, "before": -3.0, "next": -3.0, "transfer": -2.0, "other": -3.0, "aside": -0.6}
INTRODUCED = 2.5
WEAK = -0.3
_DATA = words_data("place_words.toml")
_CORRECTIONS: frozenset[str] = frozenset(_DATA["corrections"])
_HERE: frozenset[str] = frozenset(_DATA["here"])
_BETWEEN = _CORRECTIONS | {",", "–", "—", "the", "i", "at", "not", "it", "is", "its", "my", "mistake", "in", ":"}
_AGAINST = frozenset({"not", "like", "nor", "than", "unlike"})
"""Words that reach no further than the place right behind them."""
_ENDED = frozenset({"until", "till", "previously", "formerly"})
"""Words that tell right behind a place that it was an earlier one."""
_PAST = frozenset({"was", "were", "had", "did", "used"})
"""Without one of these before it "until" tells of a stay that goes on: "I am at the LRI until April"."""
_SELF = frozenset({"i", "im", "am", "as", "we", "were", "ive", "my", "our", "being"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A place in the text: the organisations that it can be, and how much speaks for it.

    No organisation at all means a place that we do not know, or one beyond the region.
    """

    sentence: Sentence
    first: int
    last: int
    organisations: tuple[str, ...]
    site: str | None
    score: float
    words: tuple[str, ...] = ()
    """The words of the name that was found."""
    partial: bool = False
    town: bool = False
    said: bool = False
    """Whether the text names it, even if only to take it back: it can still settle an ambiguous name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """What a place in one sentence is weighed with."""

    sentence: Sentence
    cues: Sequence[Hit]
    is_role: Callable[[str], bool]
    early: bool
    """Whether the sentence is among the first of the body, where writers say who they are."""

    def weigh(self, first: int, last: int) -> float:
        """How much the words around words `first` to `last` speak for the place there."""
        role = _role(self, first, last)
        if role >= 0 and _introduced(self, first, last):
            role = INTRODUCED
        return 1.0 + PARTS[self.sentence.part] + role


def _role(scale: Scale, first: int, last: int) -> float:
    """What the nearest cue before the place says; a word against it wins over `at`."""
    sentence = scale.sentence
    words = sentence.words
    score = ROLES["here"] if _is_here(sentence, first) else 0.0
    ended = not _PAST.isdisjoint(word.norm for word in words[:first])
    for cue in scale.cues:
        gap = first - cue.last - 1
        near = 1 if cue.first == cue.last and words[cue.first].norm in _AGAINST else NEAR
        reaches = -1 <= gap <= near and cue.first < first
        if cue.first > last:
            between = cue.first - last - 1
            reaches = (cue.cue.label == "aside" and between <= 2) or (
                cue.cue.label == "before" and between == 0 and words[cue.first].norm in _ENDED and ended
            )
            reaches = reaches or (cue.cue.label == "next" and between <= 3 and words[cue.last].norm == "there")
            reaches = reaches or (
                cue.cue.label == "other"
                and between <= 1
                and words[cue.first].norm in {"was", "were", "graduate", "student", "trainee"}
            )
        elif cue.first < first and cue.last > last:
            reaches, gap = True, 0
        if not reaches or (gap > 1 and sentence.clauses[cue.last] != sentence.clauses[first]):
            continue
        sent = cue.cue.label == "transfer" and _is_writer_sent(scale, cue)
        value = ROLES["here" if sent else cue.cue.label]
        score = min(score, value) if value < 0 else (max(score, value) if score >= 0 else score)
    return score


def _is_here(sentence: Sentence, first: int) -> bool:
    """Whether "at", "placement" or the like stands near before a place: right before it, or in its clause."""
    return any(
        sentence.words[at].norm in _HERE and (first - at <= 2 or sentence.clauses[at] == sentence.clauses[first])
        for at in range(max(0, first - NEAR - 1), first)
    )


def _is_writer_sent(scale: Scale, cue: Hit) -> bool:
    """Whether "sent to" is about the writer: "I was sent to", "they sent me to", "a trainee, sent to"."""
    norms = [word.norm for word in scale.sentence.words]
    before = norms[max(0, cue.first - 3) : cue.first]
    passive = before[-2:-1] in (["i"], ["we"]) and before[-1] in {"was", "am", "were", "got", "being"}
    if cue.first == 0 or before[-1] in {":", "–"}:
        return True
    last = before[-1]
    if last == "i" and norms[cue.first] in {"moved", "came", "went"}:
        return True
    introduced = (scale.is_role(last) and last not in {"we", "us"}) or (
        "," in before and any(map(scale.is_role, before))
    )
    return passive or introduced or not {"me", "us"}.isdisjoint(norms[cue.first : cue.last + 1])


def _introduced(scale: Scale, first: int, last: int) -> bool:
    """Whether writers say here who they are: "I am an F1 at", or at the start "CT2 anaesthetics, Louth"."""
    if scale.sentence.part == "quoted":
        return False
    names = [word.name for word in scale.sentence.words]
    for at in range(max(0, first - INTRO), first):
        if scale.is_role(names[at]) and ":" not in names[at:first]:
            himself = not _SELF.isdisjoint(names[max(0, at - 6) : at])
            if himself or (scale.early and at <= 4):
                return True
    behind = names[last + 1 : last + 6]
    return scale.early and first <= 2 and behind[:1] == [","] and any(map(scale.is_role, behind))


def take_back(mentions: Sequence[Mention]) -> list[Mention]:
    """Mentions after corrections: in "the LRI, sorry, the General" the first is none, the second has its role."""
    mended = list(mentions)
    for at in range(len(mended) - 1):
        left, right = mended[at], mended[at + 1]
        between = _between(left, right)
        if between is not None and _BETWEEN.issuperset(between) and not _CORRECTIONS.isdisjoint(between):
            mended[at] = replace(left, score=-1.0, said=True)
            mended[at + 1] = replace(right, score=max(left.score, right.score))
    return mended


def _between(left: Mention, right: Mention) -> list[str] | None:
    """The words between two mentions in one sentence, or over the border of two that follow each other."""
    if left.sentence.number == right.sentence.number:
        words = left.sentence.words[left.last + 1 : right.first]
    elif left.sentence.number + 1 == right.sentence.number and left.sentence.part == right.sentence.part:
        words = (*left.sentence.words[left.last + 1 :], *right.sentence.words[: right.first])
    else:
        return None
    return [word.norm for word in words] if len(words) <= 6 else None

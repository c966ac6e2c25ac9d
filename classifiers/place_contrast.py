"""Two places set against each other: what was good there then, and what is missing here now."""

from collections.abc import Sequence
from dataclasses import replace

from classifiers.cues import words_data
from classifiers.document import Notebook
from classifiers.place_roles import INTRODUCED, ROLES, Mention

_DATA = words_data("place_words.toml")
_THEN: frozenset[str] = frozenset(_DATA["then"])
_NOW: frozenset[str] = frozenset(_DATA["now"])
_LACK: frozenset[str] = frozenset(_DATA["lack"])
_COMPARED: frozenset[str] = frozenset(_DATA["compared"])
_GOODS: frozenset[str] = frozenset(_DATA["goods"])
"""Themes of what a place gives its learners: only these are told of another place to measure this one by."""
THEN = 1.0 + ROLES["aside"]
"""What is left of a place that is only measured by; it stays the place if no other is named."""


def then_and_now(notes: Notebook, mentions: Sequence[Mention]) -> list[Mention]:
    """Mentions after contrasts: in "at A we had lockers. At B there is nowhere for bags" A is only the measure."""
    told = list(mentions)
    for at, one in enumerate(told):
        around = (*told[max(0, at - 1) : at], *told[at + 1 : at + 2])
        if THEN < one.score < 1.0 + INTRODUCED and any(_is_measured(notes, told, one, other) for other in around):
            told[at] = replace(one, score=THEN)
    return told


def is_compared(mention: Mention) -> bool:
    """Whether the words before a place in its sentence set it against another: "unlike A, B has none"."""
    return not _COMPARED.isdisjoint(word.norm for word in mention.sentence.words[: mention.first])


def _is_measured(notes: Notebook, mentions: Sequence[Mention], then: Mention, now: Mention) -> bool:
    """Whether one place had something, in the past tense, that the other, in the sentence beside it, now lacks."""
    if then.organisations == now.organisations or {then.sentence.part, now.sentence.part} != {"body"}:
        return False
    if abs(then.sentence.number - now.sentence.number) > 1 or not _is_good(notes, then):
        return False
    past, present = _words(mentions, then), _words(mentions, now)
    had = not _THEN.isdisjoint(past) and _NOW.isdisjoint(past) and _LACK.isdisjoint(past)
    return had and not _NOW.isdisjoint(present) and _THEN.isdisjoint(present) and not _LACK.isdisjoint(present)


def _words(mentions: Sequence[Mention], mention: Mention) -> set[str]:
    """The words of its sentence; where that names other places too, of its clause and those that name none."""
    sentence = mention.sentence
    shared = {
        sentence.clauses[one.first]
        for one in mentions
        if one.sentence.number == sentence.number and one.organisations != mention.organisations
    }
    return {word.norm for word, clause in zip(sentence.words, sentence.clauses, strict=True) if clause not in shared}


def _is_good(notes: Notebook, mention: Mention) -> bool:
    """Whether nothing bad is told in its sentence: "at A I had a panic attack" is no measure for B."""
    hits = [hit for hit in notes.hits if hit.sentence.number == mention.sentence.number]
    return not any(
        hit.cue.family == "red_flag" or (hit.cue.family == "theme" and hit.cue.label not in _GOODS) for hit in hits
    )

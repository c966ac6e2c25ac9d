"""Why a verdict is as it is: each label with its words, what it is most like, and what each sentence changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from classifiers.document import Notebook, Sentence
from classifiers.heads import MARKS
from classifiers.learning.exemplars import Exemplars, Near
from classifiers.pipeline import Classifier
from classifiers.telling import most_telling
from models.verdict import Evidence, Kind, Verdict

ENDS = ".!?…"
MOST_LEFT_OUT = 60
"""Sentences that are left out at most, each of which costs reading the message anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """One label of a verdict: the words behind it, and where heads took part its chance and the nearest exemplars."""

    label: str
    evidence: tuple[Evidence, ...]
    chance: float | None = None
    exemplars: tuple[Near, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """What the verdict would be without one sentence: label or figure -> (with it, without it); empty if the same.

    `start` and `end` are offsets into the text, or into the subject where `where` says so.
    """

    where: str
    start: int
    end: int
    text: str
    changes: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What is explained."""

    subject: str
    text: str
    channel: str


def explained(classifier: Classifier, message: Message, exemplars: Exemplars | None) -> tuple[Verdict, list[Explained]]:
    """The verdict, and each of its labels with what stands behind it."""
    facts = {"subject": message.subject, "text": message.text, "channel": message.channel}
    verdict, notes = classifier.classify(**facts), classifier.read(**facts)
    return verdict, [_explained(label, verdict, notes, exemplars) for label in labels_of(verdict)]


def labels_of(verdict: Verdict) -> list[str]:
    """Every label of a verdict, in the words of the evidence."""
    concern = verdict.kind is Kind.CONCERN
    levels = (f"impact:{verdict.impact}", f"likelihood:{verdict.likelihood}") if concern else ()
    places = [f"{name}:{code}" for name, code in (("provider", verdict.provider), ("site", verdict.site)) if code]
    return [
        f"kind:{verdict.kind.value}",
        f"isf:{verdict.isf}",
        *levels,
        *places,
        *(f"provider_candidate:{code}" for code in verdict.provider_candidates),
        *(f"specialty:{code}" for code in verdict.specialties),
        *(f"theme:{code}" for code in verdict.themes),
        *(f"red_flag:{code}" for code in verdict.red_flags),
        *((f"language:{verdict.language}",) if verdict.language != "en" else ()),
    ]


def _explained(label: str, verdict: Verdict, notes: Notebook, exemplars: Exemplars | None) -> Explained:
    family = label.partition(":")[0]
    own = tuple(one for one in verdict.evidence if one.label == label)
    name = family if family in MARKS else label
    telling = most_telling(notes, name)
    if telling is None:
        return Explained(label=label, evidence=own, chance=_chance(label, notes))
    number, _ = telling
    told = _sentence(notes, number, label, f"{notes.judge}/{name.replace(':', '.')}")
    if not own or (name in MARKS and told.text.rstrip(ENDS) not in {one.text for one in own}):
        own = (*own, told)
    near: tuple[Near, ...] = ()
    if exemplars is not None and notes.encoded is not None and len(notes.encoded.sentences):
        near = exemplars.nearest(name, notes.encoded.sentences[number])
    return Explained(label=label, evidence=own, chance=_chance(label, notes), exemplars=near)


def _chance(label: str, notes: Notebook) -> float | None:
    """The probability that the heads give a label, a kind, a level or a category; None where no head was asked."""
    scores = notes.scores
    if scores is None:
        return None
    chances = {
        **scores.labels,
        **{f"kind:{kind}": chance for kind, chance in scores.kinds.items()},
        **{f"impact:{level}": float(chance) for level, chance in enumerate(scores.impact, start=1)},
        **{f"likelihood:{level}": float(chance) for level, chance in enumerate(scores.likelihood, start=1)},
        **{f"isf:{grade}": float(chance) for grade, chance in enumerate(_categories(notes))},
    }
    return round(chances[label], 3) if label in chances else None


def _categories(notes: Notebook) -> list[float]:
    return [] if notes.categories is None else notes.categories.tolist()


def _sentence(notes: Notebook, number: int, label: str, source: str) -> Evidence:
    where, start, end = _place(notes, notes.sentences[number])
    text = _words(notes, notes.sentences[number])
    inside = where == "text"
    return Evidence(label=label, text=text, start=start if inside else None, end=end if inside else None, source=source)


def left_out(classifier: Classifier, message: Message) -> Iterator[LeftOut]:
    """What the verdict would be without each sentence in turn, in the order of the text; MOST_LEFT_OUT at most."""
    whole = classifier.classify(subject=message.subject, text=message.text, channel=message.channel)
    notes = classifier.read(subject=message.subject, text=message.text, channel=message.channel)
    for sentence in notes.sentences[:MOST_LEFT_OUT]:
        where, start, end = _place(notes, sentence)
        subject, text = message.subject, message.text
        if where == "text":
            text = text[:start] + text[end:]
        else:
            subject = subject[:start] + subject[end:]
        without = classifier.classify(subject=subject, text=text, channel=message.channel)
        yield LeftOut(
            where=where, start=start, end=end, text=_words(notes, sentence), changes=differing(whole, without)
        )


def differing(whole: Verdict, without: Verdict) -> dict[str, tuple[Any, Any]]:
    """In which labels and figures two verdicts differ."""
    names = ("kind", "isf", "impact", "likelihood", "provider", "site", "specialties", "themes", "red_flags")
    sides = [{name: _plain(getattr(one, name)) for name in (*names, "needs_person")} for one in (whole, without)]
    return {name: (sides[0][name], sides[1][name]) for name in sides[0] if sides[0][name] != sides[1][name]}


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, tuple) else value


def _place(notes: Notebook, sentence: Sentence) -> tuple[str, int, int]:
    """Whether a sentence stands in the text or in the subject, and its offsets there, ending with its full stop."""
    source = notes.source.source
    start = notes.source.source_offset(sentence.words[0].start)
    end = notes.source.source_offset(sentence.words[-1].end - 1) + 1
    while end < len(source) and source[end] in ENDS:
        end += 1
    if start >= notes.text_start:
        return "text", start - notes.text_start, end - notes.text_start
    return "subject", start, min(end, notes.subject_length)


def _words(notes: Notebook, sentence: Sentence) -> str:
    where, start, end = _place(notes, sentence)
    offset = notes.text_start if where == "text" else 0
    return notes.source.source[offset + start : offset + end]

"""Which words stand behind a label: those of a rule that hit, and the sentence that told the learned heads most."""

import re

from classifiers.document import LONGEST_EVIDENCE, Hit, Notebook

TELLING = 0.0
"""Logit from which a sentence by itself asserts a label."""
_RUN = re.compile(rf"\S{{1,{LONGEST_EVIDENCE}}}")


def show_label(notes: Notebook, label: str) -> None:
    """Add the words behind `theme:…` or `red_flag:…` as evidence: at least one stretch of words, at most two."""
    family, code = label.split(":")
    hit = next((one for one in notes.hits_of(family) if one.cue.label == code and one.asserted), None)
    if hit is None:
        hit = next((one for one in notes.hits_of(family) if one.cue.label == code and one.counts), None)
    show_behind(notes, label, hit)


def show_behind(notes: Notebook, label: str, hit: Hit | None) -> None:
    """Add the words of a rule's hit for a label, and the sentence that told the heads most where it is another one."""
    source = f"{notes.judge}/{label.replace(':', '.')}"
    if hit is not None:
        notes.show(label, hit)
    best = most_telling(notes, label)
    if best is not None:
        number, logit = best
        if hit is None or (logit > TELLING and number != hit.sentence.number):
            notes.show_sentence(label, number, source)
    elif hit is None:
        show_whole(notes, label, source)


def show_whole(notes: Notebook, label: str, source: str) -> None:
    """Add the message's first sentence as evidence for what the message tells as a whole, or not at all."""
    body = [one for one in notes.sentences if one.part == "body"]
    for sentence in (*body, *notes.sentences)[:1]:
        notes.show_sentence(label, sentence.number, source)
    first = _RUN.search(notes.source.text)
    if not notes.sentences and first is not None:
        notes.show_span(label, *first.span(), source)


def most_telling(notes: Notebook, name: str) -> tuple[int, float] | None:
    """The number and the logit of the sentence that speaks most for a label or a mark; None without learned heads."""
    if notes.scores is None or not notes.sentences or name not in notes.scores.columns:
        return None
    column = notes.scores.sentences[:, notes.scores.columns.index(name)]
    number = int(column.argmax())
    return number, float(column[number])

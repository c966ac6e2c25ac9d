"""Parts that fail: the message goes on without them, to a person, and nothing that rests on them is said surely.

spaCy's own error handlers are not enough: they let a KeyError through, and a component that returns no document.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.cues import VERSION
from classifiers.document import Grade, Notebook, notebook
from classifiers.grading_rules import SIGNIFICANT
from classifiers.normalise import Normalised, untouched
from classifiers.telling import show_whole
from models.verdict import UNSAID, Kind

_Given = TypeVar("_Given")
BESIDE = frozenset({"personal_data", "providers", "specialties"})
"""Parts that neither kind nor grade rest on."""
MOST_CONFIDENCE = 0.3
"""How sure a verdict may be that lacks a part."""


def normalised(source: str, normalise: Callable[[str], object]) -> tuple[Normalised, str]:
    """A text made plain and ""; as it stands where that fails, and what was raised."""
    found, fault = _tried(normalise, source)
    if isinstance(found, Normalised):
        return found, ""
    return untouched(source), fault


def run(nlp: Language, notes: Notebook) -> Notebook:
    """The notebook when all components have written into it; what one wrote that failed is taken back."""
    doc = _document(nlp, notes)
    doc._.notebook = notes
    for name, component in nlp.pipeline:
        before = _copy(notebook(doc))
        after, fault = _tried(component, doc)
        if after is not doc:
            doc._.notebook = before
            note_failure(before, name, fault)
    notes = notebook(doc)
    if notes.failed:
        _be_careful(notes)
    return notes


def note_failure(notes: Notebook, name: str, fault: str) -> None:
    """A person is needed. Only the type of what was raised is told: its text may quote the message."""
    notes.failed.add(name)
    notes.doubt(f"the part {name!r} of the classifier failed ({fault})")


def _document(nlp: Language, notes: Notebook) -> Doc:
    """The text cut into words; without a single one where that fails: some components read the text itself."""
    doc, fault = _tried(nlp.make_doc, notes.source.text)
    if isinstance(doc, Doc):
        return doc
    note_failure(notes, "tokenizer", fault)
    return Doc(nlp.vocab)


def _tried(part: Callable[[_Given], object], given: _Given) -> tuple[object, str]:
    """What a part gives back, and its type; the type of what it raised where it does."""
    try:
        found = part(given)
    except Exception as fault:  # noqa: BLE001 - whatever it is, the message must be answered
        return None, type(fault).__name__
    return found, type(found).__name__


def _copy(notes: Notebook) -> Notebook:
    """As it is now: what components only ever add to is copied, all else they replace."""
    return replace(
        notes,
        evidence=[*notes.evidence],
        failed={*notes.failed},
        reasons=[*notes.reasons],
        rule_words={**notes.rule_words},
    )


def _be_careful(notes: Notebook) -> None:
    """Hide nothing and grade nothing low where something is missing that the answer rests on."""
    if not notes.failed <= BESIDE:
        replaced = set()
        if notes.kind is not Kind.CONCERN:
            notes.kind, notes.kind_sure = Kind.CONCERN, False
            replaced |= {"kind"}
        if notes.grade.isf < SIGNIFICANT:
            notes.grade = Grade()
            replaced |= {"impact", "likelihood", "isf", "raised"}
        notes.evidence = [one for one in notes.evidence if one.label.partition(":")[0] not in replaced]
        _tried(_show_stand_ins, notes)
    notes.grade = replace(notes.grade, confidence=min(notes.grade.confidence, MOST_CONFIDENCE))


def _show_stand_ins(notes: Notebook) -> None:
    """Show for a kind and a grade that only stand in that no words tell them."""
    grade = notes.grade
    levels = {"isf": grade.isf, "impact": grade.impact, "likelihood": grade.likelihood}
    wanted = {"kind": f"kind:{notes.kind.value}"} | {name: f"{name}:{level}" for name, level in levels.items()}
    shown = {one.label.partition(":")[0] for one in notes.evidence}
    for name, label in wanted.items():
        if name not in shown:
            show_whole(notes, label, f"rules-{VERSION}/{name}{UNSAID}")

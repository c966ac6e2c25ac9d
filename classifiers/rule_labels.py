"""Themes and red flags by the rules alone: what the learned heads weigh, and what stands where there are none."""

from collections.abc import Sequence

from classifiers.crisis import FLAG
from classifiers.crisis_of_patients import of_patients
from classifiers.document import Hit, Notebook

FLAGS_OF_THEMES = frozenset({"sexual_misconduct", "safeguarding", "violence"})
"""Themes that are red flags by being asserted at all, past ones too."""
EXPOSED = frozenset(
    {"supervision", "competence", "lone_working", "staffing", "handover", "equipment_it", "senior_fitness"}
)
"""Themes that make a risk for patients a hazard that stays until somebody acts."""

AFTER = 60
"""Characters behind a sentence that are read with it."""


def themes_by_rules(notes: Notebook) -> list[str]:
    """The themes of asserted cues, in the order in which the text brings them up."""
    hits = (hit for hit in notes.hits_of("theme") if hit.asserted and not hit.elsewhere)
    return list(dict.fromkeys(hit.cue.label for hit in hits if hit.sentence.part != "signature"))


def flags_by_rules(notes: Notebook, themes: Sequence[str]) -> dict[str, Hit]:
    """Flag -> the words that raise it."""
    flags: dict[str, Hit] = {}
    for hit in notes.hits:
        code = hit.cue.label
        known = hit.cue.family == "red_flag" or (hit.cue.family == "theme" and code in FLAGS_OF_THEMES)
        if known and code not in flags and flagged(hit) and not (code == FLAG and _of_patient(notes, hit)):
            flags[code] = hit
    soon = _exposed_soon(notes, themes)
    if soon is not None:
        flags.setdefault("patient_at_risk", soon)
    return flags


def _exposed_soon(notes: Notebook, themes: Sequence[str]) -> Hit | None:
    """The words that say that a hazard for patients comes back within days, if one is asserted and nothing is done.

    No single sentence says so: one tells of the harm, another that nobody senior is there, a third of the next shift.
    """
    labels = {hit.cue.label for hit in notes.hits_of("likelihood") if hit.asserted}
    if "patient_safety" not in themes or not EXPOSED & set(themes) or labels & {"over", "dealt_with"}:
        return None
    return next((hit for hit in notes.hits_of("likelihood") if hit.cue.label == "soon" and hit.asserted), None)


def _of_patient(notes: Notebook, hit: Hit) -> bool:
    """Whether all words of a hit are about a patient who wants to die, not about a learner."""
    words = hit.sentence.words
    begin = words[0].start
    start, end = words[hit.first].start - begin, words[hit.last].end - begin
    # What follows may take the writer in: "Me too."
    said = of_patients(notes.source.text[begin : words[-1].end + AFTER])
    return any(first <= start and end <= last for first, last in said)


def flagged(hit: Hit) -> bool:
    """Whether a person should look. Only a plain denial about others, or a mere thought, is let go."""
    # "I'm not suicidal, just fed up": a brave denial. "Nobody was assaulted": a fact about others.
    return hit.asserted or (hit.negated and hit.cue.doubt and hit.cue.label == "learner_at_risk")

"""Component `severity`: impact and likelihood, from the worst that is asserted and what is being done about it.

It starts from what is said, never from silence: without a cue both stay unknown. Factors that raise the likelihood
always count; those that lower it count only when nothing says that it goes on, and never because of a negation.
"""

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import Hit, Notebook, notebook

LEAST_FOR_THEME = {
    "sexual_misconduct": 4,
    "violence": 4,
    "safeguarding": 4,
    "serious_incident": 4,
    "discrimination": 3,
    "bullying": 3,
    "supervision": 3,
    "competence": 3,
    "lone_working": 3,
    "speaking_up": 3,
    "patient_safety": 3,
    "senior_fitness": 4,
    "handover": 3,
    "wellbeing": 3,
    "staffing": 3,
}
"""The impact that a theme has at least, before any cue says that it is over or small."""
LEAST_FOR_FLAG = {
    "learner_at_risk": 4,
    "patient_at_risk": 4,
    "sexual_misconduct": 4,
    "safeguarding": 5,
    "violence": 4,
    "serious_incident_unreported": 4,
    "impaired_colleague": 4,
}
"""The impact that a red flag has at least (`learners_removed` says nothing about harm)."""


@Language.factory("severity")
def make_severity(nlp: Language, name: str) -> "Severity":  # noqa: ARG001  spaCy calls factories so
    """The component, as spaCy asks for it."""
    return Severity()


class Severity:
    """Writes `impact`, `likelihood`, `put_right` and `trivial` into the notebook."""

    def __call__(self, doc: Doc) -> Doc:
        """Weigh the cues."""
        notes = notebook(doc)
        notes.impact = _impact(notes)
        notes.likelihood = _likelihood(notes)
        return doc


def _impact(notes: Notebook) -> int | None:
    levels: dict[int, Hit] = {}
    for hit in notes.hits_of("impact"):
        if hit.counts and not hit.elsewhere and hit.sentence.part != "signature":
            levels.setdefault(int(hit.cue.label), hit)
    floors = [LEAST_FOR_THEME.get(theme, 2) for theme in notes.themes]
    floors += [LEAST_FOR_FLAG[flag] for flag in notes.red_flags if flag in LEAST_FOR_FLAG]
    if levels:
        worst = max(levels)
        notes.show(f"impact:{worst}", levels[worst])
        floors.append(worst)
    return max(floors, default=None)


def _likelihood(notes: Notebook) -> int | None:
    seen: dict[str, Hit] = {}
    for hit in notes.hits_of("likelihood"):
        if hit.asserted and hit.sentence.part not in {"signature", "quoted"}:
            seen.setdefault(hit.cue.label, hit)
    lowering_negated = {hit.cue.label for hit in notes.hits_of("likelihood") if hit.negated}
    notes.trivial = "trivial" in seen
    goes_on = bool({"now", "known", "recurs"} & set(seen))
    notes.put_right = "over" in seen and "over" not in lowering_negated
    if notes.put_right and "known" not in seen:
        level, why = 1 if "now" not in seen else 2, "over"
    elif "dealt_with" in seen:
        level, why = (3, "dealt_with") if goes_on else (2, "dealt_with")
    elif "known" in seen and "now" in seen:
        level, why = 5 if "recurs" in seen else 4, "known"
    elif goes_on:
        level, why = 4, next(label for label in ("recurs", "now", "known") if label in seen)
    elif "trivial" in seen:
        level, why = 2, "trivial"
    else:
        return None
    notes.show(f"likelihood:{level}", seen[why])
    return level

"""Component `red_flags`: what a person must see at once. In doubt, it flags."""

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import Hit, Notebook, notebook
from models.framework import Reference


@Language.factory("red_flags")
def make_red_flags(nlp: Language, name: str) -> "RedFlags":  # noqa: ARG001  spaCy calls factories so
    """The component without reference data; the pipeline puts them in with `use`."""
    return RedFlags()


FLAGS_OF_THEMES = frozenset({"sexual_misconduct", "safeguarding", "violence"})
"""Themes that are red flags by being asserted at all, past ones too."""
EXPOSED = frozenset(
    {"supervision", "competence", "lone_working", "staffing", "handover", "equipment_it", "senior_fitness"}
)
"""Themes that make a risk for patients a hazard that stays until somebody acts."""


class RedFlags:
    """Writes `red_flags` into the notebook."""

    def __init__(self) -> None:
        self._known: frozenset[str] = frozenset()

    def use(self, reference: Reference) -> None:
        """Raise only flags of this reference data: an operator may have taken some away."""
        self._known = frozenset(reference.red_flags)

    def __call__(self, doc: Doc) -> Doc:
        """Collect the flags; a flag whose rule knows doubt counts even when the words deny it."""
        notes = notebook(doc)
        flags: dict[str, None] = {}
        for hit in notes.hits:
            code = hit.cue.label
            known = hit.cue.family == "red_flag" or (hit.cue.family == "theme" and code in FLAGS_OF_THEMES)
            if known and code in self._known and code not in flags and flagged(hit):
                flags[code] = None
                notes.show(f"red_flag:{code}", hit)
        soon = _exposed_soon(notes)
        if soon is not None and "patient_at_risk" in self._known - flags.keys():
            flags["patient_at_risk"] = None
            notes.show("red_flag:patient_at_risk", soon)
        notes.red_flags = tuple(flags)
        return doc


def _exposed_soon(notes: Notebook) -> Hit | None:
    """The words that say that a hazard for patients comes back within days, if one is asserted and nothing is done.

    No single sentence says so: one tells of the harm, another that nobody senior is there, a third of the next shift.
    """
    labels = {hit.cue.label for hit in notes.hits_of("likelihood") if hit.asserted}
    if "patient_safety" not in notes.themes or not EXPOSED & set(notes.themes) or labels & {"over", "dealt_with"}:
        return None
    return next((hit for hit in notes.hits_of("likelihood") if hit.cue.label == "soon" and hit.asserted), None)


def flagged(hit: Hit) -> bool:
    """Whether a person should look. Only a plain denial about others, or a mere thought, is let go."""
    # "I'm not suicidal, just fed up": a brave denial. "Nobody was assaulted": a fact about others.
    return hit.asserted or (hit.negated and hit.cue.doubt and hit.cue.label == "learner_at_risk")

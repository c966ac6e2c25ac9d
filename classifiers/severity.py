"""Component `severity`: impact and likelihood by the rules, from the worst that is asserted and what is being done.

It starts from what is said, never from silence: without a cue both stay unknown. Factors that raise the likelihood
always count; those that lower it count only when nothing says that it goes on, and never because of a negation.
"""

from collections.abc import Mapping

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import Hit, Notebook, notebook
from classifiers.grading_rules import SERIOUS, grade
from classifiers.rule_labels import EXPOSED, flags_by_rules, themes_by_rules
from classifiers.settings import check
from models.framework import Reference

LEAST_FOR_THEME = {
    "safeguarding": 5,
    "serious_incident": 5,
    "sexual_misconduct": 4,
    "violence": 4,
    "senior_fitness": 4,
    "lone_working": 4,
    "speaking_up": 4,
    "discrimination": 3,
    "bullying": 3,
    "supervision": 3,
    "competence": 3,
    "patient_safety": 3,
    "handover": 3,
    "wellbeing": 3,
    "workload": 3,
    "staffing": 3,
    "progression": 3,
    "educational_supervision": 3,
}
"""The impact that a theme has at least, before any cue says that it is worse; any other theme has 2."""
LEAST_FOR_FLAG = {
    "learner_at_risk": 5,
    "patient_at_risk": 4,
    "sexual_misconduct": 4,
    "safeguarding": 5,
    "violence": 4,
    "serious_incident_unreported": 5,
    "impaired_colleague": 4,
}
"""The impact that a red flag has at least (`learners_removed` says nothing about harm)."""
COMFORTS = frozenset({"facilities"})
"""Themes that are a mere inconvenience where the writers call them small themselves."""
GOES_ON = ("recurs", "now", "soon", "known")
"""Signs that it happens again, the most telling first."""
MIDDLING = 3
"""Below this impact, that it happened several times says no more than that it could well happen again."""


@Language.factory("severity", default_config={"least_for_theme": LEAST_FOR_THEME, "least_for_flag": LEAST_FOR_FLAG})
def make_severity(
    nlp: Language,  # noqa: ARG001  spaCy calls factories so
    name: str,  # noqa: ARG001
    least_for_theme: dict[str, int],
    least_for_flag: dict[str, int],
) -> "Severity":
    """The component without reference data; the pipeline puts them in with `use`. Raises SettingError."""
    return Severity(least_for_theme, least_for_flag)


class Severity:
    """Writes the `rule_…` fields, `impact`, `likelihood`, `put_right` and `trivial` into the notebook."""

    def __init__(
        self,
        least_for_theme: Mapping[str, int] = LEAST_FOR_THEME,
        least_for_flag: Mapping[str, int] = LEAST_FOR_FLAG,
    ) -> None:
        for setting, table in (("least_for_theme", least_for_theme), ("least_for_flag", least_for_flag)):
            for code, least in table.items():
                check("severity", f"{setting}.{code}", least, least=1, most=5)
        self._least = {f"theme:{code}": least for code, least in least_for_theme.items()}
        self._least |= {f"red_flag:{code}": least for code, least in least_for_flag.items()}
        self._reference: Reference | None = None

    def use(self, reference: Reference) -> None:
        """Take labels and bands from this reference data."""
        self._reference = reference

    def __call__(self, doc: Doc) -> Doc:
        """Weigh the cues."""
        if self._reference is None:
            raise RuntimeError("severity has no reference data; call use() first")
        notes = notebook(doc)
        notes.least = self._least
        notes.rule_themes = tuple(code for code in themes_by_rules(notes) if code in self._reference.themes)
        flags = flags_by_rules(notes, notes.rule_themes)
        notes.rule_flags = {code: hit for code, hit in flags.items() if code in self._reference.red_flags}
        notes.impact = _impact(notes)
        notes.likelihood = _likelihood(notes)
        notes.rule_grade, notes.rule_reasons = grade(notes, self._reference)
        return doc


def _impact(notes: Notebook) -> int | None:
    levels: dict[int, Hit] = {}
    for hit in notes.hits_of("impact"):
        if hit.counts and not hit.elsewhere and hit.sentence.part != "signature":
            levels.setdefault(int(hit.cue.label), hit)
    floors = [notes.least.get(f"theme:{theme}", 2) for theme in notes.rule_themes]
    floors += [notes.least[label] for flag in notes.rule_flags if (label := f"red_flag:{flag}") in notes.least]
    if "patient_safety" in notes.rule_themes and EXPOSED & set(notes.rule_themes):
        floors.append(SERIOUS)
    if levels:
        worst = max(levels)
        notes.rule_words["impact"] = worst, levels[worst]
        floors.append(worst)
    impact = max(floors, default=None)
    small = set(notes.rule_themes) <= COMFORTS and not notes.rule_flags and _called_small(notes)
    return 1 if small and impact is not None and impact < 3 else impact


def _called_small(notes: Notebook) -> bool:
    return any(hit.asserted and hit.cue.label == "trivial" for hit in notes.hits_of("likelihood"))


def _likelihood(notes: Notebook) -> int | None:
    seen: dict[str, Hit] = {}
    for hit in notes.hits_of("likelihood"):
        if hit.asserted and hit.sentence.part not in {"signature", "quoted"}:
            seen.setdefault(hit.cue.label, hit)
    notes.trivial = "trivial" in seen
    notes.put_right = "over" in seen and not any(hit.negated for hit in notes.hits_of("likelihood"))
    serious = (notes.impact or 0) >= SERIOUS
    level, why = _level(set(seen), put_right=notes.put_right, serious=serious)
    if level == 4 and why in {"recurs", "soon"} and (notes.impact or 0) < MIDDLING:
        level = 3
    if level is not None:
        notes.rule_words["likelihood"] = level, seen[why]
    return level


def _level(seen: set[str], *, put_right: bool, serious: bool) -> tuple[int | None, str]:
    """The likelihood that the signs add up to, and the sign that decides; None if nothing is said.

    What is serious is lowered by a step less: one word that sounds like an end must not make it look small. And 5,
    which lifts even a middling impact into the highest category, is kept for what is serious.
    """
    why = next((label for label in GOES_ON if label in seen), "")
    open_still = bool(seen & {"known", "now", "soon"})
    if put_right and "known" not in seen and not (serious and open_still):
        return (2, "over") if serious or why else (1, "over")
    if "dealt_with" in seen and not open_still:
        return (3, "dealt_with") if serious else (2, "dealt_with")
    if serious and {"known", "recurs"} <= seen and seen & {"now", "soon"}:
        return 5, "known"
    if why:
        return (3, "dealt_with") if "dealt_with" in seen and not serious else (4, why)
    return (3 if serious else 2, "trivial") if "trivial" in seen else (None, "")

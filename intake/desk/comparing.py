"""The machine's proposal and the officer's decision, side by side."""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.desk.deciding import standards_of
from intake.desk.wording import IMPACTS, KINDS, LIKELIHOODS
from models.framework import Reference
from models.ticket import Decision
from models.verdict import Kind, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One thing that can be decided. `decided` is None as long as nobody has."""

    name: str
    proposed: str
    decided: str | None = None

    @property
    def changed(self) -> bool:
        """Whether an officer decided otherwise than the machine proposed."""
        return self.decided is not None and self.decided != self.proposed


def compared(verdict: Verdict, decision: Decision | None, words: Reference) -> tuple[Row, ...]:
    """Everything that can be decided, in the order of the form."""
    proposed = _as_words(verdict, words)
    if not verdict.graded:
        proposed |= {"Category": "Not graded", "Impact": "Not graded", "Likelihood": "Not graded"}
    elif _is_no_concern(verdict):
        proposed |= {"Category": "No category"}
    if verdict.provider is None and verdict.site is None and verdict.provider_candidates:
        proposed |= {"Place": "One of: " + "; ".join(_place(code, words) for code in verdict.provider_candidates)}
    decided = _as_words(decision, words) if decision else {}
    if decision and decision.red_flags is None:
        decided |= {"Red flags": proposed["Red flags"]}
    if decision and _is_no_concern(decision):
        decided |= {"Category": "No category"}
    rows = (Row(name=name, proposed=value, decided=decided.get(name)) for name, value in proposed.items())
    graded = not (verdict.graded and _is_no_concern(verdict) and (decision is None or _is_no_concern(decision)))
    return tuple(row for row in rows if graded or row.name not in {"Impact", "Likelihood"})


def _is_no_concern(source: Verdict | Decision) -> bool:
    """Whether it has no category to speak of. A decision may give one to any kind of message."""
    is_graded = isinstance(source, Decision) and source.isf > 0
    return source.kind is not Kind.CONCERN and not source.red_flags and not is_graded


def _as_words(source: Verdict | Decision, words: Reference) -> dict[str, str]:
    place = source.site or source.provider
    return {
        "Kind of message": KINDS[source.kind],
        "Category": f"{source.isf}: {words.categories[source.isf].label}",
        "Impact": IMPACTS.get(source.impact or 0, "Not set"),
        "Likelihood": LIKELIHOODS.get(source.likelihood or 0, "Not set"),
        "Place": _place(place, words) if place else "Not known",
        "Specialty or profession": _list(
            words.specialties[code].name if code in words.specialties else code for code in source.specialties
        ),
        "Red flags": _list(
            words.red_flags[code].label if code in words.red_flags else code for code in source.red_flags or ()
        ),
        "Themes": _list(words.themes[code].label if code in words.themes else code for code in source.themes),
        "Framework standards": ", ".join(standards_of(source, words)) or "None named",
    }


def _place(code: str, words: Reference) -> str:
    return words.providers[code].name if code in words.providers else code


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "None named"

"""Why the machine marked some words: the sentence that stands beside them."""

from collections.abc import Sequence

from intake.desk.labels import LEVELS, RAISED_BY, URGENT, in_words
from models.framework import Reference
from models.verdict import Evidence, Kind, Verdict


def explain(labels: Sequence[str], verdict: Verdict, words: Reference) -> str:
    """What some words are evidence for, the most serious first: "Graded 2 because: impact 4, serious, harm …".

    A level that the machine saw here but did not settle on is told as that, never as the reason of the grade.
    """
    flags = [in_words(label, words) for label in labels if label.startswith(URGENT)]
    settled = [level for label in labels if (level := _level(label, verdict, is_settled=True))]
    others = [level for label in labels if (level := _level(label, verdict, is_settled=False))]
    raised = [in_words(one, words).removeprefix(RAISED_BY) for one in labels if one.startswith("raised:")]
    apart = {"red_flag", "raised", "isf", *LEVELS}
    signs = [in_words(one, words) for one in labels if one.partition(":")[0] not in apart]
    grade = f"Graded {verdict.isf} because: " if _grades(verdict) else "Because: "
    parts = (
        "; ".join(flags),
        grade + "; ".join(settled) if settled else "",
        RAISED_BY + "; ".join(raised) if raised else "",
        "; ".join(signs),
        "These words alone would be " + "; ".join(others) if others else "",
    )
    told = [part for part in parts if part] or [in_words(one, words) for one in labels]
    return ". ".join(told) + "."


def is_of_another_level(label: str, verdict: Verdict) -> bool:
    """Whether a label is a category, an impact or a likelihood other than the one that is proposed."""
    what, _, number = label.partition(":")
    return (what == "isf" and number != str(verdict.isf)) or bool(_level(label, verdict, is_settled=False))


def shown(verdict: Verdict) -> tuple[Evidence, ...]:
    """The evidence that an officer is shown: words that tell something, and a category only of what is graded."""
    return tuple(one for one in verdict.evidence if one.told and (_grades(verdict) or not one.label.startswith("isf:")))


def _grades(verdict: Verdict) -> bool:
    return verdict.graded and (verdict.kind is Kind.CONCERN or bool(verdict.red_flags))


def _level(label: str, verdict: Verdict, *, is_settled: bool) -> str:
    """`impact:4` in words if it is the level that the verdict settled on, or if it is not, as asked; else nothing."""
    what, _, number = label.partition(":")
    proposed = verdict.impact if what == "impact" else verdict.likelihood
    if what not in LEVELS or (number == str(proposed)) is not is_settled:
        return ""
    return f"{what} {LEVELS[what].get(number, number)}".replace(":", ",", 1)

"""Impact × likelihood as a table: which category each square makes, and where the machine and the officer stand."""

from dataclasses import dataclass

from models.framework import Reference
from models.ticket import Decision
from models.verdict import Kind, Verdict

LEVELS = range(1, 6)


@dataclass(frozen=True, kw_only=True, slots=True)
class Square:
    """One impact and likelihood, each 1 to 5, and the category that they make."""

    impact: int
    likelihood: int
    category: int
    machine: bool = False
    officer: bool = False


def matrix(verdict: Verdict, decision: Decision | None, words: Reference) -> tuple[tuple[Square, ...], ...]:
    """The squares, the highest impact first and in each row the lowest likelihood first.

    Empty where nobody set both numbers: then there is nothing to show in it.
    """
    speaks = verdict.graded and (verdict.kind is Kind.CONCERN or verdict.red_flags)
    machine = (verdict.impact, verdict.likelihood) if speaks else None
    officer = (decision.impact, decision.likelihood) if decision and decision.impact and decision.likelihood else None
    if machine is None and officer is None:
        return ()
    return tuple(
        tuple(
            Square(
                impact=impact,
                likelihood=likelihood,
                category=words.category_of(impact, likelihood),
                machine=(impact, likelihood) == machine,
                officer=(impact, likelihood) == officer,
            )
            for likelihood in LEVELS
        )
        for impact in reversed(LEVELS)
    )

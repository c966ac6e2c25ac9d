"""What a later verdict changes in a ticket's place in the queue: each part by itself, and only upwards."""

from typing import Any

from sqlalchemy import RowMapping

from models.verdict import Kind, Verdict

_LESS_THAN_A_CONCERN = (Kind.GOOD_PRACTICE.value, Kind.ENQUIRY.value, Kind.IRRELEVANT.value)


def raised(row: RowMapping, verdict: Verdict, urgency: int) -> dict[str, Any]:
    """The columns that change. A flag once seen stays; a category never falls; the place stays the first message's.

    What an officer decided stays as decided. Only a red flag in a later message calls for a person again.
    """
    if row["decided"] and not verdict.red_flags:
        return {}
    flags = list(dict.fromkeys((*row["red_flags"], *verdict.red_flags)))
    changed: dict[str, Any] = {
        "red_flags": flags,
        "flagged": bool(flags),
        "rank": min(row["rank"], -urgency),
        "needs_person": row["needs_person"] or row["decided"] or verdict.needs_person,
    }
    if row["decided"]:
        return changed
    if verdict.isf > row["isf"]:
        changed |= {"isf": verdict.isf, "graded": verdict.graded}
    if verdict.kind is Kind.CONCERN and row["kind"] in _LESS_THAN_A_CONCERN:
        # Otherwise a concern told in a second message would wait among the enquiries.
        changed["kind"] = Kind.CONCERN.value
    return changed

"""How two verdicts on one message differ, in what matters most. Nothing of the text is in it."""

from typing import Any

from models.verdict import Verdict


def changes(before: Verdict, after: Verdict) -> dict[str, tuple[Any, Any]]:
    """What differs in kind, category, red flags, provider and whether a person is asked: name -> (before, after)."""
    sides = [
        {
            "kind": one.kind.value,
            "isf": one.isf,
            "flags": sorted(one.red_flags),
            "provider": one.provider,
            "needs_person": one.needs_person,
        }
        for one in (before, after)
    ]
    return {name: (sides[0][name], sides[1][name]) for name in sides[0] if sides[0][name] != sides[1][name]}

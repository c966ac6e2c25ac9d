"""The machine's labels in plain words."""

from models.framework import Reference
from models.verdict import Evidence

_NAMES = {
    "impact": "impact",
    "likelihood": "likelihood",
    "kind": "kind of message",
    "isf": "category",
    "language": "language",
    "needs_person": "why a person is needed",
}


def in_words(label: str, words: Reference) -> str:
    """`theme:supervision` → `theme: Supervision`."""
    what, _, code = label.partition(":")
    match what:
        case "theme" if code in words.themes:
            return f"theme: {words.themes[code].label}"
        case "red_flag" if code in words.red_flags:
            return f"red flag: {words.red_flags[code].label}"
        case "provider" | "site" | "candidate" if code in words.providers:
            return f"place: {words.providers[code].name}"
        case "specialty" if code in words.specialties:
            return f"specialty: {words.specialties[code].name}"
    return f"{_NAMES.get(what, what.replace('_', ' '))} {code.replace('_', ' ')}".strip()


def explained(evidence: Evidence, words: Reference) -> dict[str, str]:
    """One line of the list of evidence."""
    where = " (in the subject)" if evidence.start is None else ""
    return {"label": in_words(evidence.label, words), "text": evidence.text, "source": evidence.source + where}

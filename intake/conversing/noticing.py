"""From the verdict of the fast classifier to hints for the dialogue."""

from intake.dialogue.events import Hints, Place
from models.framework import Reference
from models.verdict import Kind, Verdict

MOST_PLACES = 3


def hints_of(verdict: Verdict, words: Reference) -> Hints:
    """What the dialogue may know of a text. Risk is only ever believed when the verdict says yes, a post when named."""
    named = verdict.named_specialties
    specialty = named[0] if len(named) == 1 else ""
    known = words.specialties.get(specialty)
    flags = verdict.red_flags
    return Hints(
        crisis="learner_at_risk" in flags,
        safeguarding="safeguarding" in flags,
        risk_now="patient_at_risk" in flags,
        place=_place(words, verdict.site or verdict.provider),
        maybe=_candidates(words, verdict),
        specialty=specialty if known else "",
        specialty_name=known.name if known else "",
        language=verdict.language,
        personal=tuple(dict.fromkeys(one.kind for one in verdict.personal_data)),
        out_of_scope=verdict.kind is Kind.IRRELEVANT,
    )


def _place(words: Reference, code: str | None) -> Place | None:
    known = words.providers.get(code or "")
    return Place(code=known.code, name=known.name) if known else None


def _candidates(words: Reference, verdict: Verdict) -> tuple[Place, ...]:
    if verdict.provider:
        return ()
    found = (_place(words, code) for code in verdict.provider_candidates)
    return tuple(one for one in found if one is not None)[:MOST_PLACES]

"""An officer's choice: what the form holds, what is wrong with it, and the decision it makes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.places import place_code, place_name, specialty_code
from intake.desk.proposal import proposal_of
from models.framework import Reference
from models.ticket import Decision, Ticket
from models.verdict import Kind, Verdict

NUMBERS = {"1", "2", "3", "4", "5"}
FAR_BELOW = 2
"""So many categories below what impact × likelihood make, and it has to be meant."""
LOW = {"0", "1"}
"""Categories that a ticket with a red flag does not get by the way."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """The fields of the form, as they were typed."""

    kind: str
    provider: str
    specialties: tuple[str, ...]
    themes: tuple[str, ...]
    impact: str
    likelihood: str
    isf: str
    reason: str = ""
    red_flags: tuple[str, ...] | None = None
    """None where the form did not ask for them."""
    standards: tuple[str, ...] | None = None
    """None where the form did not ask for them: then those of the themes are meant."""
    candidate: str = ""
    """Which radio was chosen of an ambiguous place: a code, or `other`."""
    is_lower: bool = False
    """Whether it was said in so many words that the category is low for what else was chosen."""


OTHER = "other"


def choice_of(ticket: Ticket, words: Reference) -> Choice:
    """The form filled in with the last decision or, before there is one, with the machine's proposal.

    What the machine did not grade is left open: its cautious stand-in must not become a decision by a mere click.
    """
    if ticket.decisions:
        last = ticket.decisions[-1]
        return _choice(last, last.site or last.provider, ticket, words)
    proposal = proposal_of(ticket)
    choice = _choice(proposal, proposal.site or proposal.provider, ticket, words)
    return choice if proposal.graded else replace(choice, isf="", impact="", likelihood="")


def placed(typed: str, candidate: str, ticket: Ticket, words: Reference) -> str:
    """The place as a text: the candidate that was chosen, otherwise what was typed."""
    return place_name(candidate, words) if candidate in proposal_of(ticket).provider_candidates else typed.strip()


def _choice(source: Decision | Verdict, place: str | None, ticket: Ticket, words: Reference) -> Choice:
    return Choice(
        kind=source.kind.value,
        provider=place_name(place, words) if place else "",
        specialties=_posts(source.specialties, words),
        themes=source.themes,
        impact=str(source.impact or ""),
        likelihood=str(source.likelihood or ""),
        isf=str(source.isf),
        red_flags=ticket.row.red_flags,
        standards=standards_of(source, words),
        candidate=_candidate(place, ticket),
    )


def standards_of(source: Decision | Verdict, words: Reference) -> tuple[str, ...]:
    """The framework standards that a decision names or, where it names none, that the themes touch."""
    if isinstance(source, Decision) and source.standards is not None:
        return source.standards
    return standards_of_themes(source.themes, words)


def standards_of_themes(themes: Iterable[str], words: Reference) -> tuple[str, ...]:
    """The framework standards that themes touch, in the order of the framework."""
    touched = {code for theme in themes if theme in words.themes for code in words.themes[theme].standards}
    return tuple(code for code in words.standards if code in touched)


def _candidate(place: str | None, ticket: Ticket) -> str:
    if place is None:
        return OTHER if ticket.decisions else ""
    return place if place in proposal_of(ticket).provider_candidates else OTHER


def would_be(impact: str, likelihood: str, words: Reference) -> int | None:
    """The category that impact × likelihood make; None where one of them is not set."""
    if not {impact, likelihood} <= NUMBERS:
        return None
    return words.category_of(int(impact), int(likelihood))


def problems_of(choice: Choice, ticket: Ticket, words: Reference) -> dict[str, str]:
    """What keeps the choice from being a decision: field → what to do about it."""
    problems: dict[str, str] = {}
    if choice.kind not in list(Kind):
        problems["kind"] = "Choose what kind of message this is"
    if choice.provider and place_code(choice.provider, words) is None:
        problems["provider"] = "Choose a place from the list, or leave it empty"
    if any(specialty_code(one, words) is None for one in choice.specialties):
        problems["specialties"] = "Choose specialties from the list, or leave them empty"
    if any(theme not in words.themes for theme in choice.themes):
        problems["themes"] = "Choose themes from the list"
    if any(code not in words.standards for code in choice.standards or ()):
        problems["standards"] = "Choose standards from the list"
    if not {choice.impact, choice.likelihood} <= NUMBERS | {""}:
        problems["impact"] = "Choose an impact and a likelihood from 1 to 5"
    if choice.isf not in {str(number) for number in words.categories}:
        problems["isf"] = "Choose a category"
    flags = set(choice.red_flags or ())
    if not flags <= {*words.red_flags, *ticket.row.red_flags}:
        problems["red_flags"] = "Choose red flags from the list"
    if choice.red_flags is not None and set(ticket.row.red_flags) - flags and not choice.reason:
        problems["reason"] = "Say in a few words why you take a red flag away"
    if not choice.is_lower and not problems and _is_low(choice, ticket, words):
        problems["is_lower"] = "Tick the box if you mean this low category, or choose another one"
    if not choice.reason and not problems and _differs(choice, _without_guesses(choice, ticket, words), words):
        problems["reason"] = "Say in a few words why you decided so"
    return problems


def _is_low(choice: Choice, ticket: Ticket, words: Reference) -> bool:
    """Whether an officer newly chose a category that is low for the impact and likelihood, or for a red flag."""
    if choice.isf == choice_of(ticket, words).isf:
        return False
    made = would_be(choice.impact, choice.likelihood, words)
    flags = ticket.row.red_flags if choice.red_flags is None else choice.red_flags
    return (made is not None and made - int(choice.isf) >= FAR_BELOW) or bool(flags and choice.isf in LOW)


def _without_guesses(choice: Choice, ticket: Ticket, words: Reference) -> Choice:
    """The form as it was filled in, less the guessed posts that an officer took out: that needs no reason."""
    before = choice_of(ticket, words)
    guessed = () if ticket.decisions else _posts(proposal_of(ticket).guessed_specialties, words)
    kept = (one for one in before.specialties if one in choice.specialties or one not in guessed)
    return replace(before, specialties=tuple(kept))


def _posts(codes: Sequence[str], words: Reference) -> tuple[str, ...]:
    """Specialties as the form shows them."""
    return tuple(f"{words.specialties[code].name} ({code})" for code in codes if code in words.specialties)


def _differs(choice: Choice, before: Choice, words: Reference) -> bool:
    if any(
        getattr(choice, name) != getattr(before, name) for name in ("kind", "provider", "impact", "likelihood", "isf")
    ):
        return True
    if choice.red_flags is not None and set(choice.red_flags) != set(before.red_flags or ()):
        return True
    if choice.standards is not None and _own_standards(choice, words) != _own_standards(before, words):
        return True
    return (set(choice.themes), set(choice.specialties)) != (set(before.themes), set(before.specialties))


def _own_standards(choice: Choice, words: Reference) -> set[str] | None:
    """What was chosen otherwise than the themes say; None where it is just theirs."""
    chosen = set(choice.standards or ())
    return None if chosen == set(standards_of_themes(choice.themes, words)) else chosen


def as_decision(choice: Choice, words: Reference, *, officer: str, at: datetime) -> Decision:
    """The decision that a choice without problems makes."""
    place = place_code(choice.provider, words) if choice.provider else None
    organisation = words.organisation_of(place) if place else None
    known = [specialty_code(one, words) for one in choice.specialties]
    return Decision(
        officer=officer,
        at=at,
        kind=Kind(choice.kind),
        provider=organisation,
        site=place if place and words.providers[place].kind == "site" else None,
        specialties=tuple(dict.fromkeys(code for code in known if code)),
        themes=choice.themes,
        impact=int(choice.impact) if choice.impact else None,
        likelihood=int(choice.likelihood) if choice.likelihood else None,
        isf=int(choice.isf),
        reason=choice.reason,
        red_flags=choice.red_flags,
        standards=choice.standards,
    )

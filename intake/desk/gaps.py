"""Which questions to propose: those whose answers are missing for the category, three at most."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from intake.desk.conditions import Condition
from intake.desk.proposal import proposal_of
from intake.letters import AT_RISK
from models.framework import CannedQuestion, Reference
from models.letters import MOST_QUESTIONS, Letter
from models.ticket import Decision, Ticket
from models.verdict import Verdict

_ACTION = re.compile(
    r"\b(reported|raised|escalated|complain(ed|t)|told (my|the|our|a|an)|spoke (to|with)|datix|incident form|"
    r"supervisor|dealing with|investigat\w+|put right|sorted|"
    r"(\w+n['’]?t|not|never) (yet |really |actually )?(told|tell)|"
    r"(told|tell|telling) (any|nobody|no[ -]one)\w*|(nobody|no[ -]one)( \w+)? knows)\b",
    re.IGNORECASE,
)
"""Words that tell, roughly, that somebody knows or does something. They only keep a question from being proposed."""
_WHEN = re.compile(
    r"\b(today|yesterday|tonight|last (night|week|month|year)|this (week|month|morning)|since|every (day|night|week|"
    r"shift)|always|still|ongoing|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|"
    r"june|july|august|september|october|november|december|ago|\d{1,2}[/.]\d{1,2})\b",
    re.IGNORECASE,
)
_AFFECTED = re.compile(
    r"\b(patients?|students?|trainees?|learners?|colleagues?|we|us|our|others|everyone|everybody|all of|team|nurses?|"
    r"doctors?|midwives|residents?|f[12]s?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What gaps are looked for in. `conditions` is what the reporter asks of us, which the page shows, too."""

    ticket: Ticket
    proposal: Verdict
    decision: Decision | None
    conditions: Sequence[Condition]


def _care(case: Case) -> bool:
    return AT_RISK in case.ticket.row.red_flags


def _consent(case: Case) -> bool:
    return bool(case.conditions)


def _place(case: Case) -> bool:
    return case.ticket.row.site is None and case.ticket.row.provider is None


def _specialty(case: Case) -> bool:
    return not (case.decision.specialties if case.decision else case.proposal.named_specialties)


def _untold(words: re.Pattern[str], label: str) -> Callable[[Case], bool]:
    """True where neither evidence nor a word of the reporter's tells of it."""

    def missing(case: Case) -> bool:
        if label and any(one.told and one.label.startswith(label) for one in case.proposal.evidence):
            return False
        return not any(words.search(text) for entry in case.ticket.entries for text in (entry.subject, entry.text))

    return missing


MISSING: Mapping[str, Callable[[Case], bool]] = {
    "care": _care,
    "consent": _consent,
    "place": _place,
    "when": _untold(_WHEN, "likelihood:"),
    "affected": _untold(_AFFECTED, ""),
    "action": _untold(_ACTION, ""),
    "specialty": _specialty,
}
"""What a category needs, the most telling first -> whether a ticket lacks it."""


def proposed_questions(
    ticket: Ticket, letters: Iterable[Letter], words: Reference, conditions: Sequence[Condition]
) -> tuple[CannedQuestion, ...]:
    """The questions that would close the ticket's gaps. One that was asked already is not proposed again."""
    decision = ticket.decisions[-1] if ticket.decisions else None
    case = Case(ticket=ticket, proposal=proposal_of(ticket), decision=decision, conditions=conditions)
    asked = [one.text for one in letters]
    gaps = [what for what, missing in MISSING.items() if missing(case)]
    fitting = (
        one
        for what in gaps
        for one in words.questions.values()
        if one.about == what and not any(one.text in text for text in asked)
    )
    return tuple(fitting)[:MOST_QUESTIONS]

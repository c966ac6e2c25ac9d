"""Which questions to propose: those whose answers are missing for the category, three at most."""

import re
from collections.abc import Callable, Iterable, Mapping

from intake.desk.conditions import conditions_of
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


def _care(ticket: Ticket, _proposal: Verdict, _decision: Decision | None) -> bool:
    return AT_RISK in ticket.row.red_flags


def _consent(ticket: Ticket, _proposal: Verdict, _decision: Decision | None) -> bool:
    return bool(conditions_of(ticket))


def _place(ticket: Ticket, _proposal: Verdict, _decision: Decision | None) -> bool:
    return ticket.row.site is None and ticket.row.provider is None


def _specialty(_ticket: Ticket, proposal: Verdict, decision: Decision | None) -> bool:
    return not (decision or proposal).specialties


def _untold(words: re.Pattern[str], label: str) -> Callable[[Ticket, Verdict, Decision | None], bool]:
    """True where neither evidence nor a word of the reporter's tells of it."""

    def missing(ticket: Ticket, proposal: Verdict, _decision: Decision | None) -> bool:
        if label and any(one.label.startswith(label) for one in proposal.evidence):
            return False
        return not any(words.search(text) for entry in ticket.entries for text in (entry.subject, entry.text))

    return missing


MISSING: Mapping[str, Callable[[Ticket, Verdict, Decision | None], bool]] = {
    "care": _care,
    "consent": _consent,
    "place": _place,
    "when": _untold(_WHEN, "likelihood:"),
    "affected": _untold(_AFFECTED, ""),
    "action": _untold(_ACTION, ""),
    "specialty": _specialty,
}
"""What a category needs, the most telling first -> whether a ticket lacks it."""


def proposed_questions(ticket: Ticket, letters: Iterable[Letter], words: Reference) -> tuple[CannedQuestion, ...]:
    """The questions that would close the ticket's gaps. One that was asked already is not proposed again."""
    decision = ticket.decisions[-1] if ticket.decisions else None
    proposal, asked = proposal_of(ticket), [one.text for one in letters]
    gaps = [what for what, missing in MISSING.items() if missing(ticket, proposal, decision)]
    fitting = (
        one
        for what in gaps
        for one in words.questions.values()
        if one.about == what and not any(one.text in text for text in asked)
    )
    return tuple(fitting)[:MOST_QUESTIONS]

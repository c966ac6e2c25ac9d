"""What the machine proposes for a ticket, out of its verdicts on all the messages in it."""

from dataclasses import replace
from itertools import chain

from models.ticket import Ticket
from models.verdict import Kind, Verdict


def proposal_of(ticket: Ticket) -> Verdict:
    """The highest verdict, with all that the others add: a second message that names no place does not unname it.

    This is what the queue follows too: flags add up, a category never falls, the place is the one named first.
    """
    verdicts = ticket.verdicts
    main = max(verdicts, key=lambda one: (one.isf, one.graded))
    placed = next((one for one in verdicts if one.provider or one.site), main)
    posted = max(verdicts, key=lambda one: (bool(one.named_specialties), bool(one.specialties)))
    return replace(
        main,
        kind=Kind.CONCERN if any(one.kind is Kind.CONCERN for one in verdicts) else main.kind,
        provider=placed.provider,
        site=placed.site,
        provider_candidates=() if placed.provider or placed.site else main.provider_candidates,
        specialties=posted.specialties,
        guessed_specialties=posted.guessed_specialties,
        themes=tuple(dict.fromkeys(chain.from_iterable(one.themes for one in verdicts))),
        red_flags=tuple(dict.fromkeys(chain.from_iterable(one.red_flags for one in verdicts))),
        needs_person_reasons=tuple(dict.fromkeys(chain.from_iterable(one.needs_person_reasons for one in verdicts))),
        evidence=tuple(dict.fromkeys(chain.from_iterable(one.evidence for one in verdicts))),
    )

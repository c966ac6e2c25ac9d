"""What officers decided, as labelled messages to learn from."""

from collections.abc import Iterable, Iterator

from classifiers.learning.corpus import Labelled
from models.framework import Reference
from models.learning import Correction
from models.verdict import Kind

AUTHOR = "officers"
HIGHEST = 3
"""Category 4 is a Postgraduate Dean's decision: it is learnt as the highest that a program may give."""
CHANNELS = {"imap": "email", "smtp": "email", "lmtp": "email", "graph": "email"}
LEVELS = range(1, 6)


def confirmed(corrections: Iterable[Correction], reference: Reference) -> list[Labelled]:
    """What may be learned: with consent, the last decision on each ticket, where it rests on one message alone."""
    last = {one.ticket_id: one for one in corrections}
    usable = (one for one in last.values() if one.consent and one.messages == 1 and one.text.strip())
    return [labelled_of(one, reference) for one in usable]


def labelled_of(correction: Correction, reference: Reference) -> Labelled:
    """The message with what the officer said it is; the red flags are the machine's where no form asked for them."""
    decision, machine = correction.decision, correction.verdict
    concern = decision.kind is Kind.CONCERN
    isf = min(decision.isf, HIGHEST) if concern else 0
    impact, likelihood = _cell(correction, isf, reference) if concern else (1, 1)
    return Labelled(
        id=f"correction-{correction.ticket_id}",
        author=AUTHOR,
        channel=CHANNELS.get(correction.channel, "chat"),
        subject=correction.subject,
        text=correction.text,
        kind=decision.kind,
        provider=decision.provider,
        site=decision.site,
        provider_candidates=() if decision.provider else machine.provider_candidates,
        specialties=decision.specialties,
        themes=decision.themes if concern else (),
        impact=impact,
        likelihood=likelihood,
        isf=isf,
        red_flags=machine.red_flags if decision.red_flags is None else decision.red_flags,
    )


def _cell(correction: Correction, isf: int, reference: Reference) -> tuple[int, int]:
    """Impact and likelihood: the officer's if they make the category, else those nearest to it that do."""
    decision, machine = correction.decision, correction.verdict
    wished = (decision.impact or machine.impact, decision.likelihood or machine.likelihood)
    return min(
        (cell for cell in _cells() if min(reference.category_of(*cell), HIGHEST) == isf),
        key=lambda cell: (sum((one - other) ** 2 for one, other in zip(cell, wished, strict=True)), cell),
        default=wished,
    )


def _cells() -> Iterator[tuple[int, int]]:
    return ((impact, likelihood) for impact in LEVELS for likelihood in LEVELS)

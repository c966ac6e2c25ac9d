"""What became of the samples: whether each ended as it should, and was acknowledged as it should."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.table import Table

from intake.demo.mailserver import Captured
from intake.demo.sample_mails import Sample
from models.rights import SYSTEM
from models.ticket import Ticket
from models.verdict import Kind
from models.work import Delivery, Ending, InboxRow
from storage.store import Store, Transaction

MOST = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One sample and what is known of it. `row` is None until it has arrived and ended."""

    sample: Sample
    row: InboxRow | None = None
    ticket: Ticket | None = None
    acknowledgements: int = 0
    """How many the sink caught."""
    settled: bool = False
    """Whether the ticket's acknowledgement stands as sent in the store."""

    @property
    def is_right(self) -> bool:
        """Whether it ended as it should, and a ticket was acknowledged exactly once."""
        if self.row is None or self.row.ending is not self.sample.ends:
            return False
        return self.sample.ends is not Ending.TICKET or (self.acknowledgements == 1 and self.settled)


def find(store: Store, samples: Iterable[Sample], caught: tuple[Captured, ...]) -> tuple[Finding, ...]:
    """What is known of each sample now."""
    with store.read() as tx:
        rows = [row for ending in Ending for row in tx.inbox.rows(ending=ending, limit=MOST)]
        raws = {row.id: message.raw for row in rows if (message := tx.inbox.message(row.id)) is not None}
        return tuple(
            _finding(tx, sample, next((row for row in rows if sample.is_in(raws[row.id])), None), caught)
            for sample in samples
        )


def _finding(tx: Transaction, sample: Sample, row: InboxRow | None, caught: tuple[Captured, ...]) -> Finding:
    if row is None or row.ticket_reference is None:
        return Finding(sample=sample, row=row)
    ticket = tx.tickets.get(row.ticket_reference, SYSTEM)
    deliveries = tx.outbox.deliveries(ticket.row.id) if ticket else ()
    return Finding(
        sample=sample,
        row=row,
        ticket=ticket,
        acknowledgements=sum(row.ticket_reference.encode() in mail.content for mail in caught),
        settled=[one.state for one in deliveries] == [Delivery.SENT],
    )


def as_table(findings: Iterable[Finding]) -> Table:
    """The findings for people."""
    table = Table("Sample", "Came by", "Became", "Ticket", "Pre-grade", "Answered", "Right")
    for one in findings:
        table.add_row(
            one.sample.name,
            one.sample.road.value.upper(),
            one.row.ending.value if one.row and one.row.ending else "not yet",
            one.ticket.row.reference if one.ticket else "",
            _grade(one.ticket) if one.ticket else "",
            {0: "no", 1: "yes"}.get(one.acknowledgements, f"{one.acknowledgements} times"),
            "yes" if one.is_right else "NO",
        )
    return table


def _grade(ticket: Ticket) -> str:
    row = ticket.row
    if not row.graded:
        return "a person must look"
    grade = f"category {row.isf}" if row.kind is Kind.CONCERN else row.kind.value.replace("_", " ")
    return f"{grade}, red flag" if row.red_flags else grade


def what_is_missing(findings: Iterable[Finding]) -> tuple[str, ...]:
    """A sentence for each sample that is not right."""
    return tuple(_fault(one) for one in findings if not one.is_right)


def _fault(one: Finding) -> str:
    name, wanted = one.sample.name, one.sample.ends.value
    if one.row is None or one.row.ending is None:
        return f"{name}: it has not come to an end; it should be {wanted}."
    if one.row.ending is not one.sample.ends:
        return f"{name}: it is {one.row.ending.value} and should be {wanted}. {one.row.reason}".strip()
    return f"{name}: it was acknowledged {one.acknowledgements} times and should be once."

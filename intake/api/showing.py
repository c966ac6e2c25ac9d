"""Values of the store as the shapes that go over the wire."""

from dataclasses import asdict

from intake.api.shapes import (
    DecisionShape,
    EventShape,
    MessageShape,
    ReporterShape,
    TicketSummary,
    TicketWhole,
    VerdictShape,
)
from models.ticket import Decision, Ticket, TicketRow
from models.verdict import Verdict


def summary(row: TicketRow) -> TicketSummary:
    """A ticket as a list shows it."""
    return TicketSummary(
        reference=row.reference,
        version=row.version,
        state=row.state,
        channel=row.channel,
        received_at=row.received_at,
        subject=row.subject,
        kind=row.kind,
        provider=row.provider,
        site=row.site,
        isf=row.isf if row.decided or row.graded else None,
        decided=row.decided,
        needs_person=row.needs_person,
        red_flags=list(row.red_flags),
    )


def whole(ticket: Ticket, *, reporter: bool) -> TicketWhole:
    """A ticket whole: masked, and of its reporter only what the scope gives."""
    told = ticket.reporter
    shown = ReporterShape(anonymity=told.anonymity.value, has_name=told.has_name, has_address=told.has_address)
    return TicketWhole(
        **summary(ticket.row).model_dump(),
        messages=[
            MessageShape(
                at=one.at, channel=one.channel, subject=one.subject, text=one.text, attachments=list(one.attachments)
            )
            for one in ticket.entries
        ],
        verdicts=[_verdict(one) for one in ticket.verdicts],
        decisions=[_decision(one) for one in ticket.decisions],
        timeline=[EventShape(at=one.at, kind=one.kind, actor=one.actor) for one in ticket.events],
        reporter=shown if reporter else None,
    )


def _verdict(one: Verdict) -> VerdictShape:
    facts = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(one).items()}
    del facts["personal_data"]  # where a patient is named is nobody's business outside
    return VerdictShape.model_validate({**facts, "evidence": [asdict(words) for words in one.evidence]})


def _decision(one: Decision) -> DecisionShape:
    facts = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(one).items()}
    return DecisionShape.model_validate(facts)

"""Writing a decision down, whoever made it: on the desk or by a program, it goes the same way."""

from typing import Any

from intake.desk.learning import correction_of
from intake.urgency import urgency
from models.rights import Right, Viewer
from models.ticket import Decision, Ticket
from storage.store import StaleTicket, Transaction


def record(
    tx: Transaction, viewer: Viewer, ticket: Ticket, decision: Decision, *, version: int, learn: bool
) -> dict[str, Any]:
    """Keep the decision, and with it what may be learnt from it; gives what the audit chain is to tell of it.

    Raises NotForViewer without the right, and StaleTicket when the ticket has moved on from that version, or has become
    part of another: that one is decided on instead.
    """
    if ticket.is_part:
        raise StaleTicket
    flags = ticket.row.red_flags if decision.red_flags is None else decision.red_flags
    rank = urgency(isf=decision.isf, red_flags=flags, graded=True, decided=True)
    learnt = correction_of(ticket, decision, allowed=learn)
    tx.access.insist(viewer, Right.DECIDE, ticket.row.id)
    tx.tickets.decide(ticket.row.id, decision, version=version, urgency=rank)
    if learnt is not None:
        tx.corrections.append(learnt)
    facts: dict[str, Any] = {"kind": decision.kind.value, "isf": decision.isf, "provider": decision.provider}
    if set(flags) != set(ticket.row.red_flags):
        facts |= {"red_flags": sorted(flags), "red_flags_before": sorted(ticket.row.red_flags)}
    return facts

"""Writing a decision down, whoever made it: on the desk or by a program, it goes the same way."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from intake.desk.caring import take, tell_leads
from intake.desk.learning import correction_of
from intake.urgency import urgency
from models.desk_work import Care
from models.rights import Right, Viewer
from models.ticket import Decision, Ticket
from storage.store import StaleTicket, Transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """What the audit chain is to tell of a decision, and what the officer is told: a key of the page's words."""

    facts: dict[str, Any]
    done: str = "decided"


def record(
    tx: Transaction, viewer: Viewer, ticket: Ticket, decision: Decision, *, version: int, learn: bool
) -> Recorded:
    """Keep the decision, what may be learnt from it, and who has the ticket when its red flag calls nobody any more.

    Raises NotForViewer without the right, and StaleTicket when the ticket has moved on from that version, or has become
    part of another: that one is decided on instead.
    """
    if ticket.is_part:
        raise StaleTicket
    flags = ticket.row.red_flags if decision.red_flags is None else decision.red_flags
    rank = urgency(isf=decision.isf, red_flags=flags, graded=True, decided=True)
    learnt = correction_of(ticket, decision, allowed=learn)
    tx.access.insist(viewer, Right.DECIDE, ticket.row.id)
    care = tx.alerts.care(ticket.row.id)
    tx.tickets.decide(ticket.row.id, decision, version=version, urgency=rank)
    if learnt is not None:
        tx.corrections.append(learnt)
    facts: dict[str, Any] = {"kind": decision.kind.value, "isf": decision.isf, "provider": decision.provider}
    if set(flags) != set(ticket.row.red_flags):
        facts |= {"red_flags": sorted(flags), "red_flags_before": sorted(ticket.row.red_flags)}
    return Recorded(facts=facts, done=_cared(tx, viewer, ticket, decision, flags, care))


def _cared(
    tx: Transaction, viewer: Viewer, ticket: Ticket, decision: Decision, flags: Collection[str], care: Care | None
) -> str:
    """See that a flag whose call ended, or that was added, has a person; gives the key of what the officer is told."""
    number, at = ticket.row.id, decision.at
    called, added = care is not None and care.at is None, set(flags) - set(ticket.row.red_flags)
    if not called and not added:
        return "decided"
    whose = take(tx, viewer, number, at, moves_on=False)
    if added:
        tell_leads(tx, viewer, number, at)
    if not whose and flags:
        tx.alerts.call_again(number, flags, at)
        return "decided-nobody"
    return f"{'flagged' if added else 'decided'}-{whose}" if whose else "decided"

"""Sending an acknowledgement by hand that was withheld: a person has seen that no machine wrote."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from intake.desk.deciding import choice_of
from intake.desk.shared import DeskParts, Version, Writer, noted, require
from intake.desk.showing import show, stale, ticket_of
from intake.letters import NotReachable, acknowledge
from models.audit import Action
from models.letters import Way
from models.rights import Right
from storage.store import StaleTicket

router = APIRouter()


@router.post("/tickets/{reference}/acknowledge")
def send(request: Request, desk: DeskParts, session: Writer, reference: str, version: Version) -> Response:
    """Send the acknowledgement of a ticket whose reporter has had none; whoever is second changes nothing."""
    require(session, Right.REPLY)
    ticket = ticket_of(desk, require(session, Right.READ_TICKETS), reference)
    row, officer = ticket.row, session.officer
    try:
        with desk.store.write() as tx:
            tx.access.insist(officer.viewer, Right.REPLY, row.id)
            tx.tickets.claim_version(row.id, version)
            acknowledge(desk.letters, tx, ticket, officer.email, desk.clock())
            facts = {"purpose": "acknowledgement", "way": Way.MAIL.value}
            tx.audit.append(noted(desk, session, Action.REPORTER_WRITTEN_TO, row.reference, **facts))
    except StaleTicket:
        return stale(request, desk, session, row.reference, None)
    except NotReachable as why:
        told = {"choice": choice_of(ticket, desk.words), "letter_problems": {"letter": str(why)}}
        return show(request, desk, session, ticket, told, status=422)
    desk.letters.written()
    return RedirectResponse(f"/tickets/{row.reference}?done=acknowledged#who-title", status_code=303)

"""Red flags that are acknowledged by a named person, and service clocks that are paused with a reason."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from intake.desk.caring import take
from intake.desk.deciding import choice_of
from intake.desk.shared import DeskParts, Text, Writer, noted, require
from intake.desk.showing import show, ticket_of
from models.audit import Action
from models.rights import Right
from models.ticket import Event, EventKind

router = APIRouter()
LONGEST_REASON = 300


@router.post("/tickets/{reference}/take-care")
def take_care(desk: DeskParts, session: Writer, reference: str) -> Response:
    """Take care of a red flag: nobody is called any more. Who does has the ticket, unless somebody had it."""
    viewer = require(session, Right.DECIDE)
    row = ticket_of(desk, viewer, reference).row
    now = desk.clock()
    with desk.store.write() as tx:
        tx.access.insist(viewer, Right.DECIDE, row.id)
        done = tx.alerts.acknowledge(row.id, officer=viewer.email, at=now)
        if done:
            event = Event(at=now, kind=EventKind.ALERT_ACKNOWLEDGED, actor=viewer.email)
            tx.tickets.add_event(row.id, event)
            take(tx, viewer, row.id, now)
    told = "taken" if done else "taken-before"
    return RedirectResponse(f"/tickets/{row.reference}?done={told}", status_code=303)


@router.post("/tickets/{reference}/pause")
def pause(request: Request, desk: DeskParts, session: Writer, reference: str, why: Text = "") -> Response:
    """Let the ticket's clocks stand still, with a reason that others read."""
    viewer = require(session, Right.DECIDE)
    ticket = ticket_of(desk, viewer, reference)
    reason = " ".join(why.split())[:LONGEST_REASON]
    if not reason:
        problems = {"why": "Say in a few words why the clocks stand still"}
        facts = {"choice": choice_of(ticket, desk.words), "clock_problems": problems}
        return show(request, desk, session, ticket, facts, status=422)
    now = desk.clock()
    with desk.store.write() as tx:
        tx.access.insist(viewer, Right.DECIDE, ticket.row.id)
        if tx.clocks.pause(ticket.row.id, reason=reason, actor=viewer.email, at=now):
            event = Event(at=now, kind=EventKind.CLOCK_PAUSED, actor=viewer.email, detail={"reason": reason})
            tx.tickets.add_event(ticket.row.id, event)
            tx.audit.append(noted(desk, session, Action.CLOCK_PAUSED, ticket.row.reference))
    return RedirectResponse(f"/tickets/{ticket.row.reference}?done=paused#clocks-title", status_code=303)


@router.post("/tickets/{reference}/resume")
def resume(desk: DeskParts, session: Writer, reference: str) -> Response:
    """Let them run on, later by the working days that have passed."""
    viewer = require(session, Right.DECIDE)
    row = ticket_of(desk, viewer, reference).row
    now = desk.clock()
    with desk.store.write() as tx:
        tx.access.insist(viewer, Right.DECIDE, row.id)
        if tx.clocks.resume(row.id, now):
            tx.tickets.add_event(row.id, Event(at=now, kind=EventKind.CLOCK_RESUMED, actor=viewer.email))
            tx.audit.append(noted(desk, session, Action.CLOCK_RESUMED, row.reference))
    return RedirectResponse(f"/tickets/{row.reference}?done=resumed#clocks-title", status_code=303)

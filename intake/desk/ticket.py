"""One ticket: what the learner wrote, what the machine made of it, and what officers decided."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from intake.desk.deciding import Choice, as_decision, choice_of, placed, problems_of
from intake.desk.proposal import proposal_of
from intake.desk.recording import record
from intake.desk.shared import Desk, DeskParts, NotThere, Reader, Text, Version, Writer, noted, require
from intake.desk.showing import show, stale, ticket_of, whole_of
from models.audit import Action
from models.officer import Session
from models.rights import Right
from models.ticket import Event, EventKind, Ticket, TicketState
from storage.store import StaleTicket

router = APIRouter()


@router.get("/tickets/{reference}")
def show_ticket(request: Request, desk: DeskParts, session: Reader, reference: str, done: str = "") -> Response:
    """The ticket's page."""
    ticket = ticket_of(desk, require(session, Right.READ_TICKETS), reference)
    return show(request, desk, session, ticket, {"done": done, "choice": choice_of(ticket, desk.words)})


@router.post("/tickets/{reference}/accept")
def accept(request: Request, desk: DeskParts, session: Writer, reference: str, version: Version) -> Response:
    """Make the machine's pre-grade the decision, as it stands."""
    ticket = whole_of(desk, require(session, Right.DECIDE), reference)
    choice = choice_of(ticket, desk.words)
    if not proposal_of(ticket).graded and not ticket.decisions:
        return show(
            request, desk, session, ticket, {"choice": choice, "problems": {"isf": "Choose a category"}}, status=422
        )
    return _decide(request, desk, session, ticket, choice, version)


def typed(
    kind: Text = "",
    provider: Text = "",
    specialties: Annotated[list[str] | None, Form()] = None,
    themes: Annotated[list[str] | None, Form()] = None,
    impact: Text = "",
    likelihood: Text = "",
    isf: Text = "",
    reason: Text = "",
    candidate: Text = "",
    is_lower: Text = "",
    flags_asked: Text = "",
    red_flags: Annotated[list[str] | None, Form()] = None,
    standards_asked: Text = "",
    standards: Annotated[list[str] | None, Form()] = None,
) -> Choice:
    """The form of a decision, as it was typed. Boxes that nobody ticked are not sent, hence the two `…_asked`."""
    return Choice(
        kind=kind,
        provider=provider.strip(),
        specialties=tuple(one.strip() for one in specialties or () if one.strip()),
        themes=tuple(themes or ()),
        impact=impact,
        likelihood=likelihood,
        isf=isf,
        reason=reason.strip(),
        red_flags=tuple(dict.fromkeys(red_flags or ())) if flags_asked else None,
        standards=tuple(dict.fromkeys(standards or ())) if standards_asked else None,
        candidate=candidate,
        is_lower=bool(is_lower),
    )


@router.post("/tickets/{reference}/decide")
def decide(
    request: Request,
    desk: DeskParts,
    session: Writer,
    reference: str,
    version: Version,
    form: Annotated[Choice, Depends(typed)],
) -> Response:
    """Decide otherwise than the machine, with a reason."""
    ticket = whole_of(desk, require(session, Right.DECIDE), reference)
    choice = replace(form, provider=placed(form.provider, form.candidate, ticket, desk.words))
    problems = problems_of(choice, ticket, desk.words)
    if problems:
        return show(request, desk, session, ticket, {"choice": choice, "problems": problems}, status=422)
    return _decide(request, desk, session, ticket, choice, version)


@router.post("/tickets/{reference}/state")
def move(
    request: Request,
    desk: DeskParts,
    session: Writer,
    reference: str,
    version: Version,
    state: Text = "",
) -> Response:
    """Move a ticket to another state. Closing has a form of its own, since the reporter is told."""
    viewer = require(session, Right.DECIDE)
    ticket = whole_of(desk, viewer, reference)
    if state not in list(TicketState):
        raise NotThere
    if state == TicketState.CLOSED:
        return RedirectResponse(f"/tickets/{ticket.row.reference}/close", status_code=303)
    detail = {"from": ticket.row.state.value, "to": state}
    event = Event(at=desk.clock(), kind=EventKind.STATE, actor=session.officer.email, detail=detail)
    try:
        with desk.store.write() as tx:
            tx.access.insist(viewer, Right.DECIDE, ticket.row.id)
            tx.tickets.set_state(ticket.row.id, TicketState(state), version=version, event=event)
            tx.audit.append(noted(desk, session, Action.TICKET_MOVED, ticket.row.reference, **detail))
    except StaleTicket:
        return stale(request, desk, session, reference, choice_of(ticket, desk.words))
    return RedirectResponse(f"/tickets/{ticket.row.reference}?done=moved", status_code=303)


def _decide(request: Request, desk: Desk, session: Session, ticket: Ticket, choice: Choice, version: int) -> Response:
    officer = session.officer
    decision = as_decision(choice, desk.words, officer=officer.email, at=desk.clock())
    learn = desk.settings.learn_from_decisions
    try:
        with desk.store.write() as tx:
            made = record(tx, officer.viewer, ticket, decision, version=version, learn=learn)
            tx.audit.append(noted(desk, session, Action.TICKET_DECIDED, ticket.row.reference, **made.facts))
    except StaleTicket:
        return stale(request, desk, session, ticket.row.reference, choice)
    return RedirectResponse(f"/tickets/{ticket.row.reference}?done={made.done}", status_code=303)

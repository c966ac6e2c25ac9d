"""One ticket: what the learner wrote, what the machine made of it, and what officers decided."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from intake.desk.access import who_sees
from intake.desk.comparing import compared
from intake.desk.deciding import Choice, as_decision, choice_of, problems_of
from intake.desk.highlight import pieces
from intake.desk.labels import in_words, reasons
from intake.desk.learning import correction_of
from intake.desk.places import place_name, place_names
from intake.desk.proposal import proposal_of
from intake.desk.shared import Desk, DeskParts, NotThere, Reader, Writer, noted, page, require
from intake.desk.wording import KINDS
from intake.urgency import urgency
from models.audit import Action
from models.masked_message import LONGEST_MASKED
from models.officer import Session
from models.rights import Right, Viewer
from models.ticket import Event, EventKind, Ticket, TicketState
from models.verdict import Kind, Verdict
from storage.store import StaleTicket

router = APIRouter()
Text = Annotated[str, Form(max_length=5_000)]
Version = Annotated[int, Form(ge=1, lt=2**62)]
"""Which state of the ticket the officer saw."""


@router.get("/tickets/{reference}")
def show_ticket(request: Request, desk: DeskParts, session: Reader, reference: str, done: str = "") -> Response:
    """The ticket's page."""
    ticket = _ticket(desk, require(session, Right.READ_TICKETS), reference)
    return _show(request, desk, session, ticket, {"done": done, "choice": choice_of(ticket, desk.words)})


@router.post("/tickets/{reference}/accept")
def accept(request: Request, desk: DeskParts, session: Writer, reference: str, version: Version) -> Response:
    """Make the machine's pre-grade the decision, as it stands."""
    ticket = _ticket(desk, require(session, Right.DECIDE), reference)
    choice = choice_of(ticket, desk.words)
    if not proposal_of(ticket).graded and not ticket.decisions:
        return _show(
            request, desk, session, ticket, {"choice": choice, "problems": {"isf": "Choose a category"}}, status=422
        )
    return _decide(request, desk, session, ticket, choice, version)


@router.post("/tickets/{reference}/decide")
def decide(
    request: Request,
    desk: DeskParts,
    session: Writer,
    reference: str,
    version: Version,
    kind: Text = "",
    provider: Text = "",
    specialties: Annotated[list[str] | None, Form()] = None,
    themes: Annotated[list[str] | None, Form()] = None,
    impact: Text = "",
    likelihood: Text = "",
    isf: Text = "",
    reason: Text = "",
) -> Response:
    """Decide otherwise than the machine, with a reason."""
    ticket = _ticket(desk, require(session, Right.DECIDE), reference)
    choice = Choice(
        kind=kind,
        provider=provider.strip(),
        specialties=tuple(one.strip() for one in specialties or () if one.strip()),
        themes=tuple(themes or ()),
        impact=impact,
        likelihood=likelihood,
        isf=isf,
        reason=reason.strip(),
    )
    problems = problems_of(choice, ticket, desk.words)
    if problems:
        return _show(request, desk, session, ticket, {"choice": choice, "problems": problems}, status=422)
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
    """Move a ticket to another state. A concern is closed only after an officer has decided on it."""
    viewer = require(session, Right.DECIDE)
    ticket = _ticket(desk, viewer, reference)
    if state not in list(TicketState):
        raise NotThere
    if state == TicketState.CLOSED and ticket.row.kind is Kind.CONCERN and not ticket.decisions:
        problems = {"isf": "Choose a category before you close this concern"}
        return _show(
            request, desk, session, ticket, {"choice": choice_of(ticket, desk.words), "problems": problems}, status=422
        )
    detail = {"from": ticket.row.state.value, "to": state}
    event = Event(at=desk.clock(), kind=EventKind.STATE, actor=session.officer.email, detail=detail)
    try:
        with desk.store.write() as tx:
            tx.access.insist(viewer, Right.DECIDE, ticket.row.id)
            tx.tickets.set_state(ticket.row.id, TicketState(state), version=version, event=event)
            tx.audit.append(noted(desk, session, Action.TICKET_MOVED, ticket.row.reference, **detail))
    except StaleTicket:
        return _stale(request, desk, session, reference, choice_of(ticket, desk.words))
    return RedirectResponse(f"/tickets/{ticket.row.reference}?done=moved", status_code=303)


def _decide(request: Request, desk: Desk, session: Session, ticket: Ticket, choice: Choice, version: int) -> Response:
    officer = session.officer
    decision = as_decision(choice, desk.words, officer=officer.email, at=desk.clock())
    rank = urgency(isf=decision.isf, red_flags=ticket.row.red_flags, graded=True, decided=True)
    learnt = correction_of(ticket, decision, allowed=desk.settings.learn_from_decisions)
    try:
        with desk.store.write() as tx:
            tx.access.insist(officer.viewer, Right.DECIDE, ticket.row.id)
            tx.tickets.decide(ticket.row.id, decision, version=version, urgency=rank)
            facts = {"kind": decision.kind.value, "isf": decision.isf, "provider": decision.provider}
            tx.audit.append(noted(desk, session, Action.TICKET_DECIDED, ticket.row.reference, **facts))
            if learnt is not None:
                tx.corrections.append(learnt)
    except StaleTicket:
        return _stale(request, desk, session, ticket.row.reference, choice)
    return RedirectResponse(f"/tickets/{ticket.row.reference}?done=decided", status_code=303)


def _stale(request: Request, desk: Desk, session: Session, reference: str, choice: Choice) -> Response:
    """Somebody was faster: show what is there now, and keep what was typed."""
    ticket = _ticket(desk, session.officer.viewer, reference)
    return _show(request, desk, session, ticket, {"choice": choice, "stale": True}, status=409)


def _ticket(desk: Desk, viewer: Viewer, reference: str) -> Ticket:
    with desk.store.read() as tx:
        ticket = tx.tickets.get(reference.upper(), viewer)
    if ticket is None:
        raise NotThere
    return ticket


def _show(
    request: Request, desk: Desk, session: Session, ticket: Ticket, facts: dict[str, Any], *, status: int = 200
) -> Response:
    """The page. Whoever is shown a ticket has read it, whatever they came for: that is noted before it is shown."""
    with desk.store.write() as tx:
        tx.access.insist(session.officer.viewer, Right.READ_TICKETS, ticket.row.id)
        tx.audit.append(noted(desk, session, Action.TICKET_READ, ticket.row.reference))
        deliveries = tx.outbox.deliveries(ticket.row.id)
        sees = who_sees(tx, session, ticket.row.id)
    verdict = proposal_of(ticket)
    words = desk.words
    decision = ticket.decisions[-1] if ticket.decisions else None
    entries = [_entry(ticket, number, verdict) for number in range(len(ticket.entries))]
    marked = [piece for entry in entries for piece in entry["pieces"] if piece.labels]
    view = {
        "ticket": ticket,
        "row": ticket.row,
        "verdict": verdict,
        "decision": decision,
        "compared": compared(verdict, decision, words),
        "entries": entries,
        "marked": bool(marked),
        "marked_urgent": any(piece.urgent for piece in marked),
        "reasons": reasons(verdict.evidence, words),
        "label": lambda label: in_words(label, words),
        "place": lambda code: place_name(code, words),
        "themes": [words.themes[code] for code in (decision or verdict).themes if code in words.themes],
        "category": words.categories[ticket.row.isf],
        "deliveries": deliveries,
        "sees": sees,
        "may_decide": Right.DECIDE in session.officer.viewer.rights,
        "place_names": place_names(words),
        "kinds": [(kind.value, name) for kind, name in KINDS.items()],
        "categories": [(number, f"{number}: {one.label}") for number, one in words.categories.items()],
    }
    return page(request, "ticket.html", {**view, **facts}, status=status)


def _entry(ticket: Ticket, number: int, verdict: Verdict) -> dict[str, Any]:
    entry = ticket.entries[number]
    return {
        "entry": entry,
        "pieces": pieces(entry.text, verdict.evidence),
        "cut": len(entry.text) >= LONGEST_MASKED,
    }

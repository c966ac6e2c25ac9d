"""Who may see a ticket: restricting it to named officers, and lifting a conflict of interest."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from intake.desk.proving import ProvedWriter, insist_on_proof
from intake.desk.shared import Desk, DeskParts, FormIsStale, NotThere, Writer, noted, require
from models.audit import Action
from models.officer import Officer, Session
from models.rights import Access, Right, may
from models.ticket import Event, EventKind
from storage.store import Transaction

router = APIRouter()
Text = Annotated[str, Form(max_length=2_000)]


@router.post("/tickets/{reference}/restrict")
def restrict(
    desk: DeskParts,
    session: Writer,
    reference: str,
    officers: Annotated[list[str] | None, Form()] = None,
    reason: Text = "",
) -> Response:
    """Let only the chosen officers see a ticket, and those who may see restricted ones.

    To protect it is done at once; to name somebody new on a restricted ticket shows it to them, and takes a proof.
    """
    viewer = require(session, Right.RESTRICT)
    with desk.store.write() as tx:
        ticket_id = tx.access.ticket_for(viewer, Right.RESTRICT, reference.upper())
        if ticket_id is None:
            raise NotThere
        chosen = [one for email in officers or () if (one := tx.officers.by_email(email)) is not None]
        before = tx.access.of(ticket_id)
        if before.restricted and not {one.id for one in chosen} <= before.named:
            insist_on_proof(desk, session)
        tx.access.restrict(ticket_id, [one.id for one in chosen], at=desk.clock(), actor=viewer.email)
        emails = sorted(one.email for one in chosen)
        _tell(tx, desk, session, ticket_id, EventKind.RESTRICTED, reason=reason.strip(), officers=emails)
        tx.audit.append(noted(desk, session, Action.TICKET_RESTRICTED, reference.upper(), officers=emails))
    return _back(reference, "restricted")


@router.post("/tickets/{reference}/open-up")
def open_up(desk: DeskParts, session: ProvedWriter, reference: str) -> Response:
    """End a restriction."""
    viewer = require(session, Right.RESTRICT)
    with desk.store.write() as tx:
        ticket_id = tx.access.ticket_for(viewer, Right.RESTRICT, reference.upper())
        if ticket_id is None:
            raise NotThere
        if tx.access.open_up(ticket_id):
            _tell(tx, desk, session, ticket_id, EventKind.RESTRICTION_ENDED)
            tx.audit.append(noted(desk, session, Action.RESTRICTION_LIFTED, reference.upper()))
    return _back(reference, "opened")


@router.post("/tickets/{reference}/lift")
def lift(desk: DeskParts, session: ProvedWriter, reference: str, officer: Text = "", reason: Text = "") -> Response:
    """Lift an officer's conflict of interest; without a reason nothing is done."""
    viewer = require(session, Right.LIFT_CONFLICT)
    if not reason.strip():
        return _back(reference, "reason")
    with desk.store.write() as tx:
        ticket_id = tx.access.ticket_for(viewer, Right.LIFT_CONFLICT, reference.upper())
        whose = tx.officers.by_email(officer)
        if ticket_id is None or whose is None:
            raise NotThere
        if not tx.access.lift(ticket_id, whose.id, at=desk.clock(), actor=viewer.email):
            raise FormIsStale
        facts = {"officer": whose.email, "reason": reason.strip()}
        _tell(tx, desk, session, ticket_id, EventKind.CONFLICT_LIFTED, **facts)
        tx.audit.append(noted(desk, session, Action.CONFLICT_LIFTED, reference.upper(), officer=whose.email))
    return _back(reference, "lifted")


def who_sees(session: Session, access: Access, everybody: Sequence[Officer]) -> dict[str, Any] | None:
    """What the page shows of a ticket's restriction and conflicts; None for who has no right to it."""
    viewer = session.officer.viewer
    if not {Right.RESTRICT, Right.LIFT_CONFLICT} & viewer.rights:
        return None

    def reads(one: Officer) -> bool:
        return one.active and may(one.viewer, Right.READ_TICKETS)

    return {
        "restricted": access.restricted,
        "named": [one for one in everybody if one.id in access.named],
        "conflicts": [one for one in everybody if one.id in access.conflicts],
        "to_choose": [one for one in everybody if reads(one) and one.id not in access.conflicts],
        "may_restrict": Right.RESTRICT in viewer.rights,
        "may_lift": Right.LIFT_CONFLICT in viewer.rights,
    }


def _tell(tx: Transaction, desk: Desk, session: Session, ticket_id: int, kind: EventKind, **detail: Any) -> None:
    """Put it into the timeline, where the reason may stand: unlike the audit chain it goes with the ticket."""
    event = Event(at=desk.clock(), kind=kind, actor=session.officer.email, detail=detail)
    tx.tickets.add_event(ticket_id, event)


def _back(reference: str, done: str) -> Response:
    return RedirectResponse(f"/tickets/{reference.upper()}?done={done}#sees-title", status_code=303)

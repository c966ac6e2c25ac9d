"""Opening the seal of a ticket, with a reason and, where it was promised, a second person; and legal holds.

The rules are those of `intake unseal` and `intake hold`: both ask the store, which knows them.
"""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from intake.desk.proving import Proved, ProvedWriter, insist_on_proof
from intake.desk.shared import Desk, DeskParts, NotThere, NotYours, Text, Writer, noted, page, require
from models.audit import Action
from models.officer import Session
from models.rights import Right, Viewer
from models.sealing import Unsealing, UnsealRefused
from models.ticket import Event, EventKind
from models.unsealed import Unsealed
from storage.store import Transaction

router = APIRouter()


@router.get("/tickets/{reference}/unseal")
def show_seal(request: Request, desk: DeskParts, session: Proved, reference: str, done: str = "") -> Response:
    """Where the question stands, and what this officer can do about it."""
    return _form(request, desk, session, reference, done=done)


@router.post("/tickets/{reference}/unseal")
def unseal(
    request: Request, desk: DeskParts, session: ProvedWriter, reference: str, step: Text = "open", reason: Text = ""
) -> Response:
    """Ask with a reason, agree or refuse as the second person, or open what may be opened."""
    try:
        with desk.store.write() as tx:
            opened = _step(tx, desk, session, reference, step, reason)
    except UnsealRefused as no:
        return _form(request, desk, session, reference, refused=str(no), reason=reason, status=422)
    if opened is None:
        return RedirectResponse(f"/tickets/{reference.upper()}/unseal?done={step}", status_code=303)
    # Only after the act is written for good is anything shown.
    return page(request, "unsealed.html", {"reference": reference.upper(), "opened": opened})


@router.post("/tickets/{reference}/hold")
def hold(desk: DeskParts, session: Writer, reference: str, reason: Text = "", lift: Text = "") -> Response:
    """Let nothing of a ticket go, or end that, which takes a proof; without a reason nothing begins."""
    viewer = require(session, Right.HOLD)
    if lift:
        insist_on_proof(desk, session)
    with desk.store.write() as tx:
        ticket_id = _ticket(tx, viewer, Right.HOLD, reference)
        if not lift and not reason.strip():
            return RedirectResponse(f"/tickets/{reference.upper()}?done=hold-reason#hold-title", status_code=303)
        now, why = desk.clock(), reason.strip()
        facts = {"actor": viewer.email, "reason": why}
        changed = tx.retention.lift(ticket_id) if lift else tx.retention.hold(ticket_id, at=now, **facts)
        if changed:
            kind = EventKind.HOLD_ENDED if lift else EventKind.HOLD_BEGUN
            detail = {} if lift else {"reason": why}
            tx.tickets.add_event(ticket_id, Event(at=now, kind=kind, actor=viewer.email, detail=detail))
            tx.audit.append(noted(desk, session, Action.LEGAL_HOLD_CHANGED, reference.upper(), held=not lift))
    return RedirectResponse(f"/tickets/{reference.upper()}?done={'unheld' if lift else 'held'}#hold-title", 303)


def _step(tx: Transaction, desk: Desk, session: Session, reference: str, step: str, reason: str) -> Unsealed | None:
    viewer, now = session.officer.viewer, desk.clock()
    if step in ("approve", "refuse"):
        require(session, Right.APPROVE_UNSEALING)
        ticket_id = _ticket(tx, viewer, Right.APPROVE_UNSEALING, reference)
        asked = tx.unsealings.newest(ticket_id)
        if asked is None:
            raise UnsealRefused("Nobody has asked to open this ticket.")
        answer = tx.unsealings.approve if step == "approve" else tx.unsealings.refuse
        answer(asked, viewer, now)
        return None
    require(session, Right.UNSEAL)
    ticket_id = _ticket(tx, viewer, Right.UNSEAL, reference)
    asked = tx.unsealings.newest(ticket_id)
    if asked is None or not _goes_on(asked, viewer, desk):
        asked = tx.unsealings.ask(ticket_id, viewer, reason, now)
    if asked.needs_approval and not asked.approved_by:
        return None
    return tx.unsealings.open(asked, viewer, now)


def _goes_on(asked: Unsealing, viewer: Viewer, desk: Desk) -> bool:
    """Whether a question is this officer's and can still be opened or answered."""
    mine = asked.asked_by == viewer.email and not asked.refused_by
    return mine and not asked.opened_at and desk.clock() < asked.expires_at


def _ticket(tx: Transaction, viewer: Viewer, right: Right, reference: str) -> int:
    ticket_id = tx.access.ticket_for(viewer, right, reference.upper())
    if ticket_id is None:
        raise NotThere
    return ticket_id


def _form(
    request: Request,
    desk: Desk,
    session: Session,
    reference: str,
    *,
    done: str = "",
    refused: str = "",
    reason: str = "",
    status: int = 200,
) -> Response:
    viewer = session.officer.viewer
    right = next((one for one in (Right.UNSEAL, Right.APPROVE_UNSEALING) if one in viewer.rights), None)
    if right is None:
        raise NotYours
    with desk.store.read() as tx:
        ticket_id = _ticket(tx, viewer, right, reference)
        asked, sealed = tx.unsealings.newest(ticket_id), tx.tickets.reporters.sealed(ticket_id)
    waits = asked is not None and not asked.opened_at and not asked.refused_by and desk.clock() < asked.expires_at
    facts = {
        "reference": reference.upper(),
        "asked": asked if waits else None,
        "mine": asked is not None and asked.asked_by == viewer.email,
        "sealed": sealed,
        "two": sealed.anonymity.value == "anonymous",
        "may_open": Right.UNSEAL in viewer.rights,
        "may_answer": Right.APPROVE_UNSEALING in viewer.rights,
        "done": done,
        "reason": reason,
        "problems": {"reason": refused} if refused else None,
    }
    return page(request, "unseal.html", facts, status=status)

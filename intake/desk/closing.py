"""Closing a ticket: how it ended, and what the reporter is told of it."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from intake.desk.deciding import choice_of
from intake.desk.shared import Desk, DeskParts, Reader, Text, Version, Writer, noted, page, require
from intake.desk.showing import show, stale, whole_of
from intake.letters import NotReachable, letter_text, post, way_back
from models.audit import Action
from models.framework import Reference
from models.letters import LONGEST_LETTER, NewLetter, Purpose, Way, WayBack
from models.officer import Session
from models.rights import Right
from models.ticket import Event, EventKind, Ticket, TicketState
from models.verdict import Kind
from storage.store import StaleTicket, Transaction

router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """The fields of the form, as they were typed. `tell` is `send` or `nothing`."""

    outcome: str = ""
    words: str = ""
    tell: str = ""
    reason: str = ""


def problems_of(ending: Ending, back: WayBack, words: Reference) -> dict[str, str]:
    """What keeps the ticket from being closed so: field → what to do about it."""
    problems: dict[str, str] = {}
    if ending.outcome not in words.outcomes:
        problems["outcome"] = "Choose how it ended"
    if ending.tell not in ("send", "nothing"):
        problems["tell"] = "Choose whether the reporter is told"
    if ending.tell == "send" and back.way is Way.NOBODY:
        problems["tell"] = back.why
    elif ending.tell == "send" and not ending.words:
        problems["words"] = "Write what the reporter gets, or choose to send nothing"
    elif len(ending.words) > LONGEST_LETTER:
        problems["words"] = f"Make it shorter: {LONGEST_LETTER} characters at most"
    if ending.tell == "nothing" and not ending.reason:
        problems["reason"] = "Say in a few words why nothing is sent"
    return problems


@router.get("/tickets/{reference}/close")
def show_close(request: Request, desk: DeskParts, session: Reader, reference: str, outcome: str = "") -> Response:
    """First the outcome is chosen; then its words can be changed."""
    ticket = _to_close(desk, session, reference)
    if undecided(ticket):
        return _decide_first(request, desk, session, ticket)
    ending = Ending()
    if outcome in desk.words.outcomes:
        ending = Ending(outcome=outcome, words=desk.words.outcomes[outcome].words)
    return _form(request, desk, session, ticket, ending)


@router.post("/tickets/{reference}/close")
def close(
    request: Request,
    desk: DeskParts,
    session: Writer,
    reference: str,
    version: Version,
    outcome: Text = "",
    words: Text = "",
    tell: Text = "",
    reason: Text = "",
    step: Text = "preview",
) -> Response:
    """Look at what the reporter will get (`preview`), change it (`edit`), or close the ticket (`close`)."""
    ticket = _to_close(desk, session, reference)
    if undecided(ticket):
        return _decide_first(request, desk, session, ticket)
    plain = "\n".join(line.rstrip() for line in words.splitlines()).strip()
    ending = Ending(outcome=outcome, words=plain, tell=tell, reason=reason.strip())
    problems = problems_of(ending, _way(desk, session, ticket), desk.words)
    if problems or step == "edit":
        return _form(request, desk, session, ticket, ending, problems, version=version)
    if step == "close":
        return _close(request, desk, session, ticket, ending, version)
    return _preview(request, desk, session, ticket, ending, version)


def _to_close(desk: Desk, session: Session, reference: str) -> Ticket:
    require(session, Right.REPLY)
    return whole_of(desk, require(session, Right.DECIDE), reference)


def undecided(ticket: Ticket) -> bool:
    """Whether it is a concern on which nobody has decided yet."""
    return ticket.row.kind is Kind.CONCERN and not ticket.decisions


def _decide_first(request: Request, desk: Desk, session: Session, ticket: Ticket) -> Response:
    problems = {"isf": "Choose a category before you close this concern"}
    facts = {"choice": choice_of(ticket, desk.words), "problems": problems}
    return show(request, desk, session, ticket, facts, status=422)


def _way(desk: Desk, session: Session, ticket: Ticket) -> WayBack:
    with desk.store.read() as tx:
        tx.access.insist(session.officer.viewer, Right.REPLY, ticket.row.id)
        return way_back(desk.letters, tx, ticket.row.id)


def _form(
    request: Request,
    desk: Desk,
    session: Session,
    ticket: Ticket,
    ending: Ending,
    problems: dict[str, str] | None = None,
    *,
    version: int | None = None,
) -> Response:
    facts: dict[str, Any] = {
        "row": ticket.row,
        "version": version or ticket.row.version,
        "ending": ending,
        "problems": problems,
        "back": _way(desk, session, ticket),
        "outcomes": desk.words.outcomes.values(),
    }
    return page(request, "close.html", facts, status=422 if problems else 200)


def _preview(request: Request, desk: Desk, session: Session, ticket: Ticket, ending: Ending, version: int) -> Response:
    back = _way(desk, session, ticket)
    subject, text = "", ending.words
    if back.way is Way.MAIL:
        subject, text = letter_text(desk.letters, ticket.row.reference, Purpose.CLOSING, ending.words)
    facts = {"row": ticket.row, "version": version, "ending": ending, "way": back.way.value}
    label = desk.words.outcomes[ending.outcome].label
    return page(request, "closing.html", {**facts, "subject": subject, "text": text, "outcome": label})


def _close(request: Request, desk: Desk, session: Session, ticket: Ticket, ending: Ending, version: int) -> Response:
    try:
        with desk.store.write() as tx:
            end(tx, desk, session, ticket, ending, version)
    except StaleTicket:
        return stale(request, desk, session, ticket.row.reference, None)
    except NotReachable as why:
        return _form(request, desk, session, ticket, ending, {"tell": str(why)}, version=version)
    desk.letters.written()
    return RedirectResponse(f"/tickets/{ticket.row.reference}?done=closed", status_code=303)


def end(tx: Transaction, desk: Desk, session: Session, ticket: Ticket, ending: Ending, version: int) -> None:
    """Close a ticket within a transaction. Raises StaleTicket, NotForViewer, and NotReachable with a sentence."""
    now, row, officer = desk.clock(), ticket.row, session.officer
    for right in (Right.DECIDE, Right.REPLY):
        tx.access.insist(officer.viewer, right, row.id)
    sends = ending.tell == "send"
    back = way_back(desk.letters, tx, row.id)
    if sends and back.way is Way.NOBODY:
        raise NotReachable(back.why)
    letter = NewLetter(
        ticket_id=row.id,
        at=now,
        officer=officer.email,
        purpose=Purpose.CLOSING,
        way=back.way if sends else Way.NOBODY,
        text=ending.words if sends else "",
        reason="" if sends else ending.reason,
        outcome=ending.outcome,
    )
    post(desk.letters, tx, row, letter)  # before the ticket is touched: so a chat's worker locks, too
    told = {"outcome": ending.outcome, "way": letter.way.value}
    closed = Event(at=now, kind=EventKind.CLOSED, actor=officer.email, detail={**told, "reason": letter.reason})
    tx.tickets.set_state(row.id, TicketState.CLOSED, version=version, event=closed)
    tx.audit.append(noted(desk, session, Action.TICKET_CLOSED, row.reference, **told))

"""Closing a ticket: how it ended, and what the reporter is told of it."""

from dataclasses import dataclass, replace
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
from models.ticket import Event, EventKind, Ticket, TicketRow, TicketState
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
    note: str = ""
    """For officers only: it stands in the timeline."""


NO_FURTHER_ACTION = "no_further_action"
UNWANTED = "Advert or mail sent by mistake"
SERIOUS = 2
"""From this category on a ticket is not closed in passing."""


def warning(row: TicketRow, words: Reference) -> str:
    """What to think of before this ticket is closed; empty where nothing is."""
    labels = [words.red_flags[code].label if code in words.red_flags else code for code in row.red_flags]
    serious = row.isf >= SERIOUS and (row.decided or (row.graded and row.kind is Kind.CONCERN))
    if not labels and not serious:
        return ""
    is_flagged = f"has {'red flags' if len(labels) > 1 else 'a red flag'} ({', '.join(labels)})"
    category = f"category {row.isf}"
    whole = f"{is_flagged}, {category}" if labels and serious else is_flagged if labels else f"is {category}"
    return f"This ticket {whole}. Close it only when somebody has dealt with it."


def problems_of(ending: Ending, back: WayBack, words: Reference, *, serious: bool = False) -> dict[str, str]:
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
    if serious and ending.outcome == NO_FURTHER_ACTION and not ending.note:
        problems["note"] = "Say in the note why no further action is right here"
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
        if ticket.row.kind is Kind.IRRELEVANT:
            ending = replace(ending, tell="nothing", reason=UNWANTED)
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
    note: Text = "",
    step: Text = "preview",
) -> Response:
    """Look at what the reporter will get (`preview`), change it (`edit`), or close the ticket (`close`)."""
    ticket = _to_close(desk, session, reference)
    if undecided(ticket):
        return _decide_first(request, desk, session, ticket)
    plain = "\n".join(line.rstrip() for line in words.splitlines()).strip()
    ending = Ending(outcome=outcome, words=plain, tell=tell, reason=reason.strip(), note=note.strip())
    serious = bool(warning(ticket.row, desk.words))
    problems = problems_of(ending, _way(desk, session, ticket), desk.words, serious=serious)
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
        "warning": warning(ticket.row, desk.words),
    }
    return page(request, "close.html", facts, status=422 if problems else 200)


def _preview(request: Request, desk: Desk, session: Session, ticket: Ticket, ending: Ending, version: int) -> Response:
    back = _way(desk, session, ticket)
    subject, text = "", ending.words
    if back.way is Way.MAIL:
        subject, text = letter_text(desk.letters, ticket.row, Purpose.CLOSING, ending.words)
    facts = {"row": ticket.row, "version": version, "ending": ending, "way": back.way.value}
    facts |= {"outcome": desk.words.outcomes[ending.outcome], "warning": warning(ticket.row, desk.words)}
    return page(request, "closing.html", {**facts, "subject": subject, "text": text})


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
    detail = {**told, "reason": letter.reason, **({"note": ending.note} if ending.note else {})}
    closed = Event(at=now, kind=EventKind.CLOSED, actor=officer.email, detail=detail)
    tx.tickets.set_state(row.id, TicketState.CLOSED, version=version, event=closed)
    tx.audit.append(noted(desk, session, Action.TICKET_CLOSED, row.reference, **told))

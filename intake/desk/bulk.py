"""Many tickets at once: assigned, tagged, closed. Each goes the same way as one by one: rights, audit, outbox.

Each ticket has a transaction of its own: one that somebody else has changed meanwhile is told and leaves the others be.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from intake.desk.closing import NO_FURTHER_ACTION, UNWANTED, Ending, end, problems_of, undecided, warning
from intake.desk.shared import Desk, DeskParts, Text, Writer, noted, page, require
from intake.desk.views import plain_query
from intake.letters import NotReachable, way_back
from models.audit import Action
from models.framework import Reference
from models.letters import Way, WayBack, tag_of
from models.officer import Session
from models.rights import Right
from models.ticket import Ticket, TicketState
from models.verdict import Kind
from storage.store import NotForOfficer, NotForViewer, StaleTicket, Transaction

router = APIRouter()
MOST = 100
"""Tickets at once."""
UNSENT = "Closed together with others; the reporter left no way to write to them."
Tickets = Annotated[list[str] | None, Form()]


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What became of one ticket: `problem` says why nothing was done to it. `before` is what an undo needs."""

    reference: str
    subject: str = ""
    problem: str = ""
    before: str = ""


@router.post("/bulk")
def act(
    request: Request,
    desk: DeskParts,
    session: Writer,
    do: Text = "",
    tickets: Tickets = None,
    officer: Text = "",
    tag: Text = "",
    query: Annotated[str, Form(max_length=4_000)] = "",
) -> Response:
    """Do it to the tickets that were ticked, and say what was done to which, with a way back."""
    require(session, Right.DECIDE)
    chosen, back = _chosen(tickets), plain_query(query)
    if not chosen:
        return RedirectResponse(f"/?{back}&done=none-chosen", status_code=303)
    if do == "close":
        return _ask_for_words(request, desk, session, chosen, back, Ending(), {})
    if do == "assign" and officer:
        results = [_try(desk, session, one, lambda tx, row: _assign(tx, desk, session, row, officer)) for one in chosen]
        return _told(request, "assign", results, back, undo="reassign")
    wanted = tag_of(tag)
    if do == "tag" and wanted:
        results = [_try(desk, session, one, lambda tx, row: _tag(tx, desk, session, row, wanted)) for one in chosen]
        return _told(request, "tag", results, back, undo="untag", tag=wanted)
    return RedirectResponse(f"/?{back}&done={'no-officer' if do == 'assign' else 'no-tag'}", status_code=303)


@router.post("/bulk/undo")
def undo(
    request: Request,
    desk: DeskParts,
    session: Writer,
    do: Text = "",
    before: Tickets = None,
    tag: Text = "",
    query: Annotated[str, Form(max_length=4_000)] = "",
) -> Response:
    """Take back what was done: give tickets to whom they had belonged, or take the tag away again."""
    require(session, Right.DECIDE)
    pairs = [one.partition(":") for one in (before or [])[:MOST]]
    results = [_take_back(desk, session, do, reference, had, tag) for reference, _, had in pairs]
    return _told(request, "undo", results, plain_query(query))


@router.post("/bulk/close")
def close(
    request: Request,
    desk: DeskParts,
    session: Writer,
    tickets: Tickets = None,
    outcome: Text = "",
    words: Text = "",
    tell: Text = "",
    reason: Text = "",
    step: Text = "preview",
    query: Annotated[str, Form(max_length=4_000)] = "",
) -> Response:
    """Choose the outcome (`preview`), then close all that can be closed (`close`)."""
    require(session, Right.REPLY)
    require(session, Right.DECIDE)
    chosen, back = _chosen(tickets), plain_query(query)
    plain = "\n".join(line.rstrip() for line in words.splitlines()).strip()
    if outcome in desk.words.outcomes and not plain:
        plain = desk.words.outcomes[outcome].words
    typed = Ending(outcome=outcome, words=plain, tell=tell, reason=reason.strip())
    ending = replace(typed, tell=tell or "send")
    problems = problems_of(ending, WayBack(way=Way.MAIL), desk.words)
    if problems or step != "close":
        return _ask_for_words(request, desk, session, chosen, back, typed, problems)
    results = [_try(desk, session, one, lambda tx, ticket: _close(tx, desk, session, ticket, ending)) for one in chosen]
    desk.letters.written()
    return _told(request, "close", results, back)


def _chosen(tickets: Sequence[str] | None) -> list[str]:
    return list(dict.fromkeys(one[:40].upper() for one in (tickets or [])[:MOST] if one))


def _try(desk: Desk, session: Session, reference: str, do: Callable[[Transaction, Ticket], str]) -> Done:
    """Do it to one ticket in a transaction of its own."""
    try:
        with desk.store.write() as tx:
            ticket = tx.tickets.get(reference.upper(), session.officer.viewer)
            if ticket is None:
                return Done(reference=reference[:40], problem="There is no such ticket.")
            tx.access.insist(session.officer.viewer, Right.DECIDE, ticket.row.id)
            before = do(tx, ticket)
    except NotForOfficer:
        return Done(reference=reference, problem="That officer may not have this ticket.")
    except NotForViewer:
        return Done(reference=reference, problem="This ticket is not open to you.")
    except StaleTicket:
        return Done(reference=reference, problem="Somebody was faster. Look at it again.")
    except (NotReachable, NotNow) as why:
        return Done(reference=reference, problem=str(why))
    return Done(reference=ticket.row.reference, subject=ticket.row.subject, before=before)


class NotNow(Exception):
    """This cannot be done to this ticket together with others; the text says why."""


def _assign(tx: Transaction, desk: Desk, session: Session, ticket: Ticket, to: str) -> str:
    found = {one.email: one.id for one in tx.officers.all()}
    number = None if to == "nobody" else session.officer.id if to == "me" else found.get(to, -1)
    had = tx.assignments.assignee(ticket.row.id)
    tx.assignments.assign(ticket.row.id, number, viewer=session.officer.viewer, at=desk.clock())
    return had.email if had else ""


def _tag(tx: Transaction, desk: Desk, session: Session, ticket: Ticket, tag: str) -> str:
    if not tx.letters.tag(ticket.row.id, tag, officer=session.officer.email, at=desk.clock()):
        raise NotNow("It has this tag already.")
    tx.audit.append(noted(desk, session, Action.TAGS_CHANGED, ticket.row.reference, added=True))
    return tag


def _take_back(desk: Desk, session: Session, do: str, reference: str, had: str, tag: str) -> Done:
    if do == "reassign":
        return _try(desk, session, reference, lambda tx, row: _assign(tx, desk, session, row, had or "nobody"))
    return _try(desk, session, reference, lambda tx, row: _untag(tx, desk, session, row, tag))


def _untag(tx: Transaction, desk: Desk, session: Session, ticket: Ticket, tag: str) -> str:
    if tx.letters.untag(ticket.row.id, tag, at=desk.clock()):
        tx.audit.append(noted(desk, session, Action.TAGS_CHANGED, ticket.row.reference, added=False))
    return ""


def _why_not(ticket: Ticket, ending: Ending, words: Reference) -> str:
    """Why a ticket cannot be closed so together with others; nothing when it can."""
    if ticket.row.red_flags:
        return "It has a red flag: close it by itself."
    if ticket.row.state is TicketState.CLOSED:
        return "It is closed already."
    if undecided(ticket):
        return "It is a concern without a decision: decide first."
    if ending.outcome == NO_FURTHER_ACTION and warning(ticket.row, words):
        return f"It is category {ticket.row.isf}: close it by itself, with a note why no further action is right."
    return ""


def _close(tx: Transaction, desk: Desk, session: Session, ticket: Ticket, ending: Ending) -> str:
    if why := _why_not(ticket, ending, desk.words):
        raise NotNow(why)
    reachable = way_back(desk.letters, tx, ticket.row.id).way is not Way.NOBODY
    how = (
        ending
        if reachable or ending.tell == "nothing"
        else Ending(outcome=ending.outcome, tell="nothing", reason=UNSENT)
    )
    end(tx, desk, session, ticket, how, ticket.row.version)
    return ""


def _ask_for_words(
    request: Request,
    desk: Desk,
    session: Session,
    chosen: Sequence[str],
    back: str,
    ending: Ending,
    problems: dict[str, str],
) -> Response:
    require(session, Right.REPLY)
    with desk.store.read() as tx:
        found = [tx.tickets.get(one, session.officer.viewer) for one in chosen]
        there = [ticket for ticket in found if ticket is not None]
        ways = {one.row.id: way_back(desk.letters, tx, one.row.id).way for one in there}
    if not ending.tell and there and all(one.row.kind is Kind.IRRELEVANT for one in there):
        ending = replace(ending, tell="nothing", reason=UNWANTED)
    not_so = {one.row.id: _why_not(one, ending, desk.words) for one in there}
    rows = [
        {"row": one.row, "why_not": not_so[one.row.id], "told": ways[one.row.id] is not Way.NOBODY} for one in there
    ]
    facts: dict[str, Any] = {
        "tickets": rows,
        "closable": sum(not one["why_not"] for one in rows),
        "ending": ending,
        "problems": problems,
        "outcomes": desk.words.outcomes.values(),
        "query": back,
        "ready": bool(ending.outcome) and not problems,
    }
    return page(request, "bulk_close.html", facts, status=422 if problems and ending.outcome else 200)


def _told(request: Request, did: str, results: Sequence[Done], back: str, *, undo: str = "", tag: str = "") -> Response:
    done = [one for one in results if not one.problem]
    facts = {"did": did, "results": done, "left": [one for one in results if one.problem]}
    return page(request, "bulk_done.html", {**facts, "query": back, "undo": undo if done else "", "tag": tag})

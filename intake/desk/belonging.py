"""Tickets that belong together: linked, merged, split; and which may belong to the one that is shown."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from intake.classifying import ungraded
from intake.desk.deciding import choice_of
from intake.desk.shared import Desk, DeskParts, NotThere, Text, Writer, noted, require
from intake.desk.showing import show, ticket_of
from intake.references import new_reference
from intake.urgency import urgency
from models.audit import Action
from models.links import CannotMerge, LinkKind
from models.officer import Session
from models.rights import Right
from models.ticket import Ticket
from models.verdict import Verdict
from storage.store import ReferenceTaken, Transaction

router = APIRouter()
TRIES = 20


@router.post("/tickets/{reference}/link")
def link(
    request: Request, desk: DeskParts, session: Writer, reference: str, other: Text = "", kind: Text = "related"
) -> Response:
    """Hold two tickets together, as related or as duplicates."""
    ticket = ticket_of(desk, require(session, Right.DECIDE), reference)
    if kind not in list(LinkKind):
        raise NotThere
    with desk.store.read() as tx:
        other_id = _other(tx, session, other)
    if other_id is None:
        return _again(request, desk, session, ticket, _UNKNOWN)
    viewer, now = session.officer.viewer, desk.clock()
    try:
        with desk.store.write() as tx:
            if tx.links.link(ticket.row.id, other_id, LinkKind(kind), viewer=viewer, at=now):
                _note(tx, desk, session, Action.TICKETS_LINKED, ticket, other_id, kind=kind)
    except CannotMerge as why:
        return _again(request, desk, session, ticket, str(why))
    return _back(ticket, "linked")


@router.post("/tickets/{reference}/unlink")
def unlink(desk: DeskParts, session: Writer, reference: str, other: Text = "") -> Response:
    """End a link."""
    ticket = ticket_of(desk, require(session, Right.DECIDE), reference)
    with desk.store.write() as tx:
        other_id = _other(tx, session, other)
        if other_id is None:
            raise NotThere
        if tx.links.unlink(ticket.row.id, other_id, viewer=session.officer.viewer, at=desk.clock()):
            _note(tx, desk, session, Action.TICKETS_UNLINKED, ticket, other_id)
    return _back(ticket, "unlinked")


@router.post("/tickets/{reference}/merge")
def merge(request: Request, desk: DeskParts, session: Writer, reference: str, other: Text = "") -> Response:
    """Read this ticket as part of another one from now on."""
    ticket = ticket_of(desk, require(session, Right.DECIDE), reference)
    with desk.store.read() as tx:
        other_id = _other(tx, session, other)
    if other_id is None:
        return _again(request, desk, session, ticket, _UNKNOWN)
    try:
        with desk.store.write() as tx:
            tx.merges.merge(ticket.row.id, other_id, viewer=session.officer.viewer, at=desk.clock())
            _note(tx, desk, session, Action.TICKETS_MERGED, ticket, other_id)
            into = tx.tickets.reference_of(other_id)
    except CannotMerge as why:
        return _again(request, desk, session, ticket, str(why))
    return RedirectResponse(f"/tickets/{into}?done=merged", status_code=303)


@router.post("/tickets/{reference}/unmerge")
def unmerge(request: Request, desk: DeskParts, session: Writer, reference: str) -> Response:
    """Take this ticket out of the one that it is part of."""
    ticket = ticket_of(desk, require(session, Right.DECIDE), reference)
    try:
        with desk.store.write() as tx:
            whole = tx.merges.undo(ticket.row.id, viewer=session.officer.viewer, at=desk.clock())
            tx.audit.append(noted(desk, session, Action.MERGE_UNDONE, ticket.row.reference, out_of=whole))
    except CannotMerge as why:
        return _again(request, desk, session, ticket, str(why))
    return _back(ticket, "unmerged")


@router.post("/tickets/{reference}/split")
def split(request: Request, desk: DeskParts, session: Writer, reference: str, message: Text = "") -> Response:
    """Make a ticket of its own of one message of this one."""
    ticket = ticket_of(desk, require(session, Right.DECIDE), reference)
    number = int(message) if message.isascii() and message.isdigit() and len(message) < 18 else 0
    try:
        made = _split(desk, session, ticket, number)
    except CannotMerge as why:
        return _again(request, desk, session, ticket, str(why))
    return RedirectResponse(f"/tickets/{made}?done=split", status_code=303)


_UNKNOWN = "Give the reference of another ticket, such as QM-7K3F-2R"


def _split(desk: Desk, session: Session, ticket: Ticket, number: int) -> str:
    verdict = verdict_on(ticket, number)
    rank = urgency(isf=verdict.isf, red_flags=verdict.red_flags, graded=verdict.graded, decided=False)
    for tries in range(TRIES):
        reference = new_reference(crowded=tries // 5)
        try:
            with desk.store.write() as tx:
                tx.splits.split(
                    ticket.row.id,
                    number,
                    reference=reference,
                    verdict=verdict,
                    urgency=rank,
                    viewer=session.officer.viewer,
                    at=desk.clock(),
                )
                act = noted(desk, session, Action.TICKET_SPLIT, ticket.row.reference, made=reference)
                tx.audit.append(act)
        except ReferenceTaken:
            continue
        return reference
    raise CannotMerge("No free reference was found. Please try again.")


def verdict_on(ticket: Ticket, inbox_id: int) -> Verdict:
    """What the machine said of one message: the verdict whose evidence stands in it, or that nobody graded it.

    Every red flag that was ever seen in it goes with it. Where no verdict can be told to be on it, those go with it of
    which nobody can tell on what message they are: rather one call too many than one too few.
    """
    text = next((entry.text for entry in ticket.entries if entry.inbox_id == inbox_id), "")
    fitting = [one for one in ticket.verdicts if _fits(one, text)]
    if fitting:
        return replace(fitting[-1], red_flags=_flags(fitting))
    texts = [entry.text for entry in ticket.entries]
    loose = [one for one in ticket.verdicts if not any(_fits(one, other) for other in texts)]
    verdict = ungraded("It was split off from another ticket, and no machine has read it by itself.")
    return replace(verdict, red_flags=_flags(loose))


def _fits(verdict: Verdict, text: str) -> bool:
    spans = [(one.start, one.end, one.text) for one in verdict.evidence if one.start is not None]
    return bool(spans) and all(text[start:end] == words for start, end, words in spans)


def _flags(verdicts: list[Verdict]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(flag for one in verdicts for flag in one.red_flags))


def _other(tx: Transaction, session: Session, typed: str) -> int | None:
    reference = "".join(typed.split()).upper()
    return tx.access.ticket_for(session.officer.viewer, Right.DECIDE, reference) if reference else None


def _note(
    tx: Transaction, desk: Desk, session: Session, action: Action, ticket: Ticket, other_id: int, **detail: Any
) -> None:
    other = tx.tickets.reference_of(other_id) or ""
    tx.audit.append(noted(desk, session, action, ticket.row.reference, other=other, **detail))


def _again(request: Request, desk: Desk, session: Session, ticket: Ticket, why: str) -> Response:
    facts = {"choice": choice_of(ticket, desk.words), "link_problems": {"other": why}}
    return show(request, desk, session, ticket, facts, status=422)


def _back(ticket: Ticket, done: str) -> Response:
    return RedirectResponse(f"/tickets/{ticket.row.reference}?done={done}#together-title", status_code=303)

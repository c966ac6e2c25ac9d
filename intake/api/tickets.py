"""Tickets: the list, with the queue's filters and pages, one ticket, and a decision on it."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request

from intake.api.calling import Caller, Parts, needs
from intake.api.filters import Wanted
from intake.api.problems import Problem, not_there
from intake.api.shapes import Decided, NewDecision, TicketList, TicketWhole
from intake.api.showing import summary, whole
from intake.desk.deciding import Choice, as_decision, problems_of
from intake.desk.recording import record
from models.audit import Action
from models.framework import Reference as Words
from models.interface import Scope
from models.rights import Right
from models.ticket import Ticket, TicketState

router = APIRouter(tags=["tickets"])
Reading = Annotated[Caller, Depends(needs(Scope.TICKETS_READ))]
Deciding = Annotated[Caller, Depends(needs(Scope.DECISIONS_WRITE))]
Reference = Annotated[str, Path(max_length=60, description="As people read it: QM-7K2P-M4XD")]
Cursor = Annotated[str | None, Query(max_length=300, description="What the page before gave as `after`")]
Limit = Annotated[int, Query(ge=1, le=200)]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$")]


@router.get("/tickets")
def list_tickets(
    request: Request,
    desk: Parts,
    caller: Reading,
    wanted: Annotated[Wanted, Depends()],
    after: Cursor = None,
    limit: Limit = 50,
) -> TicketList:
    """Tickets in the queue's order, the most urgent first; only those that the token's owner may read."""
    with desk.store.read() as tx:
        chosen = wanted.as_filter(request, desk, caller, tx)
        try:
            found = tx.tickets.queue(chosen, caller.viewer, limit=limit, after=after)
        except ValueError:
            raise no_page() from None
    return TicketList(tickets=[summary(row) for row in found.rows], after=found.after)


@router.get("/tickets/{reference}")
def show_ticket(desk: Parts, caller: Reading, reference: Reference) -> TicketWhole:
    """One ticket whole, masked. To read it is an act in the audit chain."""
    with desk.store.write() as tx:
        ticket = tx.tickets.get(reference.upper(), caller.viewer)
        if ticket is None:
            raise not_there()
        tx.access.insist(caller.viewer, Right.READ_TICKETS, ticket.row.id)
        tx.audit.append(caller.act(desk, Action.TICKET_READ, ticket.row.reference))
    return whole(ticket, reporter=caller.opens(Scope.REPORTER_READ))


@router.post("/tickets/{reference}/decisions", status_code=201)
def decide(desk: Parts, caller: Deciding, reference: Reference, new: NewDecision, key: Key) -> Decided:
    """Decide on a ticket, as an officer does on the desk: by the same rules, rights and records.

    The same request sent again with the same `Idempotency-Key` within a day changes nothing and is answered alike.
    """
    asked = hashlib.sha256(f"{reference.upper()}\n{new.model_dump_json()}".encode("utf-8", "replace")).hexdigest()
    with desk.store.write() as tx:
        ticket = tx.tickets.get(reference.upper(), caller.viewer)
        if ticket is None:
            raise not_there()
        try:
            before = tx.tokens.begin(caller.token.id, key, asked, desk.clock())
        except ValueError:
            raise Problem(422, "This Idempotency-Key belongs to another request. Take a new one.") from None
        if before is not None:
            return Decided(**before)
        decision = as_decision(_checked(new, ticket, desk.words), desk.words, officer=caller.name, at=desk.clock())
        learn = desk.settings.learn_from_decisions
        recorded = record(tx, caller.viewer, ticket, decision, version=new.version, learn=learn)
        tx.audit.append(caller.act(desk, Action.TICKET_DECIDED, ticket.row.reference, **recorded.facts))
        state = TicketState.BEING_READ if ticket.row.state is TicketState.NEW else ticket.row.state
        made = Decided(reference=ticket.row.reference, version=new.version + 1, state=state, isf=decision.isf)
        tx.tokens.answered(caller.token.id, key, made.model_dump(mode="json"))
    return made


def no_page() -> Problem:
    """The cursor is none of ours."""
    return Problem(422, "That page is not there. Begin without `after`.", faults={"query.after": "is no page of ours"})


def _checked(new: NewDecision, ticket: Ticket, words: Words) -> Choice:
    """The decision as the desk's form would hold it. Raises Problem with what is wrong in it."""
    choice = Choice(
        kind=new.kind.value,
        provider=new.provider or "",
        specialties=tuple(new.specialties),
        themes=tuple(new.themes),
        impact=_text(new.impact),
        likelihood=_text(new.likelihood),
        isf=str(new.isf),
        reason=new.reason.strip(),
        red_flags=None if new.red_flags is None else tuple(dict.fromkeys(new.red_flags)),
        is_lower=new.is_lower,
    )
    problems: dict[str, Any] = problems_of(choice, ticket, words)
    if problems:
        raise Problem(
            422, "The decision was not made.", faults={f"body.{name}": said for name, said in problems.items()}
        )
    return choice


def _text(number: int | None) -> str:
    return "" if number is None else str(number)

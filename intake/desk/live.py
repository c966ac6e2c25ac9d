"""What a page asks for by itself: whether there are new tickets, and who else has this one open. All works without."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from intake.desk.asked import Asked
from intake.desk.queue import query_of, wanted_by
from intake.desk.shared import DeskParts, NotThere, Reader, page, require
from models.rights import Right

router = APIRouter()


@router.get("/queue/news")
def show_news(
    request: Request,
    desk: DeskParts,
    session: Reader,
    asked: Annotated[Asked, Depends()],
    since: Annotated[int, Query(ge=0, lt=2**62)] = 0,
) -> Response:
    """How many tickets of this filter have come since the page was shown; no content when there are none."""
    viewer = require(session, Right.READ_TICKETS)
    with desk.store.read() as tx:
        officers = tx.officers.all()
        if asked.faults(desk.words, officers):
            return Response(status_code=204)
        number, _ = tx.tickets.newer(wanted_by(asked, desk, session, officers), viewer, than=since)
    if not number:
        return Response(status_code=204)
    return page(request, "news.html", {"number": number, "query": query_of(asked)})


@router.get("/tickets/{reference}/here")
def show_others(request: Request, desk: DeskParts, session: Reader, reference: str) -> Response:
    """Who else has the ticket open; that this officer has is noted, and is forgotten after some minutes."""
    viewer = require(session, Right.READ_TICKETS)
    with desk.store.write() as tx:
        ticket_id = tx.access.ticket_for(viewer, Right.READ_TICKETS, reference.upper())
        if ticket_id is None:
            raise NotThere
        tx.presences.here(ticket_id, session.officer.id, desk.clock())
        others = tx.presences.of([ticket_id], desk.clock(), but=session.officer.id).get(ticket_id, ())
    return page(request, "others.html", {"others": others})

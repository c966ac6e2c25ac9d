"""What a page asks for by itself: new tickets, and who else has which one open. All works without."""

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
    since: Annotated[int | None, Query(ge=0, lt=2**62)] = None,
) -> Response:
    """What changed: how many tickets of this filter came since the page was shown, and who looks at which by now.

    No content when there is nothing to tell. Without `since` no new tickets are told.
    """
    viewer = require(session, Right.READ_TICKETS)
    with desk.store.read() as tx:
        officers = tx.officers.all()
        if asked.faults(desk.words, officers):
            return Response(status_code=204)
        number = 0
        if since is not None:
            number, _ = tx.tickets.newer(wanted_by(asked, desk, session, officers), viewer, than=since)
        looking = tx.presences.lately(viewer, desk.clock())
    if not number and not looking:
        return Response(status_code=204)
    return page(request, "news.html", {"number": number, "looking": looking, "query": query_of(asked)})


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

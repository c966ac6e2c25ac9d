"""The queue: what to read first."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from intake.desk.places import place_code, place_names
from intake.desk.shared import DeskParts, NotThere, Reader, page
from models.ticket import QueueFilter, TicketState
from models.verdict import Kind

router = APIRouter()
Short = Annotated[str, Query(max_length=300)]


@router.get("/")
def show_queue(
    request: Request,
    desk: DeskParts,
    session: Reader,
    state: Short = TicketState.NEW.value,
    kind: Short = "",
    provider: Short = "",
    isf: Short = "",
    flagged: Short = "",
    person: Short = "",
    after: Short = "",
) -> Response:
    """The queue, most urgent first."""
    code = place_code(provider, desk.words) if provider else None
    unknown_place = bool(provider) and code is None
    wanted = QueueFilter(
        states=(TicketState(state),) if state in list(TicketState) else (),
        kinds=(Kind(kind),) if kind in list(Kind) else (),
        provider=desk.words.organisation_of(code) if code else None,
        isf=int(isf) if isf in {"0", "1", "2", "3", "4"} else None,
        flagged=True if flagged else None,
        needs_person=True if person else None,
    )
    with desk.store.read() as tx:
        try:
            found = tx.tickets.queue(wanted, limit=desk.settings.page_size, after=after or None)
        except ValueError:
            raise NotThere from None
        counts, lanes = tx.tickets.counts(), tx.tickets.lane_counts()
    asked = {"state": state, "kind": kind, "provider": provider, "isf": isf, "flagged": flagged, "person": person}
    facts = {
        "rows": () if unknown_place else found.rows,
        "next_page": None if unknown_place else found.after,
        "counts": counts,
        "lanes": lanes,
        "asked": asked,
        "unknown_place": unknown_place,
        "filtered": any(value for name, value in asked.items() if name not in {"state", "kind"}),
        "place_names": place_names(desk.words),
    }
    return page(request, "queue.html", facts)

"""Finding tickets by their words."""

from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from intake.desk.asked import Asked, Short
from intake.desk.queue import choices, wanted_by
from intake.desk.shared import DeskParts, NotThere, Reader, noted, page, require
from intake.finding import query_of
from models.audit import Action
from models.rights import Right

router = APIRouter()
COUNTED = 1_000
"""Beyond this the number is not told: a common word is in most tickets, and nobody reads so many."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Searched(Asked):
    """What the address asks for: a question, and the queue's own filters; any state unless one is named."""

    q: Short = ""
    state: Short = ""


@router.get("/search")
def show_search(
    request: Request, desk: DeskParts, session: Reader, asked: Annotated[Searched, Depends()], after: Short = ""
) -> Response:
    """What was found, the newest ticket first; without a question, how to ask one."""
    viewer = require(session, Right.READ_TICKETS)
    query = query_of(asked.q, desk.words)
    with desk.store.read() as tx:
        officers = tx.officers.all()
        faults, wanted = asked.faults(desk.words, officers), wanted_by(asked, desk, session, officers)
        try:
            found = tx.search.find(query, viewer, wanted=wanted, limit=desk.settings.page_size, after=after or None)
        except ValueError:
            raise NotThere from None
        number = tx.search.count(query, viewer, wanted=wanted, most=COUNTED)
    if found.hits and not faults:
        # What is shown of a message has been read. The question may name somebody, so it is not kept.
        shown = [hit.row.reference for hit in found.hits]
        with desk.store.write() as tx:
            tx.audit.append(noted(desk, session, Action.SEARCHED, "search", shown=shown))
    facts = {
        "hits": () if faults else found.hits,
        "next_page": None if faults else found.after,
        "number": 0 if faults else number,
        "most": COUNTED,
        "asks": query.asks,
        "asked": asdict(asked),
        "after": after,
        "faults": faults,
        "filtered": bool(asked.state or asked.kind or asked.narrows),
        **choices(desk, officers),
    }
    return page(request, "search.html", facts)

"""The queue: what to read first."""

from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from intake.desk.asked import Asked, Short, strange_names
from intake.desk.filtering import AGES, CLOCKS
from intake.desk.places import place_names, site_names, specialty_names
from intake.desk.shared import Desk, DeskParts, NotThere, Reader, page, require
from models.officer import Officer, Session
from models.rights import Right, Viewer
from models.ticket import QueueFilter, QueuePage
from storage.store import WAYS_IN, Transaction

router = APIRouter()
__all__ = ["Asked", "Short", "router"]
EMPTY = QueuePage(rows=(), after=None)


@router.get("/")
def show_queue(
    request: Request,
    desk: DeskParts,
    session: Reader,
    asked: Annotated[Asked, Depends()],
    after: Short = "",
    before: Short = "",
    done: Short = "",
) -> Response:
    """The queue: red flags, then category, then service clock, then age."""
    viewer = require(session, Right.READ_TICKETS)
    strange = strange_names(list(request.query_params))
    with desk.store.read() as tx:
        officers = tx.officers.all()
        faults = asked.faults(desk.words, officers)
        wanted = wanted_by(asked, desk, session, officers)
        found = EMPTY
        if not faults and not strange:
            try:
                limit = desk.settings.page_size
                found = tx.tickets.queue(wanted, viewer, limit=limit, after=after or None, before=before or None)
            except ValueError:
                raise NotThere from None
        around = _around(tx, desk, session, found, officers)
        around["lanes"] = tx.tickets.lane_counts(viewer, wanted.states[0] if len(wanted.states) == 1 else None)
    facts = {
        "rows": found.rows,
        "next_page": found.after,
        "previous_page": found.before,
        "asked": asdict(asked),
        "query": query_of(asked),
        "done": done,
        "beyond": bool(after or before),
        "faults": faults,
        "strange": strange,
        "filtered": asked.narrows,
        **around,
        **choices(desk, officers),
    }
    return page(request, "queue.html", facts)


def wanted_by(asked: Asked, desk: Desk, session: Session, officers: tuple[Officer, ...]) -> QueueFilter:
    """The filter that an officer asks for now."""
    policy = desk.settings.clocks
    return asked.as_filter(desk.words, now=desk.clock(), policy=policy, officers=officers, me=session.officer.id)


def query_of(asked: Asked) -> str:
    """The address's query that asks for the same, without a page."""
    return urlencode({name: value for name, value in asdict(asked).items() if value and name != "q"})


def choices(desk: Desk, officers: tuple[Officer, ...]) -> dict[str, Any]:
    """What the fields of the filter let one choose from."""
    words = desk.words
    return {
        "officers": [one for one in officers if one.active],
        "place_names": place_names(words),
        "site_names": site_names(words),
        "specialty_names": specialty_names(words),
        "themes": words.themes.values(),
        "ages": {code: told for code, (told, _, _) in AGES.items()},
        "clocks": CLOCKS,
        "ways": tuple(WAYS_IN),
    }


def _around(
    tx: Transaction, desk: Desk, session: Session, found: QueuePage, officers: tuple[Officer, ...]
) -> dict[str, Any]:
    """What stands around the rows: counts, views, who has which and who looks at which."""
    viewer, ids = session.officer.viewer, [row.id for row in found.rows]
    return {
        "may_decide": Right.DECIDE in viewer.rights,
        "may_reply": Right.REPLY in viewer.rights,
        "counts": tx.tickets.counts(viewer),
        "quarantined": tx.watch.quarantined() if Right.READ_HELD in viewer.rights else None,
        "hidden": _hidden(tx, viewer, officers),
        "answered": tx.letters.answered(ids),
        "junk": tx.mail_facts.junk_among(ids),
        "junk_count": tx.mail_facts.junk_count(viewer),
        "looking": tx.presences.of(ids, desk.clock(), but=session.officer.id),
        "views": tx.views.of(session.officer.id),
        "newest": tx.tickets.newest(),
        "names": {one.id: one.name for one in officers},
    }


def _hidden(tx: Transaction, viewer: Viewer, officers: tuple[Officer, ...]) -> dict[str, int] | None:
    """How many open tickets are hidden from this officer and from everybody; None for who need not know."""
    if Right.COUNT_HIDDEN not in viewer.rights:
        return None
    active = [officer.viewer for officer in officers if officer.active]
    return {"from_you": tx.access.hidden_from(viewer), "from_all": len(tx.access.hidden_from_all(active, limit=100))}

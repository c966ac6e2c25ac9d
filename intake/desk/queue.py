"""The queue: what to read first."""

from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from intake.desk.places import place_code, place_names
from intake.desk.shared import DeskParts, NotThere, Reader, page, require
from models.framework import Reference
from models.rights import Right, Viewer
from models.ticket import QueueFilter, TicketState
from models.verdict import Kind
from storage.store import Transaction

router = APIRouter()
Short = Annotated[str, Query(max_length=300)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What the address asks for, as it was typed."""

    state: Short = TicketState.NEW.value
    kind: Short = ""
    provider: Short = ""
    isf: Short = ""
    flagged: Short = ""
    person: Short = ""
    junk: Short = ""

    def place(self, words: Reference) -> str | None:
        """The organisation that is asked for; None when none is, or when we do not know it."""
        code = place_code(self.provider, words) if self.provider else None
        return words.organisation_of(code) if code else None

    def as_filter(self, words: Reference) -> QueueFilter:
        """Which tickets these are; what is no state, kind or category asks for all."""
        return QueueFilter(
            states=(TicketState(self.state),) if self.state in list(TicketState) else (),
            kinds=(Kind(self.kind),) if self.kind in list(Kind) else (),
            provider=self.place(words),
            isf=int(self.isf) if self.isf in {"0", "1", "2", "3", "4"} else None,
            flagged=True if self.flagged else None,
            needs_person=True if self.person else None,
            junk=True if self.junk else None,
        )


@router.get("/")
def show_queue(
    request: Request, desk: DeskParts, session: Reader, asked: Annotated[Asked, Depends()], after: Short = ""
) -> Response:
    """The queue, most urgent first."""
    viewer = require(session, Right.READ_TICKETS)
    unknown_place = bool(asked.provider) and asked.place(desk.words) is None
    with desk.store.read() as tx:
        try:
            found = tx.tickets.queue(
                asked.as_filter(desk.words), viewer, limit=desk.settings.page_size, after=after or None
            )
        except ValueError:
            raise NotThere from None
        counts, lanes = tx.tickets.counts(viewer), tx.tickets.lane_counts(viewer)
        hidden = _hidden(tx, viewer)
        answered = tx.letters.answered([row.id for row in found.rows])
        junk, junk_count = tx.mail_facts.junk_among([row.id for row in found.rows]), tx.mail_facts.junk_count(viewer)
    facts = {
        "rows": () if unknown_place else found.rows,
        "next_page": None if unknown_place else found.after,
        "counts": counts,
        "hidden": hidden,
        "answered": answered,
        "junk": junk,
        "junk_count": junk_count,
        "lanes": lanes,
        "asked": asdict(asked),
        "after": after,
        "unknown_place": unknown_place,
        "filtered": any((asked.provider, asked.isf, asked.flagged, asked.person, asked.junk)),
        "place_names": place_names(desk.words),
    }
    return page(request, "queue.html", facts)


def _hidden(tx: Transaction, viewer: Viewer) -> dict[str, int] | None:
    """How many open tickets are hidden from this officer and from everybody; None for who need not know."""
    if Right.COUNT_HIDDEN not in viewer.rights:
        return None
    active = [officer.viewer for officer in tx.officers.all() if officer.active]
    return {"from_you": tx.access.hidden_from(viewer), "from_all": len(tx.access.hidden_from_all(active, limit=100))}

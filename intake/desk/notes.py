"""What officers tell each other about a ticket: notes that are never sent, and tags."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from intake.desk.beside import mentioned
from intake.desk.deciding import choice_of
from intake.desk.shared import DeskParts, Text, Writer, noted, require
from intake.desk.showing import show, ticket_of
from models.audit import Action
from models.desk_work import About
from models.letters import tag_of
from models.rights import Right

router = APIRouter()


@router.post("/tickets/{reference}/note")
def add_note(request: Request, desk: DeskParts, session: Writer, reference: str, note: Text = "") -> Response:
    """Keep a note between officers, and tell those who are named in it with an @."""
    viewer = require(session, Right.DECIDE)
    ticket = ticket_of(desk, viewer, reference)
    if not note.strip():
        facts = {"choice": choice_of(ticket, desk.words), "note_problems": {"note": "Write something in the note"}}
        return show(request, desk, session, ticket, facts, status=422)
    with desk.store.write() as tx:
        tx.access.insist(viewer, Right.DECIDE, ticket.row.id)
        number = tx.letters.note(ticket.row.id, officer=viewer.email, text=note.strip(), at=desk.clock())
        for one in mentioned(note, tx.assignments.able(ticket.row.id)):
            if one.id != viewer.officer_id:
                tx.notices.add(one.id, About.MENTIONED, ticket.row.id, desk.clock())
        tx.audit.append(noted(desk, session, Action.NOTE_ADDED, ticket.row.reference, note=number))
    return RedirectResponse(f"/tickets/{ticket.row.reference}?done=noted#notes-title", status_code=303)


@router.post("/tickets/{reference}/tags")
def change_tags(desk: DeskParts, session: Writer, reference: str, tag: Text = "", without: Text = "") -> Response:
    """Put a tag on a ticket, or take one away. An empty one changes nothing."""
    viewer = require(session, Right.DECIDE)
    ticket = ticket_of(desk, viewer, reference)
    wanted = tag_of(tag)
    with desk.store.write() as tx:
        tx.access.insist(viewer, Right.DECIDE, ticket.row.id)
        added = bool(wanted) and tx.letters.tag(ticket.row.id, wanted, officer=viewer.email, at=desk.clock())
        removed = bool(without) and tx.letters.untag(ticket.row.id, without, at=desk.clock())
        if added or removed:
            # A tag may hold a name that an officer typed, so the chain is not told which.
            tx.audit.append(noted(desk, session, Action.TAGS_CHANGED, ticket.row.reference, added=added))
    return RedirectResponse(f"/tickets/{ticket.row.reference}#tags-title", status_code=303)

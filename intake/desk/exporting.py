"""Giving out a case: as PDF, for those who may export, with their name on every page and in the audit chain."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from intake.desk.case_pdf import Case, Part, case_pdf
from intake.desk.comparing import compared
from intake.desk.proposal import proposal_of
from intake.desk.proving import Proved
from intake.desk.shared import Desk, DeskParts, noted, require
from intake.desk.showing import ticket_of
from intake.desk.wording import CHATS, EVENTS, KINDS, PURPOSES, STATES, channel, hour, moment
from models.audit import Action
from models.letters import Letter, Note, Way
from models.officer import Session
from models.rights import Right
from models.sealing import Anonymity
from models.ticket import Ticket

router = APIRouter()


@router.get("/tickets/{reference}/case.pdf")
def give_out(desk: DeskParts, session: Proved, reference: str) -> Response:
    """The case as officers read it: who wrote stays sealed."""
    viewer = require(session, Right.EXPORT)
    ticket = ticket_of(desk, viewer, reference)
    with desk.store.write() as tx:
        tx.access.insist(viewer, Right.EXPORT, ticket.row.id)
        numbers = (ticket.row.id, *(one.id for one in ticket.parts))
        letters = [letter for number in numbers for letter in tx.letters.of_ticket(number)]
        notes = [note for number in numbers for note in tx.letters.notes(number)]
        tx.audit.append(noted(desk, session, Action.EXPORTED, ticket.row.reference, **{"as": "pdf"}))
    made = case_pdf(case_of(desk, session, ticket, letters, notes))
    headers = {"Content-Disposition": f'attachment; filename="{ticket.row.reference}.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)


def case_of(desk: Desk, session: Session, ticket: Ticket, letters: list[Letter], notes: list[Note]) -> Case:
    """What of a ticket is printed."""
    row, now = ticket.row, desk.clock()
    facts = (
        ("Kind", KINDS[row.kind]),
        ("State", STATES[row.state]),
        ("Received", _when(ticket, row.received_at, row.channel)),
        ("Category", f"{row.isf}, {'decided' if row.decided else 'proposed by the machine'}"),
        ("Red flags", ", ".join(_flag(desk, code) for code in row.red_flags) or "None"),
    )
    return Case(
        reference=row.reference,
        title=row.subject or "(no subject)",
        facts=facts,
        parts=(*_talk(ticket, letters), *_judged(desk, ticket), *_notes(notes), _timeline(ticket)),
        printed_by=session.officer.email,
        printed_at=now,
        printed_when=moment(now),
    )


def _talk(ticket: Ticket, letters: list[Letter]) -> list[Part]:
    said: list[tuple[Any, Part]] = []
    for entry in ticket.entries:
        files = "\nAttached, not opened: " + "; ".join(entry.attachments) if entry.attachments else ""
        small = f"{_when(ticket, entry.at, entry.channel)}, by {channel(entry.channel)}"
        said.append((entry.at, Part(heading="The learner wrote", small=small, text=entry.text + files)))
    for letter in letters:
        if letter.way is not Way.NOBODY:
            small = f"{moment(letter.at)}, {letter.officer}"
            heading = f"{PURPOSES[letter.purpose.value]} to the reporter"
            said.append((letter.at, Part(heading=heading, small=small, text=letter.text)))
    return [part for _, part in sorted(said, key=lambda one: one[0])]


def _judged(desk: Desk, ticket: Ticket) -> Iterator[Part]:
    decision = ticket.decisions[-1] if ticket.decisions else None
    rows = compared(proposal_of(ticket), decision, desk.words)
    lines = (f"{one.name}: {one.proposed}{f' → {one.decided}' if one.changed else ''}" for one in rows)
    yield Part(heading="Proposed by the machine, and what an officer changed", text="\n".join(lines))
    for one in ticket.decisions:
        small = f"{one.officer}, {moment(one.at)}"
        yield Part(heading=f"Decided: category {one.isf}", small=small, text=one.reason)


def _notes(notes: list[Note]) -> Iterator[Part]:
    for note in notes:
        yield Part(
            heading="Note between officers, not sent", small=f"{moment(note.at)}, {note.officer}", text=note.text
        )


def _timeline(ticket: Ticket) -> Part:
    own = {"intake": ticket.row.channel}
    lines = (
        f"{_when(ticket, one.at, own.get(one.actor, ''))}: {EVENTS[one.kind]}, {one.actor}" for one in ticket.events
    )
    return Part(heading="Timeline", text="\n".join(lines))


def _when(ticket: Ticket, at: datetime, came_by: str) -> str:
    """A moment; only the hour of who is anonymous in a chat, since the minute could give them away."""
    hides = came_by in CHATS and ticket.reporter.anonymity is Anonymity.ANONYMOUS
    return hour(at) if hides else moment(at)


def _flag(desk: Desk, code: str) -> str:
    return desk.words.red_flags[code].label if code in desk.words.red_flags else code

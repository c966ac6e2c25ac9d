"""Whose ticket it is, and what is to be done about it until when."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from intake.desk.deciding import choice_of
from intake.desk.shared import DeskParts, NotThere, Text, Writer, noted, require
from intake.desk.showing import show, ticket_of
from models.audit import Action
from models.desk_work import About
from models.links import LONGEST_TASK
from models.rights import Right
from models.ticket import Event, EventKind
from storage.store import NotForOfficer

router = APIRouter()


@router.post("/tickets/{reference}/assign")
def assign(desk: DeskParts, session: Writer, reference: str, officer: Text = "") -> Response:
    """Give a ticket to an officer, or with no officer back to all."""
    viewer = require(session, Right.DECIDE)
    ticket = ticket_of(desk, viewer, reference)
    with desk.store.write() as tx:
        whose = tx.officers.by_email(officer) if officer else None
        if officer and whose is None:
            raise NotThere
        try:
            tx.assignments.assign(ticket.row.id, whose.id if whose else None, viewer=viewer, at=desk.clock())
        except NotForOfficer:
            raise NotThere from None  # why it is not for them is nobody's business here
    return RedirectResponse(f"/tickets/{ticket.row.reference}?done=assigned#whose-title", status_code=303)


@router.post("/tickets/{reference}/task")
def add_task(
    request: Request,
    desk: DeskParts,
    session: Writer,
    reference: str,
    task: Text = "",
    due: Text = "",
    owner: Text = "",
) -> Response:
    """Keep something to do, with a day if one is given, and tell whoever it is for."""
    viewer = require(session, Right.DECIDE)
    ticket = ticket_of(desk, viewer, reference)
    day, problems = as_day(due), problems_of(task, due)
    if problems:
        facts = {"choice": choice_of(ticket, desk.words), "task_problems": problems, "task_draft": (task, due, owner)}
        return show(request, desk, session, ticket, facts, status=422)
    with desk.store.write() as tx:
        tx.access.insist(viewer, Right.DECIDE, ticket.row.id)
        whose = next((one for one in tx.assignments.able(ticket.row.id) if one.email == owner), None)
        if owner and whose is None:
            raise NotThere
        now, owner_id = desk.clock(), whose.id if whose else None
        number = tx.tasks.add(ticket.row.id, task.strip(), due=day, owner_id=owner_id, officer=viewer.email, at=now)
        tx.tickets.add_event(ticket.row.id, Event(at=now, kind=EventKind.TASK_ADDED, actor=viewer.email))
        tx.audit.append(noted(desk, session, Action.TASKS_CHANGED, ticket.row.reference, task=number))
        if whose and whose.id != viewer.officer_id:
            tx.notices.add(whose.id, About.TASK, ticket.row.id, now)
    return RedirectResponse(f"/tickets/{ticket.row.reference}?done=task#tasks-title", status_code=303)


@router.post("/tickets/{reference}/task/{number}")
def finish_task(desk: DeskParts, session: Writer, reference: str, number: int, done: Text = "yes") -> Response:
    """Say that a task is done, or that it is not after all."""
    viewer = require(session, Right.DECIDE)
    ticket = ticket_of(desk, viewer, reference)
    with desk.store.write() as tx:
        tx.access.insist(viewer, Right.DECIDE, ticket.row.id)
        facts: dict[str, Any] = {"done": done == "yes", "officer": viewer.email, "at": desk.clock()}
        if 0 < number < 2**62 and tx.tasks.finish(ticket.row.id, number, **facts):
            kind = EventKind.TASK_DONE if facts["done"] else EventKind.TASK_ADDED
            tx.tickets.add_event(ticket.row.id, Event(at=facts["at"], kind=kind, actor=viewer.email))
            act = noted(desk, session, Action.TASKS_CHANGED, ticket.row.reference, task=number, done=facts["done"])
            tx.audit.append(act)
    return RedirectResponse(f"/tickets/{ticket.row.reference}#tasks-title", status_code=303)


def problems_of(task: str, due: str) -> dict[str, str]:
    """What keeps a task from being kept: field → what to do about it."""
    problems: dict[str, str] = {}
    if not task.strip():
        problems["task"] = "Write what is to be done"
    elif len(task.strip()) > LONGEST_TASK:
        problems["task"] = f"Make it shorter: {LONGEST_TASK} characters at most"
    if due.strip() and as_day(due) is None:
        problems["due"] = "Give the day as in 2026-12-01, or leave it empty"
    return problems


def as_day(typed: str) -> date | None:
    """A day as browsers send it; None where it is none."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None

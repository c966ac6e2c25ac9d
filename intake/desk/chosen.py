"""What an officer chooses for themselves: what they are told by mail and when, and how the desk behaves."""

import re
from dataclasses import replace
from datetime import time
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from intake.desk.shared import DeskParts, Reader, Text, Writer, page
from models.desk_work import About, Preferences

router = APIRouter()
ABOUTS: dict[About, str] = {
    About.RED_FLAG: "A message with a red flag comes, at any hour",
    About.ASSIGNED: "A ticket is given to me",
    About.ANSWERED: "The reporter of one of my tickets writes again",
    About.LATE: "A service clock of one of my tickets has run out; for a lead: of any ticket",
    About.MENTIONED: "Somebody mentions me in a note",
    About.TASK: "Somebody gives me a task, or one of mine is due",
}
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]?([0-5]\d)")


@router.get("/account/choices")
def show_choices(request: Request, desk: DeskParts, session: Reader, done: str = "") -> Response:
    """The form, as it is chosen now, and the sheet of keys."""
    with desk.store.read() as tx:
        chosen = tx.notices.preferences(session.officer.id)
    return page(request, "choices.html", {"mine": chosen, "abouts": ABOUTS, "done": done})


@router.post("/account/choices")
def choose(
    request: Request,
    desk: DeskParts,
    session: Writer,
    about: Annotated[list[str] | None, Form()] = None,
    quiet_from: Text = "",
    quiet_to: Text = "",
    shortcuts: Text = "",
    live: Text = "",
) -> Response:
    """Keep what was chosen."""
    wanted = frozenset(one for one in About if one.value in (about or ()))
    chosen = Preferences(mail_about=wanted, shortcuts=bool(shortcuts), live=bool(live))
    problems: dict[str, str] = {}
    hours = {name: _time(typed) for name, typed in (("quiet_from", quiet_from), ("quiet_to", quiet_to))}
    for name, typed in (("quiet_from", quiet_from), ("quiet_to", quiet_to)):
        if typed.strip() and hours[name] is None:
            problems[name] = "Write the time like 18:30, or leave it empty"
    if not problems and (hours["quiet_from"] is None) != (hours["quiet_to"] is None):
        problems["quiet_to" if hours["quiet_to"] is None else "quiet_from"] = "Give both times, or none"
    if problems:
        typed_in = {"quiet_from": quiet_from, "quiet_to": quiet_to}
        facts = {"mine": chosen, "abouts": ABOUTS, "problems": problems, "typed": typed_in}
        return page(request, "choices.html", facts, status=422)
    with desk.store.write() as tx:
        tx.notices.choose(
            session.officer.id, replace(chosen, quiet_from=hours["quiet_from"], quiet_to=hours["quiet_to"])
        )
    return RedirectResponse("/account/choices?done=1", status_code=303)


def _time(typed: str) -> time | None:
    found = _TIME.fullmatch(typed.strip())
    return time(int(found[1]), int(found[2])) if found else None

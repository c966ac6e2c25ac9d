"""An officer's own account: the password, the second factor, and where they are signed in."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from intake.authenticating import TooManyTries, hash_password
from intake.desk.entering import enter
from intake.desk.proving import ProofWanted, freshly_proved
from intake.desk.shared import Desk, DeskParts, NotThere, Reader, Text, Writer, noted, page
from intake.tries import WAIT
from models.audit import Action
from models.officer import Officer
from storage.sign_ins import HANDLE

router = APIRouter()
SHORTEST_PASSWORD = 12
DONE = {"password": "Your new password is saved.", "ended": "It is signed out there."}


@router.get("/account")
def show_account(request: Request, desk: DeskParts, session: Reader, done: str = "") -> Response:
    """All of it on one page."""
    officer = session.officer
    with desk.store.read() as tx:
        facts: dict[str, Any] = {
            "sessions": tx.sign_ins.sessions(officer.id, desk.clock()),
            "second_factor": tx.sign_ins.second_factor(officer.id),
        }
    facts |= {
        "here": session.token_hash[:HANDLE],
        "has_password": bool(officer.password_hash),
        "must_have": bool(officer.roles & desk.settings.entry.second_factor_for),
        "idle_minutes": int(desk.settings.entry.idle.total_seconds() // 60),
        "done": DONE.get(done, ""),
    }
    return page(request, "account.html", facts)


@router.post("/account/sessions/end")
def end_session(desk: DeskParts, session: Writer, handle: Text = "") -> Response:
    """Sign out somewhere, or with "others" everywhere but here."""
    officer = session.officer
    with desk.store.write() as tx:
        if handle == "others":
            ended = tx.sign_ins.end_others(officer.id, session.token_hash)
        else:
            ended = int(tx.sign_ins.end_session(officer.id, handle))
        if ended:
            tx.audit.append(noted(desk, session, Action.SESSIONS_ENDED, officer.email, number=ended))
    if not ended and handle != "others":
        raise NotThere
    return RedirectResponse("/account?done=ended", status_code=303)


@router.get("/account/password")
def show_password(request: Request, session: Reader) -> Response:
    """The form for one's own password."""
    return page(request, "password.html", {"has_password": bool(session.officer.password_hash)})


@router.post("/account/password")
def change_password(
    request: Request, desk: DeskParts, session: Writer, now: Text = "", new: Text = "", again: Text = ""
) -> Response:
    """Change one's own password. All other sessions end; this one goes on with a new cookie."""
    officer = session.officer
    if not officer.password_hash and not freshly_proved(desk, session):
        raise ProofWanted
    problems = _fault_of(desk, officer, now) if officer.password_hash else {}
    if len(new) < SHORTEST_PASSWORD:
        problems["new"] = f"Use at least {SHORTEST_PASSWORD} characters. Three random words are good"
    elif new != again:
        problems["again"] = "The two new passwords differ"
    if problems:
        facts = {"has_password": bool(officer.password_hash), "problems": problems}
        return page(request, "password.html", facts, status=422)
    with desk.store.write() as tx:
        tx.officers.set_password(officer.id, hash_password(new))
        tx.audit.append(noted(desk, session, Action.PASSWORD_CHANGED, officer.email))
    return enter(request, desk, officer, way=session.way, shown_both=True)


def _fault_of(desk: Desk, officer: Officer, password: str) -> dict[str, str]:
    try:
        right = desk.authenticator.by_password(officer.email, password) is not None
    except TooManyTries:
        return {"now": WAIT}
    return {} if right else {"now": "That is not your password now"}

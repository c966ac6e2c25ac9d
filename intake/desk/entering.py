"""Opening sessions: what is asked of an officer next, and the cookie of their browser."""

from datetime import timedelta
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from intake.desk.cookies import keep
from intake.desk.devices import device
from intake.desk.shared import Desk, hashed, new_token
from models.audit import Act, Action
from models.officer import Officer
from models.rights import Right
from models.sign_in import LINK, PASSWORD, Opening, Stage

NEXT = {Stage.CODE: "/sign-in/code", Stage.SETTING_UP: "/sign-in/second-factor"}
"""The page of each session that is not whole yet."""


def enter(
    request: Request, desk: Desk, officer: Officer, *, after: str = "/", way: str = PASSWORD, shown_both: bool = False
) -> Response:
    """Let an officer in who has shown one factor, or both, and lead them to what comes next."""
    stage = Stage.WHOLE if shown_both else _stage(desk, officer)
    after = home_of(officer) if after == "/" else after
    response = RedirectResponse(after if stage is Stage.WHOLE else with_after(NEXT[stage], after), status_code=303)
    open_session(request, desk, officer, response, stage=stage, way=way)
    return response


def open_session(
    request: Request, desk: Desk, officer: Officer, response: Response, *, stage: Stage = Stage.WHOLE, way: str
) -> None:
    """Open a session with a new cookie; the one that this browser had before ends."""
    token, now = new_token(), desk.clock()
    whole = stage is Stage.WHOLE
    lasts = timedelta(hours=desk.settings.session_hours) if whole else desk.settings.entry.unfinished
    named = device(request.headers.get("user-agent", ""))
    opening = Opening(at=now, stage=stage, way=way, device=named, proved_at=now if whole else None)
    with desk.store.write() as tx:
        tx.officers.close_session(hashed(request.cookies.get(desk.settings.session_cookie, "")))
        tx.officers.open_session(
            officer_id=officer.id, token_hash=hashed(token), csrf=new_token(), expires_at=now + lasts, opening=opening
        )
        if whole:
            detail = {} if way in (PASSWORD, LINK) else {"provider": way}
            act = Act(at=now, actor=officer.email, action=Action.SIGNED_IN, subject=officer.email, detail=detail)
            tx.audit.append(act)
    keep(response, desk.settings, desk.settings.session_cookie, token, lasts=lasts)


def home_of(officer: Officer) -> str:
    """Where an officer begins: at the queue, or where they have something to do without it."""
    if Right.READ_TICKETS in officer.viewer.rights:
        return "/"
    return "/officers" if Right.MANAGE_ACCOUNTS in officer.viewer.rights else "/account"


def with_after(path: str, after: str) -> str:
    """A page of ours that leads on to another page of ours."""
    return path if after == "/" else f"{path}?after={quote(safe(after), safe='/')}"


def safe(after: str) -> str:
    """Only a path of our own: a sign-in must not end on somebody else's page."""
    try:
        parts = urlsplit(after.replace("\\", "/"))
    except ValueError:
        return "/"
    ours = after.startswith("/") and not after.startswith("//") and not parts.netloc and not parts.scheme
    return after if ours and "\\" not in after and after.isprintable() else "/"


def _stage(desk: Desk, officer: Officer) -> Stage:
    with desk.store.read() as tx:
        there = tx.sign_ins.second_factor(officer.id) is not None
    if there:
        return Stage.CODE
    return Stage.SETTING_UP if officer.roles & desk.settings.entry.second_factor_for else Stage.WHOLE

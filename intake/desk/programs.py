"""Programs: the tokens by which they use the interface, made and revoked by those who manage accounts."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from intake.desk.proving import Proved, ProvedWriter
from intake.desk.shared import Desk, DeskParts, NotThere, Text, page, require
from intake.tokens import DAYS, TokenRefused, Wish, make_token, revoke_token
from models.interface import SERVICE_ROLES, Scope
from models.rights import Right, Role
from storage.store import Transaction

router = APIRouter()
SCOPES = {
    Scope.TICKETS_READ: "Read tickets, masked",
    Scope.REPORTER_READ: "Learn whether a reporter is anonymous and can be written to",
    Scope.DECISIONS_WRITE: "Decide on tickets",
    Scope.SEARCH_READ: "Search",
    Scope.STATISTICS_READ: "Read the figures of the dashboard",
}


@router.get("/programs")
def show_programs(request: Request, desk: DeskParts, session: Proved, done: str = "") -> Response:
    """All tokens, and a form for a new one."""
    require(session, Right.MANAGE_ACCOUNTS)
    return _show(request, desk, {"done": done})


@router.post("/programs/tokens")
def make(
    request: Request,
    desk: DeskParts,
    session: ProvedWriter,
    name: Text = "",
    whose: Text = "",
    days: Text = "",
    scopes: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Make a token and show it, this once."""
    require(session, Right.MANAGE_ACCOUNTS)
    typed = {"name": name, "whose": whose, "days": days, "scopes": scopes or []}
    try:
        with desk.store.write() as tx:
            wish = _wish(tx, name, whose, days, scopes or [])
            longest = desk.settings.api.longest_days
            token = make_token(tx, wish, actor=session.officer.email, now=desk.clock(), longest_days=longest)
    except TokenRefused as why:
        return _show(request, desk, {"typed": typed, "problem": str(why)}, status=422)
    return _show(request, desk, {"token": token, "made": name})


@router.post("/programs/tokens/{number}/revoke")
def revoke(desk: DeskParts, session: ProvedWriter, number: int) -> Response:
    """End a token at once."""
    require(session, Right.MANAGE_ACCOUNTS)
    if not 0 < number < 2**62:
        raise NotThere
    with desk.store.write() as tx:
        if revoke_token(tx, number, actor=session.officer.email, now=desk.clock()) is None:
            raise NotThere
    return RedirectResponse("/programs?done=revoked", status_code=303)


def _wish(tx: Transaction, name: str, whose: str, days: str, scopes: list[str]) -> Wish:
    role = next((one for one in SERVICE_ROLES if whose == f"role {one}"), None)
    officer = None if role else tx.officers.by_email(whose)
    if role is None and officer is None:
        raise TokenRefused("Choose whose rights it has: an officer's, or those of a role for a service.")
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0
    known = frozenset(Scope(one) for one in scopes if one in list(Scope))
    return Wish(name=name, scopes=known, officer=officer, role=role, days=number)


def _show(request: Request, desk: Desk, facts: dict[str, Any], *, status: int = 200) -> Response:
    with desk.store.read() as tx:
        tokens, officers = tx.tokens.all(), tx.officers.all()
    view = {
        "tokens": tokens,
        "officers": [one for one in officers if one.active],
        "email_of": {one.id: one.email for one in officers},
        "roles": SERVICE_ROLES,
        "scope_words": SCOPES,
        "now": desk.clock(),
        "longest": desk.settings.api.longest_days,
        "typed": {"days": str(min(DAYS, desk.settings.api.longest_days)), "scopes": []},
        "role_words": {Role.READ_ONLY: "reads only", Role.OFFICER: "works as an officer", Role.LEAD: "works as a lead"},
    }
    return page(request, "programs.html", {**view, **facts}, status=status)

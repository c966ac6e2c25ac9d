"""Programs: the tokens by which they use the interface, made and revoked by those who manage accounts."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from channels.guarded import fault_of
from intake.desk.proving import Proved, ProvedWriter
from intake.desk.shared import Desk, DeskParts, NotThere, Text, new_token, noted, page, require
from intake.tokens import DAYS, TokenRefused, Wish, make_token, revoke_token
from models.audit import Action
from models.interface import SERVICE_ROLES, HookEvent, Scope
from models.rights import Right, Role
from storage.store import Transaction

router = APIRouter()
EVENTS = {
    HookEvent.CREATED: "A new ticket",
    HookEvent.FOLLOWED_UP: "The reporter wrote again",
    HookEvent.FLAGGED: "A red flag was seen",
    HookEvent.DECIDED: "It was decided on",
    HookEvent.MOVED: "It was moved",
    HookEvent.REPLIED: "An officer wrote to the reporter",
    HookEvent.CLOSED: "It was closed",
    HookEvent.ASSIGNED: "It was given to somebody",
    HookEvent.TAKEN_CARE_OF: "Somebody takes care of its red flag",
    HookEvent.MERGED: "It was merged",
    HookEvent.UNMERGED: "A merge was undone",
    HookEvent.SPLIT: "It was split",
    HookEvent.LINKED: "It was linked, or a link was taken away",
    HookEvent.TAGGED: "Its tags changed",
    HookEvent.NOTED: "A note was added",
    HookEvent.TASK_CHANGED: "Its tasks changed",
    HookEvent.CLOCKS_CHANGED: "Its clocks were paused or run on",
    HookEvent.ACCESS_CHANGED: "Who may see it changed",
    HookEvent.HOLD_CHANGED: "A legal hold began or ended",
}
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


@router.post("/programs/webhooks")
def add_hook(
    request: Request,
    desk: DeskParts,
    session: ProvedWriter,
    name: Text = "",
    url: Text = "",
    role: Text = "",
    events: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Begin to tell a program, and show the secret of its calls, this once."""
    require(session, Right.CHANGE_SETTINGS)
    known = [HookEvent(one) for one in events or () if one in list(HookEvent)]
    typed = {"hook_name": name, "url": url, "role": role, "events": known}
    fault = _fault(name, url.strip(), role, known)
    if fault:
        return _show(request, desk, {"hook_typed": typed, "hook_problem": fault}, status=422)
    secret, actor, now = f"qmw_{new_token()}", session.officer.email, desk.clock()
    with desk.store.write() as tx:
        number = tx.webhooks.add(
            name=name.strip(), url=url.strip(), secret=secret, events=known, role=Role(role), made_by=actor, at=now
        )
        detail = {"host": (urlsplit(url.strip()).hostname or "")[:200], "events": sorted(known), "role": role}
        tx.audit.append(noted(desk, session, Action.WEBHOOK_ADDED, str(number), **detail))
    return _show(request, desk, {"secret": secret, "made": name})


@router.post("/programs/webhooks/{number}/{what}")
def change_hook(desk: DeskParts, session: ProvedWriter, number: int, what: str) -> Response:
    """Switch a program on again, or tell it nothing any more."""
    require(session, Right.CHANGE_SETTINGS)
    if not 0 < number < 2**62 or what not in {"on", "remove"}:
        raise NotThere
    with desk.store.write() as tx:
        if not (tx.webhooks.enable(number) if what == "on" else tx.webhooks.remove(number)):
            raise NotThere
        action = Action.WEBHOOK_CHANGED if what == "on" else Action.WEBHOOK_REMOVED
        tx.audit.append(noted(desk, session, action, str(number)))
    return RedirectResponse(f"/programs?done={what}", status_code=303)


def _fault(name: str, url: str, role: str, events: list[HookEvent]) -> str:
    if not name.strip() or len(name) > 60 or not name.isprintable():
        return "Give it a name of at most 60 characters, by which people know it."
    if role not in SERVICE_ROLES:
        return "Choose which tickets it may hear of."
    if not events:
        return "Choose at least one thing to tell it."
    return fault_of(url)


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
        tokens, officers, hooks = tx.tokens.all(), tx.officers.all(), tx.webhooks.all()
        logs = {hook.id: tx.webhooks.log(hook.id) for hook in hooks}
    view = {
        "tokens": tokens,
        "hooks": hooks,
        "logs": logs,
        "event_words": EVENTS,
        "hook_typed": {"events": []},
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

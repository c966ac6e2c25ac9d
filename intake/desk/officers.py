"""Officers' accounts, for those who manage them: who there is, what they may do, and letting them in or not.

Nobody changes their own account here: so nobody gives themselves a right, and the last administrator stays one.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from intake.conflicts import search_for_new
from intake.desk.proving import Proved, ProvedWriter
from intake.desk.shared import Desk, DeskParts, NotThere, NotYours, Text, hashed, new_token, noted, page, require
from models.audit import Action
from models.officer import Officer, Session
from models.rights import RIGHTS, Right, Role
from storage.store import StoreError, Transaction

router = APIRouter()
LINK_LASTS = timedelta(days=1)
LONGEST = 200
ROLES = {
    Role.OFFICER: "Officer",
    Role.LEAD: "Lead",
    Role.CUSTODIAN: "Custodian of identities",
    Role.ADMINISTRATOR: "Administrator",
    Role.AUDITOR: "Auditor",
    Role.READ_ONLY: "Read only",
}
DONE = {
    "roles": "The roles are changed. They sign in again",
    "lock": "They are locked out, and signed out everywhere",
    "unlock": "They may sign in again",
    "sign-out": "They are signed out everywhere",
    "reset": "The codes are taken away. They set up new ones when they sign in next",
    "unlink": "The account elsewhere is not theirs any more, and they are signed out everywhere",
}


@router.get("/officers")
def show_officers(request: Request, desk: DeskParts, session: Proved) -> Response:
    """All officers, and a form for a new one."""
    require(session, Right.MANAGE_ACCOUNTS)
    return _list(request, desk, {})


@router.post("/officers")
def add(
    request: Request,
    desk: DeskParts,
    session: ProvedWriter,
    email: Text = "",
    name: Text = "",
    roles: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Add an officer, and show a link with which they sign in and choose a password, this once."""
    require(session, Right.MANAGE_ACCOUNTS)
    email, name, wanted = email.strip(), " ".join(name.split()), _roles(roles)
    typed = {"email": email, "name": name, "roles": wanted}
    problems = _faults(email, name, wanted)
    if problems:
        return _list(request, desk, {"typed": typed, "problems": problems}, status=422)
    token = new_token()
    with desk.store.write() as tx:
        if tx.officers.by_email(email) is not None:
            problems = {"email": "There is an officer with this address already"}
            return _list(request, desk, {"typed": typed, "problems": problems}, status=422)
        made = tx.officers.add(email=email, name=name, roles=wanted, at=desk.clock())
        tx.audit.append(noted(desk, session, Action.OFFICER_ADDED, made.email, roles=sorted(wanted)))
        _keep_link(tx, desk, session, made, token)
    answer = _list(request, desk, {"link": _link(request, desk, token), "made": made})
    answer.background = BackgroundTask(search_for_new, desk.store, desk.clock)
    return answer


@router.get("/officers/{number}")
def show_officer(request: Request, desk: DeskParts, session: Proved, number: int, done: str = "") -> Response:
    """One account, and what can be done with it."""
    require(session, Right.MANAGE_ACCOUNTS)
    return _one(request, desk, session, number, {"done": DONE.get(done, "")})


@router.post("/officers/{number}/roles")
def change_roles(
    request: Request,
    desk: DeskParts,
    session: ProvedWriter,
    number: int,
    roles: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Give an officer these roles and no others. They sign in again: a role may ask for a second factor."""
    require(session, Right.MANAGE_ACCOUNTS)
    wanted = _roles(roles)
    if not wanted:
        return _one(request, desk, session, number, {"problems": {"roles": "Choose at least one role"}}, status=422)

    def do(tx: Transaction, officer: Officer) -> None:
        tx.officers.set_roles(officer.id, wanted)
        tx.officers.end_sessions(officer.id)
        facts = {"before": sorted(officer.roles), "after": sorted(wanted)}
        tx.audit.append(noted(desk, session, Action.OFFICER_ROLES_CHANGED, officer.email, **facts))

    return _change(request, desk, session, number, do, "roles")


@router.post("/officers/{number}/link")
def make_link(request: Request, desk: DeskParts, session: ProvedWriter, number: int) -> Response:
    """Make a link with which an officer signs in once, for example after a forgotten password, and show it."""
    require(session, Right.MANAGE_ACCOUNTS)
    token = new_token()
    with desk.store.write() as tx:
        officer = _other(tx, session, number)
        if not officer.active:
            raise NotThere
        _keep_link(tx, desk, session, officer, token)
    return _one(request, desk, session, number, {"link": _link(request, desk, token)})


@router.post("/officers/{number}/{what}")
def change(request: Request, desk: DeskParts, session: ProvedWriter, number: int, what: str) -> Response:
    """Lock out or let in, sign out everywhere, take the second factor or accounts elsewhere away."""
    require(session, Right.MANAGE_ACCOUNTS)
    if what not in DONE or what == "roles":
        raise NotThere

    def do(tx: Transaction, officer: Officer) -> None:
        action, facts = _act(tx, officer, what)
        tx.audit.append(noted(desk, session, action, officer.email, **facts))

    return _change(request, desk, session, number, do, what)


def _act(tx: Transaction, officer: Officer, what: str) -> tuple[Action, dict[str, Any]]:
    if what in ("lock", "unlock"):
        tx.officers.set_active(officer.id, active=what == "unlock")
        return (Action.OFFICER_UNLOCKED if what == "unlock" else Action.OFFICER_LOCKED), {}
    if what == "sign-out":
        return Action.SESSIONS_ENDED, {"number": tx.officers.end_sessions(officer.id)}
    gone = tx.sign_ins.reset_second_factor(officer.id) if what == "reset" else tx.sign_ins.unlink_outside(officer.id)
    if not gone:
        raise NotThere
    ended = tx.officers.end_sessions(officer.id)
    return (Action.SECOND_FACTOR_RESET if what == "reset" else Action.OUTSIDE_ACCOUNT_UNLINKED), {"sessions": ended}


def _change(
    request: Request,
    desk: Desk,
    session: Session,
    number: int,
    do: Callable[[Transaction, Officer], None],
    done: str,
) -> Response:
    try:
        with desk.store.write() as tx:
            do(tx, _other(tx, session, number))
    except StoreError as fault:
        if fault.retry:
            raise
        return _one(request, desk, session, number, {"problems": {"roles": str(fault).capitalize()}}, status=422)
    return RedirectResponse(f"/officers/{number}?done={done}", status_code=303)


def _other(tx: Transaction, session: Session, number: int) -> Officer:
    """The officer whose account is to be changed. Raises NotThere, and NotYours for one's own."""
    officer = _found(tx, number)
    if officer.id == session.officer.id:
        raise NotYours
    return officer


def _found(tx: Transaction, number: int) -> Officer:
    officer = next((one for one in tx.officers.all() if one.id == number), None)
    if officer is None:
        raise NotThere
    return officer


def _keep_link(tx: Transaction, desk: Desk, session: Session, officer: Officer, token: str) -> None:
    expires = desk.clock() + LINK_LASTS
    tx.officers.add_one_time(officer_id=officer.id, token_hash=hashed(token), expires_at=expires)
    tx.audit.append(noted(desk, session, Action.OFFICER_LINK_MADE, officer.email))


def _link(request: Request, desk: Desk, token: str) -> str:
    address = desk.settings.address or str(request.base_url).rstrip("/")
    return f"{address}/sign-in/one-time?token={token}"


def _roles(typed: list[str] | None) -> frozenset[Role]:
    return frozenset(Role(one) for one in typed or () if one in list(Role))


def _faults(email: str, name: str, roles: frozenset[Role]) -> dict[str, str]:
    problems = {}
    if not name or len(name) > LONGEST or not name.isprintable():
        problems["name"] = "Give the full name: by it tickets about them are hidden from them"
    plain = email.isprintable() and not any(sign.isspace() for sign in email) and len(email) <= LONGEST
    if not plain or email.count("@") != 1 or email[0] == "@" or email[-1] == "@":
        problems["email"] = "Give an e-mail address, such as sam@trust.example"
    if not roles:
        problems["roles"] = "Choose at least one role"
    return problems


def _list(request: Request, desk: Desk, facts: dict[str, Any], *, status: int = 200) -> Response:
    with desk.store.read() as tx:
        officers = tx.officers.all()
    told = {"officers": officers, "typed": {"roles": frozenset({Role.OFFICER})}, **_words()}
    return page(request, "officers.html", {**told, **facts}, status=status)


def _one(
    request: Request, desk: Desk, session: Session, number: int, facts: dict[str, Any], *, status: int = 200
) -> Response:
    with desk.store.read() as tx:
        one = _found(tx, number)
        told = {
            "one": one,
            "sessions": tx.sign_ins.sessions(one.id, desk.clock()),
            "second_factor": tx.sign_ins.second_factor(one.id),
            "elsewhere": tx.sign_ins.outside_of(one.id),
            "places": [desk.words.providers[code].name for code in tx.officers.places(one.id)],
        }
    told |= {"mine": one.id == session.officer.id, **_words()}
    return page(request, "officer.html", {**told, **facts}, status=status)


def _words() -> dict[str, Any]:
    may = {role: "; ".join(right.value for right in Right if right in RIGHTS[role]) for role in Role}
    return {"role_words": ROLES, "role_may": may}

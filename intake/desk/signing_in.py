"""Signing in and out, one-time links, and one's own password."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from intake.desk.shared import Desk, DeskParts, FormIsStale, Reader, Writer, hashed, new_token, noted, page, same
from models.audit import Act, Action
from models.officer import Officer

router = APIRouter()
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1_000
_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody has this password")
"""Checked when there is no such officer, so that the answer takes as long as for one there is."""
Text = Annotated[str, Form(max_length=LONGEST_PASSWORD)]


@router.get("/sign-in")
def show_sign_in(request: Request, desk: DeskParts, after: str = "/") -> Response:
    """The sign-in form."""
    return _sign_in_form(request, desk, {"after": _safe(after)})


@router.post("/sign-in")
def sign_in(
    request: Request, desk: DeskParts, email: Text = "", password: Text = "", token: Text = "", after: Text = "/"
) -> Response:
    """Sign in with e-mail address and password. One answer for every way in which it can fail."""
    if not same(token, request.cookies.get(desk.settings.form_cookie, "")):
        raise FormIsStale
    client = f"client {request.client.host if request.client else ''}"
    account = f"account {email[:200]}"
    if _too_many(desk, account, client):
        facts = {"after": _safe(after), "email": email, "problem": "Too many tries. Please wait 15 minutes."}
        return _sign_in_form(request, desk, facts, status=429)
    officer = _officer_with(desk, email, password)
    with desk.store.write() as tx:
        if officer is None:
            tx.officers.note_failure(account, desk.clock())
            tx.officers.note_failure(client, desk.clock())
            known = tx.officers.by_email(email)
            # An address that is no officer's may be anybody's: it is not kept.
            subject = known.email if known else "no officer"
            tx.audit.append(_failed(desk, subject))
        else:
            tx.officers.clear_failures(account)
    if officer is None:
        problem = "The e-mail address or the password is not right."
        facts = {"after": _safe(after), "email": email, "problem": problem}
        return _sign_in_form(request, desk, facts, status=401)
    return _open_session(desk, officer, _safe(after))


@router.get("/sign-in/one-time")
def show_one_time(request: Request, desk: DeskParts, token: str = "") -> Response:
    """A button: a mail scanner that follows the link must not use it up."""
    return _with_form_token(
        request, desk, lambda form: page(request, "one_time.html", {"link_token": token, "form_token": form})
    )


@router.post("/sign-in/one-time")
def use_one_time(request: Request, desk: DeskParts, link_token: Text = "", token: Text = "") -> Response:
    """Sign in with a one-time link."""
    if not same(token, request.cookies.get(desk.settings.form_cookie, "")):
        raise FormIsStale
    with desk.store.write() as tx:
        officer = tx.officers.use_one_time(hashed(link_token), desk.clock())
        if officer is None:
            tx.audit.append(_failed(desk, "one-time link"))
    if officer is None:
        problem = "That link has been used, or it is too old. Please ask for a new one."
        return _sign_in_form(request, desk, {"after": "/", "problem": problem}, status=401)
    return _open_session(desk, officer, "/" if officer.password_hash else "/account/password")


@router.post("/sign-out")
def sign_out(request: Request, desk: DeskParts, session: Writer) -> Response:
    """Sign out of this browser."""
    with desk.store.write() as tx:
        tx.officers.close_session(hashed(request.cookies.get(desk.settings.session_cookie, "")))
        tx.audit.append(noted(desk, session, Action.SIGNED_OUT, session.officer.email))
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(desk.settings.session_cookie, path="/", secure=desk.settings.secure_cookies, httponly=True)
    return response


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
    problems: dict[str, str] = {}
    if officer.password_hash and not _matches(officer.password_hash, now):
        problems["now"] = "That is not your password now"
    if len(new) < SHORTEST_PASSWORD:
        problems["new"] = f"Use at least {SHORTEST_PASSWORD} characters. Three random words are good"
    elif new != again:
        problems["again"] = "The two new passwords differ"
    if problems:
        facts = {"has_password": bool(officer.password_hash), "problems": problems}
        return page(request, "password.html", facts, status=422)
    with desk.store.write() as tx:
        tx.officers.set_password(officer.id, _hasher.hash(new))
        tx.audit.append(noted(desk, session, Action.PASSWORD_CHANGED, officer.email))
    return _open_session(desk, officer, "/")


def _failed(desk: Desk, subject: str) -> Act:
    return Act(at=desk.clock(), actor="desk", action=Action.SIGN_IN_FAILED, subject=subject)


def _sign_in_form(request: Request, desk: Desk, facts: dict[str, str], *, status: int = 200) -> Response:
    return _with_form_token(
        request, desk, lambda form: page(request, "sign_in.html", {**facts, "form_token": form}, status=status)
    )


def _with_form_token(request: Request, desk: Desk, make: Callable[[str], Response]) -> Response:
    """A form that nobody is signed in for: its token is kept in a cookie of its own and must come back with it."""
    token = request.cookies.get(desk.settings.form_cookie) or new_token()
    response = make(token)
    response.set_cookie(
        desk.settings.form_cookie, token, path="/", secure=desk.settings.secure_cookies, httponly=True, samesite="lax"
    )
    return response


def _officer_with(desk: Desk, email: str, password: str) -> Officer | None:
    with desk.store.read() as tx:
        officer = tx.officers.by_email(email)
    known = officer.password_hash if officer and officer.password_hash else _NOBODY
    right = _matches(known, password)
    if not right or officer is None or not officer.active or not officer.password_hash:
        return None
    if _hasher.check_needs_rehash(officer.password_hash):
        with desk.store.write() as tx:
            tx.officers.set_password(officer.id, _hasher.hash(password))
    return officer


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerificationError:
        return False


def _too_many(desk: Desk, account: str, client: str) -> bool:
    since = desk.clock() - desk.settings.failure_window
    with desk.store.read() as tx:
        of_account = tx.officers.failures(account, since)
        of_client = tx.officers.failures(client, since)
    return of_account >= desk.settings.account_failures or of_client >= desk.settings.client_failures


def _open_session(desk: Desk, officer: Officer, after: str) -> Response:
    token = new_token()
    expires_at = desk.clock() + timedelta(hours=desk.settings.session_hours)
    with desk.store.write() as tx:
        tx.officers.open_session(
            officer_id=officer.id, token_hash=hashed(token), csrf=new_token(), expires_at=expires_at
        )
        act = Act(at=desk.clock(), actor=officer.email, action=Action.SIGNED_IN, subject=officer.email)
        tx.audit.append(act)
    response = RedirectResponse(after, status_code=303)
    response.set_cookie(
        desk.settings.session_cookie,
        token,
        path="/",
        max_age=desk.settings.session_hours * 3600,
        secure=desk.settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )
    return response


def _safe(after: str) -> str:
    """Only a path of our own: a sign-in must not end on somebody else's page."""
    parts = urlsplit(after.replace("\\", "/"))
    ours = after.startswith("/") and not after.startswith("//") and not parts.netloc and not parts.scheme
    return after if ours and "\\" not in after and after.isprintable() else "/"

"""Signing in and out, one-time links, and one's own password."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from intake.authenticating import TooManyTries
from intake.desk.cookies import forget, keep
from intake.desk.entering import enter, safe
from intake.desk.outside import after_sign_out, offered
from intake.desk.shared import Desk, DeskParts, FormIsStale, Writer, hashed, new_token, noted, page, same
from intake.tries import WAIT
from models.audit import Act, Action
from models.sign_in import LINK

router = APIRouter()
LONGEST_PASSWORD = 1_000
Text = Annotated[str, Form(max_length=LONGEST_PASSWORD)]


@router.get("/sign-in")
def show_sign_in(request: Request, desk: DeskParts, after: str = "/") -> Response:
    """The sign-in form."""
    return _sign_in_form(request, desk, {"after": safe(after)})


@router.post("/sign-in")
def sign_in(
    request: Request, desk: DeskParts, email: Text = "", password: Text = "", token: Text = "", after: Text = "/"
) -> Response:
    """Sign in with e-mail address and password. One answer for every way in which it can fail."""
    if not same(token, request.cookies.get(desk.settings.form_cookie, "")):
        raise FormIsStale
    try:
        officer = desk.authenticator.by_password(email, password, host=request.client.host if request.client else "")
    except TooManyTries:
        facts = {"after": safe(after), "email": email, "problem": WAIT}
        return _sign_in_form(request, desk, facts, status=429)
    if officer is None:
        with desk.store.write() as tx:
            known = tx.officers.by_email(email)
            # An address that is no officer's may be anybody's: it is not kept.
            tx.audit.append(_failed(desk, known.email if known else "no officer"))
        problem = "The e-mail address or the password is not right."
        facts = {"after": safe(after), "email": email, "problem": problem}
        return _sign_in_form(request, desk, facts, status=401)
    return enter(request, desk, officer, after=safe(after))


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
    return enter(request, desk, officer, after="/" if officer.password_hash else "/account/password", way=LINK)


@router.post("/sign-out")
def sign_out(request: Request, desk: DeskParts, session: Writer) -> Response:
    """Sign out of this browser."""
    with desk.store.write() as tx:
        tx.officers.close_session(hashed(request.cookies.get(desk.settings.session_cookie, "")))
        tx.audit.append(noted(desk, session, Action.SIGNED_OUT, session.officer.email))
    response = RedirectResponse(after_sign_out(desk, session), status_code=303)
    forget(response, desk.settings, desk.settings.session_cookie)
    return response


def _failed(desk: Desk, subject: str) -> Act:
    return Act(at=desk.clock(), actor="desk", action=Action.SIGN_IN_FAILED, subject=subject)


def _sign_in_form(request: Request, desk: Desk, facts: dict[str, str], *, status: int = 200) -> Response:
    known = {**facts, "outside": offered(desk)}
    return _with_form_token(
        request, desk, lambda form: page(request, "sign_in.html", {**known, "form_token": form}, status=status)
    )


def _with_form_token(request: Request, desk: Desk, make: Callable[[str], Response]) -> Response:
    """A form that nobody is signed in for: its token is kept in a cookie of its own and must come back with it."""
    token = request.cookies.get(desk.settings.form_cookie) or new_token()
    response = make(token)
    keep(response, desk.settings, desk.settings.form_cookie, token)
    return response

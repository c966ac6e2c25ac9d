"""The second factor: its code at the sign-in, setting it up, and recovery codes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from intake import second_factor
from intake.authenticating import TooManyTries
from intake.desk.entering import open_session, safe
from intake.desk.proving import Proved, ProvedWriter
from intake.desk.shared import Desk, DeskParts, FormIsStale, NotSignedIn, Text, any_session, noted, page, same
from intake.tries import WAIT
from models.audit import Act, Action
from models.officer import Session
from models.sign_in import Stage

router = APIRouter()
WRONG = "That code is not right, or it was used before. Wait for the next one"


def _after_password(request: Request) -> Session:
    return _of_stage(request, Stage.CODE)


def _without_factor(request: Request) -> Session:
    return _of_stage(request, Stage.SETTING_UP)


def _of_stage(request: Request, stage: Stage) -> Session:
    session = any_session(request)
    if session is None or session.stage is not stage:
        raise NotSignedIn
    return session


AfterPassword = Annotated[Session, Depends(_after_password)]
WithoutFactor = Annotated[Session, Depends(_without_factor)]


@router.get("/sign-in/code")
def show_code(request: Request, session: AfterPassword, after: str = "/") -> Response:
    """Ask for a code, after the password was right."""
    return _code_form(request, session, safe(after))


@router.post("/sign-in/code")
def take_code(
    request: Request, desk: DeskParts, session: AfterPassword, csrf: Text = "", code: Text = "", after: Text = "/"
) -> Response:
    """Let in with a code of the app, or a recovery code. After too many wrong ones the password is asked for again."""
    _insist(csrf, session)
    officer = session.officer
    try:
        right = desk.authenticator.by_code(officer, code)
    except TooManyTries:
        with desk.store.write() as tx:
            tx.officers.close_session(session.token_hash)
        return _code_form(request, session, safe(after), {"code": WAIT}, status=429)
    if not right:
        with desk.store.write() as tx:
            act = Act(at=desk.clock(), actor="desk", action=Action.SIGN_IN_FAILED, subject=officer.email)
            tx.audit.append(act)
        return _code_form(request, session, safe(after), {"code": WRONG}, status=401)
    response = RedirectResponse(safe(after), status_code=303)
    open_session(request, desk, officer, response, way=session.way)
    return response


@router.get("/sign-in/second-factor")
def show_first_set_up(request: Request, desk: DeskParts, session: WithoutFactor, after: str = "/") -> Response:
    """Set the second factor up, because the officer's role wants one."""
    return _set_up_form(request, desk, session, "/sign-in/second-factor", safe(after))


@router.post("/sign-in/second-factor")
def first_set_up(
    request: Request, desk: DeskParts, session: WithoutFactor, csrf: Text = "", code: Text = "", after: Text = "/"
) -> Response:
    """Take the first code of the app; then the sign-in is whole."""
    _insist(csrf, session)
    codes = _confirm(desk, session, code)
    if codes is None:
        problems = {"code": WRONG}
        return _set_up_form(request, desk, session, "/sign-in/second-factor", safe(after), problems, status=422)
    response = page(request, "recovery_codes.html", {"codes": codes, "after": safe(after)})
    open_session(request, desk, session.officer, response, way=session.way)
    return response


@router.get("/account/second-factor")
def show_set_up(request: Request, desk: DeskParts, session: Proved) -> Response:
    """Set a second factor up, or another one in place of it."""
    return _set_up_form(request, desk, session, "/account/second-factor", "/account")


@router.post("/account/second-factor")
def set_up(request: Request, desk: DeskParts, session: ProvedWriter, code: Text = "") -> Response:
    """Take the first code of the app; all other sessions end."""
    codes = _confirm(desk, session, code)
    if codes is None:
        problems = {"code": WRONG}
        return _set_up_form(request, desk, session, "/account/second-factor", "/account", problems, status=422)
    with desk.store.write() as tx:
        tx.sign_ins.end_others(session.officer.id, session.token_hash)
    return page(request, "recovery_codes.html", {"codes": codes, "after": "/account"})


@router.post("/account/recovery-codes")
def make_codes(request: Request, desk: DeskParts, session: ProvedWriter) -> Response:
    """Make new recovery codes; the old ones stop to work."""
    codes = second_factor.new_recovery_codes()
    with desk.store.write() as tx:
        if tx.sign_ins.second_factor(session.officer.id) is None:
            raise FormIsStale
        tx.sign_ins.new_codes(session.officer.id, [second_factor.digest(one) for one in codes])
        tx.audit.append(noted(desk, session, Action.RECOVERY_CODES_MADE, session.officer.email))
    return page(request, "recovery_codes.html", {"codes": codes, "after": "/account"})


def _confirm(desk: Desk, session: Session, typed: str) -> tuple[str, ...] | None:
    """The new recovery codes, once the app has given its first code; None when that is wrong."""
    officer, now = session.officer, desk.clock()
    codes = second_factor.new_recovery_codes()
    digests = [second_factor.digest(one) for one in codes]
    with desk.store.write() as tx:
        step = second_factor.step_of(tx.sign_ins.coming(officer.id, second_factor.new_secret()), typed, now)
        if step is None or not tx.sign_ins.confirm(officer.id, step=step, at=now, codes=digests):
            return None
        tx.audit.append(noted(desk, session, Action.SECOND_FACTOR_SET, officer.email))
    return codes


def _set_up_form(
    request: Request,
    desk: Desk,
    session: Session,
    action: str,
    after: str,
    problems: dict[str, str] | None = None,
    *,
    status: int = 200,
) -> Response:
    with desk.store.write() as tx:
        secret = tx.sign_ins.coming(session.officer.id, second_factor.new_secret())
    address = second_factor.uri(secret, email=session.officer.email, service=desk.settings.service_name)
    facts = {
        "action": action,
        "after": after,
        "form_csrf": session.csrf,
        "secret": second_factor.in_groups(secret),
        "qr_code": second_factor.qr_code(address),
        "problems": problems,
        "wanted": session.stage is Stage.SETTING_UP,
    }
    return page(request, "second_factor.html", facts, status=status)


def _code_form(
    request: Request, session: Session, after: str, problems: dict[str, str] | None = None, *, status: int = 200
) -> Response:
    facts = {"after": after, "form_csrf": session.csrf, "problems": problems}
    return page(request, "code.html", facts, status=status)


def _insist(csrf: str, session: Session) -> None:
    if not same(csrf, session.csrf):
        raise FormIsStale

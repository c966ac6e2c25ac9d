"""Showing again that it is still the officer, before what must not happen by an unlocked screen alone.

A page that shows such a thing takes `Proved` instead of `Reader`, and a form that does it `ProvedWriter` instead of
`Writer`. Whoever has not shown it within `[sign_in] proof_minutes` is led to a page that asks for it, and then back. A
form is not sent a second time, so its page should take `Proved` as well: then nobody types a reason in vain.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.routing import Match

from intake.authenticating import TooManyTries
from intake.desk.entering import safe, with_after
from intake.desk.outside import offered
from intake.desk.shared import Desk, DeskParts, Reader, Text, Writer, desk_of, noted, page
from intake.tries import WAIT
from models.audit import Action
from models.officer import Session

router = APIRouter()


class ProofWanted(Exception):
    """The officer has not shown lately that it is them."""


def freshly_proved(desk: Desk, session: Session) -> bool:
    """Whether the officer has shown lately that it is them."""
    return session.proved_at is not None and desk.clock() - session.proved_at < desk.settings.entry.proof_lasts


def insist_on_proof(desk: Desk, session: Session) -> None:
    """For what needs a proof only at times; raises ProofWanted without a fresh one."""
    if not freshly_proved(desk, session):
        raise ProofWanted


def proved(request: Request, session: Reader) -> Session:
    """The session of an officer who has shown lately that it is them; raises ProofWanted."""
    insist_on_proof(desk_of(request), session)
    return session


def proved_writer(request: Request, session: Writer) -> Session:
    """The same for a form; nothing of the form is done."""
    return proved(request, session)


Proved = Annotated[Session, Depends(proved)]
"""For pages that show what must not be seen over an unlocked screen."""
ProvedWriter = Annotated[Session, Depends(proved_writer)]
"""For forms that do what must not be done from an unlocked screen."""


def ask_for_proof(request: Request, _error: Exception) -> Response:
    """Lead to the page that asks, and from there back to the page that was wanted, or that the form stood on."""
    return RedirectResponse(with_after("/prove", _page_of(request)), status_code=303)


@router.get("/prove")
def show_proof(request: Request, desk: DeskParts, session: Reader, after: str = "/") -> Response:
    """Ask the officer to show that it is them."""
    return _form(request, desk, session, safe(after))


@router.post("/prove")
def prove(request: Request, desk: DeskParts, session: Writer, proof: Text = "", after: Text = "/") -> Response:
    """Take a code of the app, or without one the password."""
    officer = session.officer
    try:
        if _has_code(desk, session):
            right = desk.authenticator.by_code(officer, proof)
        else:
            right = desk.authenticator.by_password(officer.email, proof) is not None
    except TooManyTries:
        return _form(request, desk, session, safe(after), {"proof": WAIT}, status=429)
    with desk.store.write() as tx:
        if right:
            tx.sign_ins.proved(session.token_hash, desk.clock())
        tx.audit.append(noted(desk, session, Action.PROVED_AGAIN if right else Action.PROOF_FAILED, officer.email))
    if not right:
        return _form(request, desk, session, safe(after), {"proof": "That is not right. Please try again"}, status=401)
    return RedirectResponse(safe(after), status_code=303)


def _form(
    request: Request,
    desk: Desk,
    session: Session,
    after: str,
    problems: dict[str, str] | None = None,
    *,
    status: int = 200,
) -> Response:
    facts = {
        "after": after,
        "problems": problems,
        "by_code": _has_code(desk, session),
        "by_password": bool(session.officer.password_hash),
        "outside": offered(desk, session),
    }
    return page(request, "prove.html", facts, status=status)


def _has_code(desk: Desk, session: Session) -> bool:
    with desk.store.read() as tx:
        return tx.sign_ins.second_factor(session.officer.id) is not None


def _page_of(request: Request) -> str:
    """The page that was asked for; of a form that has no page by its own address, the nearest one above it."""
    path = request.url.path
    if request.method == "GET":
        return f"{path}?{request.url.query}" if request.url.query else path
    while path != "/" and not _is_page(request, path):
        path = path.rpartition("/")[0] or "/"
    return path


def _is_page(request: Request, path: str) -> bool:
    scope = {**request.scope, "method": "GET", "path": path, "path_params": {}}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)

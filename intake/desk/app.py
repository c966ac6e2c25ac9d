"""The desk as one application."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from intake.api.app import PREFIX, create_api
from intake.desk import (
    access,
    account,
    acknowledging,
    belonging,
    bulk,
    calls,
    chosen,
    closing,
    dashboard,
    exporting,
    files,
    held,
    letters,
    live,
    notes,
    officers,
    outside,
    programs,
    proving,
    queue,
    sealed,
    search,
    second_factors,
    signing_in,
    status,
    tasks,
    ticket,
    unlisted,
    views,
    whole_mail,
)
from intake.desk.proving import ProofWanted, ask_for_proof
from intake.desk.security import SecurityHeaders, guards
from intake.desk.settings import DeskSettings
from intake.desk.shared import (
    Desk,
    FormIsStale,
    Locked,
    NotSignedIn,
    NotThere,
    NotYours,
    make_pages,
    page,
    session_or_none,
)
from intake.letters import LetterRoom
from models.framework import Reference
from models.masked_message import FindPersonal, by_rules_alone
from models.rights import SYSTEM
from storage.store import NotForViewer, Store, StoreError

STATIC = Path(__file__).parent / "static"
VENDOR = STATIC / "vendor" / "nhsuk"
_log = structlog.get_logger(__name__)


class AssetsMissing(Exception):
    """The NHS design system's files are not there: the set-up has not been run."""


def create_desk(
    *,
    store: Store,
    reference: Reference,
    settings: DeskSettings,
    clock: Callable[[], datetime],
    letter_room: LetterRoom | None = None,
    find_personal: FindPersonal = by_rules_alone,
) -> FastAPI:
    """The application; without a letter room nobody is written to from it.

    Raises AssetsMissing before `make setup` has been run.
    """
    if not (VENDOR / "nhsuk-frontend.min.css").is_file():
        raise AssetsMissing("the desk's style sheets are missing; run 'make setup'")
    application = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    pages = make_pages(reference, settings, clock)
    application.state.desk = Desk(
        store=store,
        words=reference,
        settings=settings,
        clock=clock,
        pages=pages,
        letters=letter_room or LetterRoom(words=reference),
        find_personal=find_personal,
    )
    application.mount("/assets", StaticFiles(directory=VENDOR / "assets"), name="assets")
    application.mount("/static", StaticFiles(directory=STATIC), name="static")
    _add_pages(application, settings)
    if settings.api.enabled:
        application.state.api = create_api(application, settings.api)
        application.mount(PREFIX, application.state.api)
    application.add_api_route("/healthz", _health, methods=["GET"])
    _add_answers_to_errors(application)
    application.add_middleware(SecurityHeaders)
    return application


def _add_pages(application: FastAPI, settings: DeskSettings) -> None:
    extra = (more.router for more in settings.extra_pages)
    for router in (
        signing_in.router,
        outside.router,
        second_factors.router,
        proving.router,
        account.router,
        queue.router,
        live.router,
        views.router,
        bulk.router,
        calls.router,
        chosen.router,
        search.router,
        ticket.router,
        whole_mail.router,
        files.router,
        letters.router,
        closing.router,
        acknowledging.router,
        notes.router,
        access.router,
        belonging.router,
        tasks.router,
        sealed.router,
        exporting.router,
        held.router,
        status.router,
        dashboard.router,
        unlisted.router,
        programs.router,
        officers.router,
        *extra,
    ):
        application.include_router(router)


def _health(request: Request) -> Response:
    desk: Desk = request.app.state.desk
    try:
        with desk.store.read() as tx:
            tx.tickets.counts(SYSTEM)
    except StoreError:
        return PlainTextResponse("not ready", status_code=503)
    return PlainTextResponse("ready")


def _add_answers_to_errors(application: FastAPI) -> None:
    for kind, answer in (
        (NotSignedIn, _to_sign_in),
        (ProofWanted, ask_for_proof),
        (FormIsStale, _stale_form),
        (NotThere, _not_there),
        (NotForViewer, _not_there),
        (NotYours, _not_yours),
        (Locked, _locked),
        (RequestValidationError, _not_valid),
        (HTTPException, _by_status),
        (StoreError, _store_away),
        (Exception, _broken),
    ):
        application.add_exception_handler(kind, answer)


def _to_sign_in(request: Request, _error: Exception) -> Response:
    after = request.url.path if request.method == "GET" else "/"
    return RedirectResponse(f"/sign-in?after={after}", status_code=303)


def _stale_form(request: Request, _error: Exception) -> Response:
    return _error_page(
        request, 403, "This form is too old", "Nothing was saved. Go back, load the page again, and send it again."
    )


def _not_there(request: Request, _error: Exception) -> Response:
    return _error_page(request, 404, "Page not found", "Check the address, or go back to the queue.")


def _not_yours(request: Request, _error: Exception) -> Response:
    words = "Your account does not have the right to do this. Ask an administrator if you need it."
    return _error_page(request, 403, "This is not open to you", words)


def _locked(request: Request, error: Exception) -> Response:
    return _error_page(request, 403, "This is locked", str(error))


def _not_valid(request: Request, _error: Exception) -> Response:
    words = "Something in the address or the form was not as it should be."
    return _error_page(request, 422, "We could not read that", words)


def _by_status(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return _not_there(request, error)
    return _error_page(request, status, "That does not work here", "Go back to the queue and try another way.")


def _store_away(request: Request, error: Exception) -> Response:
    _log.error("desk.store", fault=type(error).__name__)
    words = "The store does not answer just now. Nothing is lost. Please try again in a minute."
    return _error_page(request, 503, "Please try again", words)


def _broken(request: Request, error: Exception) -> Response:
    _log.error("desk.failed", fault=type(error).__name__, path=request.url.path.split("/")[1])
    words = "This is our fault, not yours. Nothing is lost. Please try again."
    answer = _error_page(request, 500, "Something went wrong", words)
    answer.raw_headers.extend(guards(request.state.nonce))  # this answer goes out past SecurityHeaders
    return answer


def _error_page(request: Request, status: int, title: str, words: str) -> Response:
    request.state.nonce = getattr(request.state, "nonce", "")
    try:
        request.state.session = session_or_none(request)
    except StoreError:
        request.state.session = None
    return page(request, "error.html", {"title": title, "message": words}, status=status)

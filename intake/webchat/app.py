"""The site as one application, apart from the officers' desk."""

from pathlib import Path

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from intake.desk.app import VENDOR, AssetsMissing
from intake.desk.security import SecurityHeaders, guards
from intake.webchat import pages, talking
from intake.webchat.parts import Site, page
from storage.store import StoreError

STATIC = Path(__file__).parent / "static"
REFERRER = b"same-origin"
"""Our own forms say where they come from, by which they are known; other sites are told nothing."""
_log = structlog.get_logger(__name__)


def create_web(site: Site) -> FastAPI:
    """The application. Raises AssetsMissing before `make setup` has been run."""
    if not (VENDOR / "nhsuk-frontend.min.css").is_file():
        raise AssetsMissing("the style sheets are missing; run 'make setup'")
    application = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    application.state.site = site
    application.mount("/assets", StaticFiles(directory=VENDOR / "assets"), name="assets")
    application.mount("/static/vendor/nhsuk", StaticFiles(directory=VENDOR), name="vendor")
    application.mount("/static", StaticFiles(directory=STATIC), name="static")
    for router in (pages.router, talking.router):
        application.include_router(router)
    for kind, answer in (
        (RequestValidationError, _not_valid),
        (HTTPException, _by_status),
        (StoreError, _store_away),
        (Exception, _broken),
    ):
        application.add_exception_handler(kind, answer)
    longest = site.settings.upload_megabytes * 1024 * 1024 + 1_000_000
    application.add_middleware(SecurityHeaders, longest=longest, drained=4 * longest, referrer=REFERRER)
    return application


def _not_valid(request: Request, _error: Exception) -> Response:
    words = "Something in the form was not as it should be. Go back: what you wrote is still there."
    return _error_page(request, 422, "We could not read that", words)


def _by_status(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return _error_page(request, 404, "Page not found", "Check the address, or go to the first page.")
    words = "Go back: what you wrote is still there. Then try another way."
    return _error_page(request, status, "That does not work here", words)


def _store_away(request: Request, error: Exception) -> Response:
    _log.error("web.store", fault=type(error).__name__)
    words = "We cannot show this page just now. What you have sent is safe. Please try again in a minute."
    return _error_page(request, 503, "Please try again soon", words)


def _broken(request: Request, error: Exception) -> Response:
    _log.error("web.failed", fault=type(error).__name__, path=request.url.path.split("/")[1])
    words = "This is our fault, not yours. Go back: what you wrote is still there. Please send it again."
    answer = _error_page(request, 500, "Something went wrong", words)
    # This answer goes out past SecurityHeaders.
    answer.raw_headers.extend(guards(getattr(request.state, "nonce", ""), referrer=REFERRER))
    return answer


def _error_page(request: Request, status: int, title: str, words: str) -> Response:
    return page(request, "error.html", {"title": title, "message": words}, status=status)

"""What is answered when something is wrong: problem documents (RFC 9457), in words that say what to do."""

from typing import Any

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from storage.store import NotForViewer, StaleTicket, StoreError

_log = structlog.get_logger(__name__)
MEDIA = "application/problem+json"
TITLES = {
    400: "The request is not complete",
    401: "A token is needed",
    403: "This token does not open that",
    404: "There is no such thing, or not for this token",
    405: "That does not work here",
    409: "Somebody was faster",
    411: "The length is missing",
    413: "This is too long",
    422: "We could not read that",
    429: "Too many requests",
    500: "Something went wrong",
    503: "Please try again",
}


class ProblemDocument(BaseModel):
    """What is wrong, and what to do. `faults` names fields."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    faults: dict[str, str] | None = None


class Problem(Exception):
    """A request that cannot be answered as it was meant."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        faults: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.faults = faults
        self.headers = headers or {}


def not_there() -> Problem:
    """There is nothing, or it is not for them: the answer must not tell which."""
    return Problem(404, "Check the address. What is not for this token looks the same as what is not there.")


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {
        "model": ProblemDocument,
        "description": TITLES[status],
    }
    for status in (400, 401, 403, 404, 409, 413, 422, 429, 503)
}
"""For the document: any path may answer so."""


def answer(
    status: int, detail: str, faults: dict[str, str] | None = None, headers: dict[str, str] | None = None
) -> Response:
    """A problem as it is sent."""
    document = ProblemDocument(title=TITLES.get(status, "That does not work"), status=status, detail=detail)
    document.faults = faults
    return JSONResponse(document.model_dump(exclude_none=True), status_code=status, headers=headers, media_type=MEDIA)


def of_problem(_request: Request, error: Exception) -> Response:
    """One that we raised ourselves."""
    assert isinstance(error, Problem)
    return answer(error.status, error.detail, error.faults, error.headers)


def of_validation(_request: Request, error: Exception) -> Response:
    """Fields that are not as they should be: where, and what; never what was sent."""
    assert isinstance(error, RequestValidationError)
    faults = {".".join(str(part) for part in one["loc"]): str(one["msg"]) for one in error.errors()}
    return answer(422, "Look at the fields that are named, and at the document of this interface.", faults)


def of_status(_request: Request, error: Exception) -> Response:
    """What the framework refuses by itself."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers) if error.headers else None
    return answer(error.status_code, "Check the address and the method.", headers=headers)


def of_store(_request: Request, error: Exception) -> Response:
    """The store is away, or the ticket has moved on."""
    if isinstance(error, StaleTicket):
        return answer(409, "The ticket has changed. Read it again, and decide on what it is now.")
    if isinstance(error, NotForViewer):
        return answer(404, not_there().detail)
    _log.error("api.store", fault=type(error).__name__)
    assert isinstance(error, StoreError)
    return answer(503, "The store does not answer just now. Nothing is lost.", headers={"Retry-After": "60"})


def of_fault(_request: Request, error: Exception) -> Response:
    """A fault of ours; nothing of it is told."""
    _log.error("api.failed", fault=type(error).__name__)
    return answer(500, "This is our fault, not yours.")

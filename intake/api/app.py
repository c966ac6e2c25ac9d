"""The interface for programs as one application, which the desk serves at `/api/v1`."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from intake.api import finding, problems, tickets
from intake.api.calling import Caller, Pace, Parts, called_by
from intake.api.problems import MEDIA, RESPONSES, Problem, ProblemDocument
from intake.api.shapes import TokenShape
from intake.desk.shared import Desk, hashed
from intake.settings.api import ApiConfig
from models.sign_in import Stage
from storage.store import NotForViewer, StaleTicket, StoreError

PREFIX = "/api/v1"
ABOUT = """What officers do on the desk, for programs. Send a token: `Authorization: Bearer …`.

Messages are masked. Who a reporter is never comes out here. Errors are problem documents (RFC 9457)."""
_bearer = HTTPBearer(auto_error=False)


def create_api(parent: FastAPI, settings: ApiConfig) -> FastAPI:
    """The interface over the parts of a desk, which lie in the state of its application."""
    api = FastAPI(
        title="Quality.me intake",
        version="1",
        description=ABOUT,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        servers=[{"url": PREFIX}],
        responses=RESPONSES,
        redirect_slashes=False,
    )
    api.state.parent, api.state.settings, api.state.pace = parent, settings, Pace()
    for router in (tickets.router, finding.router):
        api.include_router(router)
    api.add_api_route("/token", show_token, methods=["GET"], tags=["token"])
    api.add_api_route("/openapi.json", show_document, methods=["GET"], include_in_schema=False)
    for kind, answer in (
        (Problem, problems.of_problem),
        (RequestValidationError, problems.of_validation),
        (HTTPException, problems.of_status),
        (StaleTicket, problems.of_store),
        (NotForViewer, problems.of_store),
        (StoreError, problems.of_store),
        (Exception, problems.of_fault),
    ):
        api.add_exception_handler(kind, answer)
    return api


def show_token(caller: Annotated[Caller, Depends(called_by)]) -> TokenShape:
    """The token that asks: what it may, and until when."""
    token = caller.token
    return TokenShape(
        name=token.name,
        prefix=token.prefix,
        actor=caller.name,
        scopes=sorted(scope.value for scope in token.scopes if caller.opens(scope)),
        expires_at=token.expires_at,
    )


def show_document(
    request: Request, desk: Parts, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None
) -> Response:
    """The OpenAPI document of this interface, for officers who are signed in and for whoever has a token."""
    if not _signed_in(request, desk):
        called_by(request, desk, credentials)
    return JSONResponse(document(request.app))


def document(api: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, in which every error is a problem document."""
    whole = api.openapi()
    problem = {MEDIA: {"schema": {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}}}
    for path in whole["paths"].values():
        for call in path.values():
            for status, response in call["responses"].items():
                if int(status) >= 400:
                    response["content"] = problem
    return whole


def _signed_in(request: Request, desk: Desk) -> bool:
    """Whether the browser of an officer asks: it may read this document, and nothing else here."""
    token = request.cookies.get(desk.settings.session_cookie, "")
    if not token:
        return False
    with desk.store.read() as tx:
        session = tx.officers.session(hashed(token), desk.clock(), idle=desk.settings.entry.idle)
    return session is not None and session.stage is Stage.WHOLE

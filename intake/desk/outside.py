"""Signing in by an account elsewhere: to the provider and back, and out of it again.

What belongs to one journey is made of a random secret in a cookie of the browser that began it: so an answer works in
that browser only, and nothing has to be kept of journeys that never end.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from channels.base import Unavailable
from intake.admitting import NotAdmitted, admit
from intake.conflicts import search_for_new
from intake.desk.cookies import forget, keep
from intake.desk.entering import enter, safe
from intake.desk.shared import Desk, DeskParts, NotThere, page, same, signed_in
from intake.openid import Journey, NotGenuine, Provider
from models.audit import Act, Action
from models.officer import Officer, Session

router = APIRouter()
LASTS = timedelta(minutes=10)
LONGEST_AFTER = 500
_log = structlog.get_logger(__name__)


@router.get("/sign-in/with/{name}")
def go(request: Request, desk: DeskParts, name: str, after: str = "/", prove: str = "") -> Response:
    """Send the browser to the provider."""
    provider = _provider(desk, name)
    if prove:
        signed_in(request)
    facts = {
        "secret": secrets.token_urlsafe(32),
        "name": name,
        "after": safe(after) if len(after) <= LONGEST_AFTER else "/",
        "started": int(desk.clock().timestamp()),
        "prove": bool(prove),
    }
    try:
        address = provider.begin(_journey(desk, facts))
    except Unavailable as fault:
        return _not_in(request, desk, provider, f"unavailable: {fault}", status=503)
    response = RedirectResponse(address, status_code=303)
    kept = base64.urlsafe_b64encode(json.dumps(facts).encode()).decode()
    keep(response, desk.settings, desk.settings.outside_cookie, kept, lasts=LASTS)
    return response


@router.get("/sign-in/from/{name}")
def come_back(request: Request, desk: DeskParts, name: str, code: str = "", state: str = "") -> Response:
    """Take what the provider says, once, in the browser that was sent there."""
    provider = _provider(desk, name)
    response = _come_back(request, desk, provider, code, state)
    forget(response, desk.settings, desk.settings.outside_cookie)
    return response


def _come_back(request: Request, desk: Desk, provider: Provider, code: str, state: str) -> Response:
    facts = _kept(request, desk)
    if facts is None or facts["name"] != provider.settings.name or not same(state, _journey(desk, facts).state):
        return _not_in(request, desk, provider, "not this browser", status=400)
    if not code:
        return _not_in(request, desk, provider, "refused there", status=403)
    try:
        claims = provider.finish(code, _journey(desk, facts))
        if facts["prove"]:
            return _proved(request, desk, provider, claims["sub"], facts["after"])
        return _let_in(request, desk, provider, claims, facts["after"])
    except Unavailable as fault:
        return _not_in(request, desk, provider, f"unavailable: {fault}", status=503)
    except (NotGenuine, NotAdmitted) as fault:
        return _not_in(request, desk, provider, f"refused: {fault}", status=403)


def _let_in(request: Request, desk: Desk, provider: Provider, claims: Mapping[str, Any], after: str) -> Response:
    officer = admit(desk.store, desk.clock, provider.settings, claims)
    said = claims.get("amr")
    both = bool(set(provider.settings.second_factor).intersection(said if isinstance(said, list) else ()))
    response = enter(request, desk, officer, after=after, way=provider.settings.name, shown_both=both)
    if not officer.screened:
        response.background = BackgroundTask(search_for_new, desk.store, desk.clock)
    return response


@router.get("/signed-out/{name}")
def show_signed_out(request: Request, desk: DeskParts, name: str) -> Response:
    """After signing out of the desk: the account elsewhere is still signed in, and may have to end as well."""
    provider = _provider(desk, name)
    address = provider.sign_out_address(f"{desk.settings.address}/sign-in")
    return page(request, "signed_out.html", {"provider": provider.settings, "address": address})


def offered(desk: Desk, session: Session | None = None) -> list[dict[str, Any]]:
    """The providers to choose from; with a session only the one that it came by."""
    settings = [one.settings for one in desk.settings.providers]
    return [{"name": one.name, "label": one.label} for one in settings if session is None or one.name == session.way]


def _proved(request: Request, desk: Desk, provider: Provider, subject: str, after: str) -> Response:
    session = signed_in(request)
    with desk.store.write() as tx:
        officer: Officer | None = tx.sign_ins.of_outside(provider.settings.issuer, subject)
        right = officer is not None and officer.id == session.officer.id
        if right:
            tx.sign_ins.proved(session.token_hash, desk.clock())
            act = Act(
                at=desk.clock(),
                actor=session.officer.email,
                action=Action.PROVED_AGAIN,
                subject=session.officer.email,
                detail={"provider": provider.settings.name},
            )
            tx.audit.append(act)
    if not right:
        raise NotAdmitted("somebody else")
    return RedirectResponse(safe(after), status_code=303)


def _provider(desk: Desk, name: str) -> Provider:
    for provider in desk.settings.providers:
        if provider.settings.name == name:
            return provider
    raise NotThere


def _journey(desk: Desk, facts: dict[str, Any]) -> Journey:
    def made(purpose: str) -> str:
        digest = hashlib.sha256(f"{purpose}|{facts['secret']}".encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    return Journey(
        state=made("state"),
        nonce=made("nonce"),
        verifier=made("verifier"),
        redirect=f"{desk.settings.address}/sign-in/from/{facts['name']}",
        started=datetime.fromtimestamp(facts["started"], UTC),
        again=facts["prove"],
    )


def _kept(request: Request, desk: Desk) -> dict[str, Any] | None:
    """What the cookie says of the journey; None when there is none, it is too old, or it is not one of ours."""
    try:
        facts = json.loads(base64.urlsafe_b64decode(request.cookies.get(desk.settings.outside_cookie, "")))
        kinds = {"secret": str, "name": str, "after": str, "started": int, "prove": bool}
        whole = all(isinstance(facts[name], kind) for name, kind in kinds.items())
        age = desk.clock() - datetime.fromtimestamp(facts["started"], UTC)
    except (ValueError, KeyError, TypeError, OverflowError, OSError):
        return None
    return facts if whole and age <= LASTS and len(facts["secret"]) > 40 else None


def _not_in(request: Request, desk: Desk, provider: Provider, why: str, *, status: int) -> Response:
    """One answer for every way in which it fails; why is for those who run the service."""
    settings = provider.settings
    _log.warning("desk.outside", provider=settings.name, why=why)
    kind = why.partition(":")[0]
    detail = {"provider": settings.name, "why": why[:120]}
    with desk.store.write() as tx:
        act = Act(
            at=desk.clock(), actor="desk", action=Action.SIGN_IN_FAILED, subject="account elsewhere", detail=detail
        )
        tx.audit.append(act)
    words = {
        "unavailable": f"{settings.label} does not answer just now. Please try again, or sign in another way.",
        "not this browser": "That took too long, or it began in another browser. Please try again.",
    }.get(kind, f"You could not be signed in with {settings.label}. Ask the person who looks after this service.")
    return page(request, "not_in.html", {"message": words}, status=status)


def after_sign_out(desk: Desk, session: Session) -> str:
    """Where to go after signing out of the desk."""
    return f"/signed-out/{session.way}" if offered(desk, session) else "/sign-in"

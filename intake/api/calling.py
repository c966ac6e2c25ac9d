"""Who calls: the token behind a request, the rights behind the token, and how often it may call."""

import hmac
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from intake.api.problems import Problem
from intake.desk.shared import Desk
from intake.tokens import MARK, hashed
from models.audit import Act, Action
from models.interface import NEEDS, ApiToken, Scope
from models.rights import Viewer, may
from storage.tokens import USED_EVERY

MINUTE = timedelta(minutes=1)
STRANGERS_A_MINUTE = 30
"""Requests without a good token, from one address in a minute."""
_bearer = HTTPBearer(auto_error=False, description="A token of `intake tokens add` or of the desk.")


@dataclass(slots=True)
class Pace:
    """How often each caller has called in the running minute, in this process; the oldest are forgotten first."""

    most_callers: int = 10_000
    _calls: OrderedDict[str, tuple[datetime, int]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, caller: str, most: int, now: datetime) -> int:
        """Count a call; gives the seconds to wait when it is one too many, otherwise 0."""
        with self._lock:
            since, number = self._calls.pop(caller, (now, 0))
            if now - since >= MINUTE or now < since:
                since, number = now, 0
            self._calls[caller] = (since, number + 1)
            while len(self._calls) > self.most_callers:
                self._calls.popitem(last=False)
        return max(1, int((since + MINUTE - now).total_seconds())) if number >= most else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """A good token, and the viewer behind it."""

    token: ApiToken
    viewer: Viewer

    @property
    def name(self) -> str:
        """The actor in the audit chain: by which token, too, where an officer is behind it."""
        return self.viewer.email

    def act(self, desk: Desk, action: Action, subject: str = "", **detail: object) -> Act:
        """An act of this caller, now; the token's prefix stands with it."""
        facts = {**detail, "token": self.token.prefix}
        return Act(at=desk.clock(), actor=self.name, action=action, subject=subject, detail=facts)

    def opens(self, scope: Scope) -> bool:
        """Whether the token has this scope, and its officer or service the right behind it."""
        return scope in self.token.scopes and may(self.viewer, NEEDS[scope])


def parts_of(request: Request) -> Desk:
    """The parts of the desk: the interface is served by it."""
    desk: Desk = request.app.state.parent.state.desk
    return desk


Parts = Annotated[Desk, Depends(parts_of)]


def called_by(
    request: Request, desk: Parts, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None
) -> Caller:
    """Who calls. Raises Problem 401 without a good token, and 429 for one that calls too often."""
    now, pace = desk.clock(), request.app.state.pace
    caller = _known(desk, credentials.credentials, now) if credentials else None
    if caller is None:
        _slow_down(pace.wait(f"stranger {request.client.host if request.client else ''}", STRANGERS_A_MINUTE, now))
        raise Problem(
            401,
            "Send a good token as 'Authorization: Bearer …'. It may have ended or been revoked.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    _slow_down(pace.wait(f"token {caller.token.id}", request.app.state.settings.a_minute, now))
    return caller


def _slow_down(seconds: int) -> None:
    if seconds:
        raise Problem(429, f"Wait {seconds} seconds.", headers={"Retry-After": str(seconds)})


def _known(desk: Desk, told: str, now: datetime) -> Caller | None:
    mark, _, rest = told.partition("_")
    prefix = rest.partition("_")[0]
    if mark != MARK or not prefix.isascii() or len(prefix) > 40:
        return None
    with desk.store.read() as tx:
        token = tx.tokens.by_prefix(prefix)
        officers = tx.officers.all() if token is not None and token.officer_id is not None else ()
    right = token.token_hash if token is not None else hashed("no such token")
    if not hmac.compare_digest(hashed(told), right) or token is None or not token.is_good(now):
        return None
    officer = next((one for one in officers if one.id == token.officer_id), None)
    if token.officer_id is not None and (officer is None or not officer.active):
        return None
    if token.last_used_at is None or now - token.last_used_at >= USED_EVERY:
        with desk.store.write() as tx:
            tx.tokens.used(token, now)
    return Caller(token=token, viewer=token.viewer(officer))


def needs(scope: Scope) -> Callable[[Caller], Caller]:
    """What lets only callers through whose token has this scope, with the right behind it."""

    def check(caller: Annotated[Caller, Depends(called_by)]) -> Caller:
        if not caller.opens(scope):
            raise Problem(
                403, f"It needs the scope {scope.value}, and somebody behind it who may {NEEDS[scope].value}."
            )
        return caller

    return check

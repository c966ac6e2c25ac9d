"""What all pages share: the parts of the desk, rendering, and who is signed in."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Form, Request
from fastapi.responses import HTMLResponse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from intake.authenticating import Authenticator
from intake.desk import wording
from intake.desk.settings import DeskSettings
from intake.letters import LetterRoom
from models.audit import Act, Action
from models.desk_work import Alert, Preferences
from models.framework import Reference
from models.masked_message import FindPersonal, by_rules_alone
from models.officer import Session
from models.rights import Right, Viewer, may
from models.sign_in import Stage
from storage.store import Store, StoreError

NOTED_EVERY = timedelta(minutes=1)
"""How often it is written down that a session is in use."""


class NotSignedIn(Exception):
    """Nobody is signed in; the browser is sent to the sign-in page."""


class FormIsStale(Exception):
    """A form came without its token, or with an old one."""


class NotThere(Exception):
    """There is no such page, ticket or message, or not for this officer: the answer must not tell which."""


class NotYours(Exception):
    """This officer's roles do not give the right to it."""


class Locked(Exception):
    """Nobody may have this; the text says why, for officers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """The parts of the desk, one set a process."""

    store: Store
    words: Reference
    settings: DeskSettings
    clock: Callable[[], datetime]
    pages: Environment
    letters: LetterRoom
    find_personal: FindPersonal = by_rules_alone
    """Finds patients' personal data in what is masked only when it is shown."""

    @property
    def authenticator(self) -> Authenticator:
        """What checks passwords and codes."""
        return Authenticator(store=self.store, clock=self.clock, rules=self.settings.entry)


def make_pages(words: Reference, settings: DeskSettings, clock: Callable[[], datetime]) -> Environment:
    """The template environment: everything is escaped."""
    pages = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("intake.desk", "templates"),
                PackageLoader("intake", "templates"),
                PackageLoader("nhsuk_frontend_jinja", "templates"),
                *(PackageLoader(extra.package, "templates") for extra in settings.extra_pages),
            ]
        ),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals.update(words=words, settings=settings, wording=wording, Right=Right)
    pages.filters["ago"] = lambda moment: wording.ago(moment, clock())
    pages.filters["moment"] = wording.moment
    pages.globals["clock_of"] = lambda row: wording.clock_of(row, settings.clocks, clock())
    pages.globals["clock_says"] = lambda state: wording.clock_says(state, settings.clocks, clock())
    pages.filters["many"] = wording.many
    pages.filters["told_only"] = lambda pairs: {name: value for name, value in pairs.items() if value}
    pages.filters["short"] = wording.short
    pages.filters["channel"] = wording.channel
    return pages


def desk_of(request: Request) -> Desk:
    """The parts of the desk."""
    desk: Desk = request.app.state.desk
    return desk


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def new_token() -> str:
    """A token nobody can guess: 256 bits."""
    return secrets.token_urlsafe(32)


def same(one: str, other: str) -> bool:
    """Whether two tokens are equal, in a time that tells nothing; an empty one never is."""
    return bool(one) and hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def any_session(request: Request) -> Session | None:
    """The session of this browser, whole or not yet."""
    desk = desk_of(request)
    token = request.cookies.get(desk.settings.session_cookie, "")
    if not token:
        return None
    with desk.store.read() as tx:
        return tx.officers.session(hashed(token), desk.clock(), idle=desk.settings.entry.idle)


def session_or_none(request: Request) -> Session | None:
    """The session of this browser, once its officer has shown all that is asked of them."""
    session = any_session(request)
    return session if session is not None and session.stage is Stage.WHOLE else None


def signed_in(request: Request) -> Session:
    """The session of this browser; raises NotSignedIn."""
    session = session_or_none(request)
    if session is None:
        raise NotSignedIn
    request.state.session = session
    _note_use(request, session)
    return session


def _note_use(request: Request, session: Session) -> None:
    """Keep a session from ending for idleness; what a page fetches by itself is no use of it by a person."""
    by_page = request.method == "GET" and request.headers.get("sec-fetch-mode", "navigate") != "navigate"
    now, last = desk_of(request).clock(), session.last_used_at
    if by_page or last is None or now - last < NOTED_EVERY:
        return
    try:
        with desk_of(request).store.write() as tx:
            tx.sign_ins.used(session.token_hash, now)
    except StoreError:
        return  # a page that can be read is shown, whatever the store can write just now


def checked(
    session: Annotated[Session, Depends(signed_in)], csrf: Annotated[str, Form(max_length=200)] = ""
) -> Session:
    """The session of a form that carries its token; raises FormIsStale."""
    if not same(csrf, session.csrf):
        raise FormIsStale
    return session


Reader = Annotated[Session, Depends(signed_in)]
"""For pages that only show."""
Writer = Annotated[Session, Depends(checked)]
"""For forms that change something."""
DeskParts = Annotated[Desk, Depends(desk_of)]
Text = Annotated[str, Form(max_length=5_000)]
Version = Annotated[int, Form(ge=1, lt=2**62)]
"""Which state of the ticket the officer saw."""


def require(session: Session, right: Right) -> Viewer:
    """The officer as a viewer; raises NotYours when none of their roles gives the right."""
    viewer = session.officer.viewer
    if not may(viewer, right):
        raise NotYours
    return viewer


def noted(desk: Desk, session: Session, action: Action, subject: str = "", **detail: Any) -> Act:
    """An act of the officer who is signed in, now."""
    return Act(at=desk.clock(), actor=session.officer.email, action=action, subject=subject, detail=detail)


def page(request: Request, template: str, facts: Mapping[str, Any] | None = None, *, status: int = 200) -> HTMLResponse:
    """A page in the NHS look."""
    desk = desk_of(request)
    session: Session | None = getattr(request.state, "session", None)
    calls, chosen = _calls(desk, session)
    html = desk.pages.get_template(template).render(
        {
            **(facts or {}),
            "cspNonce": request.state.nonce,
            "officer": session.officer if session else None,
            "csrf": session.csrf if session else "",
            "path": request.url.path,
            "calls": calls,
            "chosen": chosen,
            "can_decide": session is not None and may(session.officer.viewer, Right.DECIDE),
        }
    )
    return HTMLResponse(html, status_code=status)


def _calls(desk: Desk, session: Session | None) -> tuple[tuple[Alert, ...], Preferences]:
    """Red flags that nobody has acknowledged, for the banner of every page; and what the officer chose."""
    if session is None or session.stage is not Stage.WHOLE:
        return (), Preferences()
    try:
        with desk.store.read() as tx:
            return tx.alerts.open_for(session.officer.viewer), tx.notices.preferences(session.officer.id)
    except StoreError:
        return (), Preferences()  # the page that says that the store is away is shown, too

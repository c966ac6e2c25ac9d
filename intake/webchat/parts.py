"""What all pages share: the parts of the site, rendering, and which conversation a browser is in."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from channels.base import Sink
from channels.webchat import CHANNEL, MOST_CHARACTERS, address_of
from intake.dialogue.effects import Say
from intake.dialogue.rendering import Voice, render
from intake.settings.web import WebConfig
from intake.webchat.pressure import Pressure
from intake.webchat.tokens import Signer
from models.framework import Reference
from storage.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """The parts of the site, one set a process."""

    store: Store
    sink: Sink
    words: Reference
    voice: Voice
    settings: WebConfig
    notice_url: str
    signer: Signer
    pressure: Pressure
    clock: Callable[[], datetime]
    pages: Environment

    def find(self, token: str) -> int | None:
        """The conversation of a token, if there is one. Raises StoreError."""
        if not token:
            return None
        with self.store.read() as tx:
            return tx.conversations.find(channel=CHANNEL, account=CHANNEL, address=address_of(token))

    def says(self, prompt: str) -> str:
        """The words of a prompt that no event fills."""
        return render(Say(prompts=(prompt,)), self.voice).text

    @property
    def lasts(self) -> timedelta:
        """How long a browser is known."""
        return timedelta(hours=self.settings.session_hours)

    @property
    def cookie_name(self) -> str:
        """The one cookie: for this host only, where the browser can promise so."""
        return "__Host-report" if self.settings.secure_cookies else "report"


def make_pages(settings: WebConfig, words: Reference) -> Environment:
    """The template environment: everything is escaped."""
    pages = Environment(
        loader=ChoiceLoader(
            [PackageLoader(name, "templates") for name in ("intake.webchat", "intake", "nhsuk_frontend_jinja")]
        ),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals.update(settings=settings, words=words, most_characters=MOST_CHARACTERS)
    return pages


def site_of(request: Request) -> Site:
    """The parts of the site."""
    site: Site = request.app.state.site
    return site


SiteParts = Annotated[Site, Depends(site_of)]


def token_of(request: Request) -> str:
    """The token of the conversation that this browser is in; empty for none."""
    site = site_of(request)
    return site.signer.token_in(request.cookies.get(site.cookie_name, ""), site.clock())


def new_token() -> str:
    """A token nobody can guess: 256 bits."""
    return secrets.token_urlsafe(32)


def remember(site: Site, response: Response, token: str) -> None:
    """Let the browser know its conversation for as long as a visit lasts from now on."""
    response.set_cookie(
        site.cookie_name,
        site.signer.cookie(token, site.clock() + site.lasts),
        max_age=int(site.lasts.total_seconds()),
        path="/",
        secure=site.settings.secure_cookies,
        httponly=True,
        samesite="strict",
    )


def forget(site: Site, response: Response) -> None:
    """Let the browser forget its conversation, and the pages that it has kept of us."""
    secure = site.settings.secure_cookies
    response.delete_cookie(site.cookie_name, path="/", secure=secure, httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = '"cache"'


def page(request: Request, template: str, facts: Mapping[str, Any] | None = None, *, status: int = 200) -> HTMLResponse:
    """A page in the NHS look."""
    site = site_of(request)
    html = site.pages.get_template(template).render(
        {
            **(facts or {}),
            "cspNonce": getattr(request.state, "nonce", ""),
            "path": request.url.path,
            "notice_url": site.notice_url,
        }
    )
    return HTMLResponse(html, status_code=status)


def form_facts(site: Site, kept: str = "") -> dict[str, Any]:
    """The token of a form, with the work that it asks for; `kept` is one that stays as it is."""
    form = site.signer.form(kept, site.clock()) if kept else None
    if form is not None:
        return {"form_token": kept, "form_id": form.id, "bits": form.bits}
    bits = site.pressure.bits()
    token = site.signer.new_form(site.clock(), bits=bits)
    return {"form_token": token, "form_id": token.partition(".")[0], "bits": bits}

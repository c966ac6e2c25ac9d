"""From a form that was sent to messages on disk, or to the same form again with all that was typed."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import BoundedSemaphore
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import structlog
from fastapi import Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from channels.webchat import MOST_CHARACTERS, Posted, Upload, address_of, take_in
from intake.webchat.parts import Site, form_facts, new_token, remember, token_of
from intake.webchat.tokens import FormToken
from storage.store import StoreError

SENT_TWICE = timedelta(minutes=2)
"""Within which the first form of a conversation may come again and still lead into it."""
LOOK_EVERY = 0.1
MOST_WAITING = 8
"""Requests that wait for a reply at once; more than these are shown their page without it."""
_waiting = BoundedSemaphore(MOST_WAITING)
_log = structlog.get_logger(__name__)
Show = Callable[[dict[str, Any], int], Response]
"""Shows the form again, with facts of ours and a status."""
Landed = Callable[[int], Response | None]
"""The number of the conversation -> the page to show, or None for the chat."""
AGAIN = "We have not sent this yet, because this page was open for a long time. Please send it again."
AWAY = "We cannot save this just now. What you wrote is still in the box below. Please send it again in a minute."


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What a form brought, as it was typed."""

    token: str
    work: str = ""
    text: str = ""
    option: str = ""
    nonce: str = ""
    seen: str = ""
    """The number of the newest message of ours that the page showed."""
    told: tuple[tuple[str, str], ...] = ()
    files: tuple[UploadFile, ...] = ()
    anew: bool = False
    """Whether it begins a conversation of its own, whatever the browser is in."""

    @property
    def brought(self) -> tuple[UploadFile, ...]:
        """The files; a browser sends an empty one where none was chosen."""
        return tuple(one for one in self.files if one.filename or one.size)


def send(request: Request, site: Site, draft: Draft, show: Show, landed: Landed | None = None) -> Response:
    """Take the draft in and lead to the chat, or show the form again with the reason. Nothing typed is ever lost.

    `landed` may show another page than the chat, once the message is taken in.
    """
    problems = problems_of(site, draft)
    if problems:
        return show({"problems": problems, **form_facts(site, draft.token)}, 422)
    form = site.signer.form(draft.token, site.clock())
    if form is None or not is_ours(request):
        return show({"notice": AGAIN, **form_facts(site)}, 409)
    try:
        return _send(request, site, draft, form, show, landed)
    except Exception as fault:  # noqa: BLE001 - whatever it is, what somebody typed must come back to them
        _log.error("web.not_taken", fault=type(fault).__name__)
        return show({"notice": AWAY, **form_facts(site, draft.token)}, 503)


def _send(  # noqa: PLR0917 - the parts of one form
    request: Request, site: Site, draft: Draft, form: FormToken, show: Show, landed: Landed | None
) -> Response:
    token = _conversation(request, site, draft, form)
    uploads = tuple(_upload(site, one) for one in draft.brought)
    content = _digest(draft, uploads)
    wait = site.pressure.wait(form, work=draft.work, content=content, conversation=token)
    if wait:
        response = show({"wait": wait, **_form_again(site, form)}, 429)
        response.headers["Retry-After"] = str(wait)
        return response
    posted = Posted(
        address=address_of(token),
        form=form.id,
        text=draft.text,
        option=draft.option,
        nonce=draft.nonce,
        told=draft.told,
        uploads=uploads,
    )
    take_in(posted, site.sink, site.clock())
    conversation_id = site.find(token)
    if conversation_id is None:
        # It was sent once before and has been taken in; the chat that it led to is not this browser's any more.
        return RedirectResponse("/have-it", status_code=303)
    _settle_seen(site, conversation_id, draft.seen)
    await_reply(site, conversation_id)
    if draft.option and draft.text.strip():
        response = show({"text": draft.text, "token": token, **form_facts(site)}, 200)
    else:
        response = RedirectResponse("/chat#latest", status_code=303)
    elsewhere = landed(conversation_id) if landed else None
    response = elsewhere or response
    remember(site, response, token)
    return response


def problems_of(site: Site, draft: Draft) -> dict[str, str]:
    """What has to be put right first: field -> sentence."""
    if draft.option:
        return {}
    files, settings = draft.brought, site.settings
    if not draft.text.strip() and not files:
        return {"text": "Write what you want to tell us"}
    if len(draft.text) > MOST_CHARACTERS:
        return {"text": f"Send it in parts: one message can have {MOST_CHARACTERS:,} characters"}
    if len(files) > settings.files_at_once:
        return {"files": f"Choose {settings.files_at_once} files at most, and send the others after these"}
    return {}


def is_ours(request: Request) -> bool:
    """Whether a form was sent from a page of ours: the browser says so. One that says nothing is believed."""
    site = request.headers.get("sec-fetch-site", "")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin", "")
    return not origin or urlsplit(origin).netloc == request.headers.get("host", "")


def await_reply(site: Site, conversation_id: int) -> None:
    """Wait a little until all that was said is answered, so that the page can show the answer at once."""
    if not _waiting.acquire(blocking=False):
        return
    try:
        until = monotonic() + site.settings.reply_seconds
        while monotonic() < until:
            with site.store.read() as tx:
                if not tx.transcripts.is_waited_for(conversation_id):
                    return
            sleep(LOOK_EVERY)
    except StoreError:
        return  # the message is on disk; the page that comes next says what there is to say
    finally:
        _waiting.release()


def _conversation(request: Request, site: Site, draft: Draft, form: FormToken) -> str:
    known = "" if draft.anew else token_of(request)
    if known:
        return known
    token = site.signer.conversation_of(form.id)
    found = site.find(token)
    if found is None:
        return token
    with site.store.read() as tx:
        heard_at = tx.transcripts.heard_at(found)
    # A form that somebody finds on a shared computer much later must not lead into the conversation of another.
    return token if heard_at is not None and site.clock() - heard_at < SENT_TWICE else new_token()


def _form_again(site: Site, form: FormToken) -> dict[str, Any]:
    bits = site.pressure.bits()
    token = site.signer.new_form(site.clock(), bits=bits, since=form.since)
    return {"form_token": token, "form_id": token.partition(".")[0], "bits": bits}


def _settle_seen(site: Site, conversation_id: int, seen: str) -> None:
    if seen.isdecimal() and len(seen) < 19 and int(seen):
        with site.store.write() as tx:
            tx.transcripts.fetched(conversation_id, up_to=int(seen), secrets=True, now=site.clock())


def _upload(site: Site, file: UploadFile) -> Upload:
    size = file.size or 0
    fits = size <= site.settings.file_megabytes * 1024 * 1024
    name, kind = file.filename or "", file.content_type or ""
    return Upload(name=name, type=kind, size=size, data=file.file.read() if fits else None)


def _digest(draft: Draft, uploads: tuple[Upload, ...]) -> str:
    digest = hashlib.sha256()
    for fact in (draft.text, draft.option, draft.nonce, repr(draft.told)):
        digest.update(fact.encode("utf-8", "replace") + b"\0")
    for upload in uploads:
        digest.update(hashlib.sha256(upload.data or b"").digest())
    return digest.hexdigest()

"""The chat: what was said so far, the buttons of the last question, and a box for words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import JSONResponse, Response

from intake.webchat.parts import Site, SiteParts, form_facts, page, remember, token_of
from intake.webchat.sending import Draft, send
from models.chat import ChatFormatError, ChatKind, ChatMessage, Option, from_raw
from storage.transcripts import ReplyLine, SaidLine

router = APIRouter()
MOST_LINES = 60
"""Of each side that are shown."""
COMMANDS: Mapping[str, str] = {
    "/status": "Check my report",
    "/code": "Get a code to come back",
    "/support": "Support for me",
    "/human": "Contact a person",
    "/privacy": "How private is this?",
    "/delete": "Delete my data",
}
"""What can be asked for at any time, and what its button says."""
NOT_SHOWN = "You answered. We do not show it here."
CODE = re.compile(r"(?:\d[ ]?){20,}")
A_FILE = "You sent a file."
Short = Annotated[str, Form(max_length=400)]
Long = Annotated[str, Form(max_length=400_000)]
Files = Annotated[list[UploadFile] | None, File()]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One thing that was said."""

    id: str
    at: datetime
    mine: bool
    text: str
    code: bool = False
    """An access code, which is to be saved now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """A conversation as the page shows it. `newest` is the number of our newest message."""

    lines: tuple[Line, ...]
    options: tuple[Option, ...]
    nonce: str
    newest: int
    waits: bool
    """Whether our answer is still to come."""


@router.get("/chat")
def show_chat(request: Request, site: SiteParts) -> Response:
    """The conversation of this browser, or its beginning."""
    token = token_of(request)
    response = _chat(request, site, token, form_facts(site), 200)
    if token:
        remember(site, response, token)
    return response


@router.post("/chat")
def say(
    request: Request,
    site: SiteParts,
    *,
    token: Short = "",
    work: Short = "",
    text: Long = "",
    option: Short = "",
    command: Short = "",
    nonce: Short = "",
    seen: Short = "",
    files: Files = None,
) -> Response:
    """Say something, press a button, ask for something, or send files."""
    asked = command if command in COMMANDS else ""
    draft = Draft(
        token=token,
        work=work,
        text=asked or text,
        option="" if asked else option,
        nonce=nonce,
        seen=seen,
        files=() if asked or option else tuple(files or ()),
    )
    return send(
        request,
        site,
        draft,
        lambda facts, status: _chat(
            request, site, facts.pop("token", "") or token_of(request), {"text": text, **facts}, status
        ),
    )


@router.get("/chat/state")
def state(request: Request, site: SiteParts) -> Response:
    """Two facts by which a page knows whether there is more to show."""
    found = site.find(token_of(request))
    if found is None:
        return JSONResponse({"newest": 0, "waits": False})
    with site.store.read() as tx:
        facts = {"newest": tx.transcripts.newest(found), "waits": tx.transcripts.is_waited_for(found)}
    return JSONResponse(facts)


def _chat(request: Request, site: Site, token: str, facts: dict[str, Any], status: int) -> Response:
    talk = None
    if status != 503:  # when the store is away, what was typed is all that there is to show
        found = site.find(token)
        talk = talk_of(site, found) if found is not None else None
    shown = {"talk": talk, "welcome": site.says("START.welcome"), "commands": COMMANDS, **facts}
    return page(request, "chat.html", shown, status=status)


def talk_of(site: Site, conversation_id: int) -> Talk:
    """What was said. Our messages count as fetched, but for secret ones: these go when the next form comes back."""
    with site.store.read() as tx:
        said = tx.transcripts.said(conversation_id, limit=MOST_LINES)
        replies = tx.transcripts.replies(conversation_id, limit=MOST_LINES)
        newest = tx.transcripts.newest(conversation_id)
        waits = tx.transcripts.is_waited_for(conversation_id)
    if any(one.waits and not one.secret for one in replies):
        with site.store.write() as tx:
            tx.transcripts.fetched(conversation_id, up_to=replies[-1].id, secrets=False, now=site.clock())
    last = replies[-1].reply if replies and not waits else None
    return Talk(
        lines=lines_of(said, replies),
        options=last.options if last else (),
        nonce=last.nonce if last else "",
        newest=newest,
        waits=waits,
    )


def lines_of(said: tuple[SaidLine, ...], replies: tuple[ReplyLine, ...]) -> tuple[Line, ...]:
    """Both sides in the order of time."""
    labels = {(one.reply.nonce, option.id): option.label for one in replies for option in one.reply.options}
    ours = [_ours(one) for one in replies]
    mine = [Line(id=f"s{one.id}", at=one.at, mine=True, text=_words(one, labels)) for one in said]
    # What stands before all that is left of our side was wiped with the link; nothing need be said about it.
    first = ours[0].at if ours else datetime.min.replace(tzinfo=UTC)
    kept = [line for line in mine if line.text and (line.text != NOT_SHOWN or line.at > first)]
    return tuple(sorted([*kept, *ours], key=lambda line: line.at))


def _ours(line: ReplyLine) -> Line:
    text = line.reply.text
    return Line(id=f"r{line.id}", at=line.at, mine=False, text=text, code=line.secret and bool(CODE.search(text)))


def _words(line: SaidLine, labels: Mapping[tuple[str, str], str]) -> str:
    if line.long:
        return A_FILE
    try:
        message = from_raw(line.raw)
    except ChatFormatError:
        return NOT_SHOWN
    return _of_message(message, labels)


def _of_message(message: ChatMessage, labels: Mapping[tuple[str, str], str]) -> str:
    if message.kind is ChatKind.PRESS:
        return labels.get((message.nonce, message.option), "")
    if message.files and not message.text:
        return A_FILE
    return COMMANDS.get(message.text, message.text)

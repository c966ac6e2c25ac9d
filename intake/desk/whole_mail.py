"""A message of a ticket as a whole, one click away from its new words: what it quotes, and its HTML in an inert frame.

Officers read it masked, as they read the ticket. The mail as it came stays sealed.
"""

from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from channels.email.mime import read
from channels.email.safe_html import safe_html
from intake.desk.security import policy
from intake.desk.shared import Desk, DeskParts, NotThere, Reader, noted, page, require
from intake.desk.showing import ticket_of
from intake.desk.wording import CHANNELS
from models.audit import Action
from models.masked_message import LONGEST_MASKED, mask_message, personal_in
from models.masking import cuts
from models.message import Mail
from models.officer import Session
from models.rights import Right
from models.ticket import MaskedEntry, Ticket
from storage.store import StoreError

router = APIRouter()
FRAME = (
    "default-src 'none'; style-src 'nonce-{nonce}'; sandbox; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
"""What the frame may do: look like a mail. It has no scripts, no origin, and loads nothing."""
_GONE = "The mail as it came is no longer kept, so only its new words can be shown."


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    """One message of a ticket, and the mail as it came; None once that has gone."""

    ticket: Ticket
    entry: MaskedEntry
    number: int
    mail: Mail | None


@router.get("/tickets/{reference}/messages/{number}")
def show_message(request: Request, desk: DeskParts, session: Reader, reference: str, number: int) -> Response:
    """All words of a message, with what it quotes; its HTML, if it has some, in a frame below."""
    whole = _whole(desk, session, reference, number)
    text = _masked_text(desk, whole.mail) if whole.mail else whole.entry.text
    facts = {
        "row": whole.ticket.row,
        "entry": whole.entry,
        "number": number,
        "text": text,
        "gone": "" if whole.mail else _GONE,
        "has_html": bool(whole.mail and whole.mail.html.strip()),
    }
    answer = page(request, "message.html", facts)
    nonce: str = request.state.nonce
    answer.headers["Content-Security-Policy"] = f"{policy(nonce).decode()}; frame-src 'self'"
    return answer


@router.get("/tickets/{reference}/messages/{number}/html")
def show_html(request: Request, desk: DeskParts, session: Reader, reference: str, number: int) -> Response:
    """The HTML of a message, made safe and masked, for the frame and nothing else."""
    whole = _whole(desk, session, reference, number)
    if whole.mail is None or not whole.mail.html.strip():
        raise NotThere
    sender = whole.mail.sender
    find = partial(
        personal_in,
        name=sender.name if sender else "",
        address=sender.address if sender else "",
        find=desk.find_personal,
    )

    def mask(text: str) -> list[tuple[int, int, str]]:
        found = [(cut.start, cut.end, cut.mask) for cut in cuts(text[:LONGEST_MASKED], find(text))]
        return [*found, (LONGEST_MASKED, len(text), "[the rest is sealed]")] if len(text) > LONGEST_MASKED else found

    nonce: str = request.state.nonce
    shown = desk.pages.get_template("mail_frame.html").render(nonce=nonce, content=safe_html(whole.mail.html, mask))
    headers = {"Content-Security-Policy": FRAME.format(nonce=nonce), "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(shown, headers=headers)


def _whole(desk: Desk, session: Session, reference: str, number: int) -> Whole:
    """The message; raises NotThere for none, and for one that came by no mail. Whoever is shown it has read it."""
    viewer = require(session, Right.READ_TICKETS)
    ticket = ticket_of(desk, viewer, reference)
    if not 1 <= number <= len(ticket.entries) or ticket.entries[number - 1].channel not in CHANNELS:
        raise NotThere
    entry = ticket.entries[number - 1]
    with desk.store.write() as tx:
        tx.access.insist(viewer, Right.READ_TICKETS, ticket.row.id)
        tx.audit.append(noted(desk, session, Action.TICKET_READ, ticket.row.reference, message=number))
    try:
        with desk.store.read() as tx:
            message = tx.inbox.message(entry.inbox_id)
    except StoreError:
        message = None
    mail = read(message.raw) if message and message.raw else None
    return Whole(ticket=ticket, entry=entry, number=number, mail=mail)


def _masked_text(desk: Desk, mail: Mail) -> str:
    sender = mail.sender
    return mask_message(
        subject="",
        text=mail.text,
        name=sender.name if sender else "",
        address=sender.address if sender else "",
        known=(),
        find=desk.find_personal,
    ).text

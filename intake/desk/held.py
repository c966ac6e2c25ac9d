"""What did not become a ticket: kept, shown with its reason, and able to be tried again."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from channels.email.mime import read
from intake.desk.proving import Proved
from intake.desk.shared import DeskParts, NotThere, Reader, Writer, noted, page, require
from models.audit import Action
from models.conflicts import Words, names, person
from models.officer import Officer
from models.rights import Right
from models.work import Ending

router = APIRouter()
PAGE = 50
UNREADABLE = 100_000
"""Bytes that are looked through as they came, for messages that no machine could read."""
LISTS = {"quarantined": Ending.QUARANTINED, "ignored": Ending.IGNORED, "waiting": None}


@router.get("/held")
def show_held(
    request: Request,
    desk: DeskParts,
    session: Reader,
    what: Annotated[str, Query(max_length=20)] = "quarantined",
    before: Annotated[int | None, Query(ge=1, lt=2**62)] = None,
    done: str = "",
) -> Response:
    """Messages in quarantine, those ignored, and those still waiting."""
    require(session, Right.READ_HELD)
    if what not in LISTS:
        raise NotThere
    with desk.store.read() as tx:
        rows = tx.inbox.rows(ending=LISTS[what], limit=PAGE + 1, before=before)
        balance = tx.inbox.balance()
    facts = {"rows": rows[:PAGE], "more": len(rows) > PAGE, "what": what, "balance": balance, "done": done}
    return page(request, "held.html", facts)


@router.get("/held/{number}/raw")
def download(desk: DeskParts, session: Proved, number: int) -> Response:
    """A message that is no ticket as it came, byte for byte, as a download that no browser opens."""
    require(session, Right.READ_HELD)
    with desk.store.write() as tx:
        row = tx.inbox.row(number) if 0 < number < 2**62 else None
        if row is None or row.ticket_reference is not None:
            raise NotThere  # a ticket's message is opened by unsealing only
        message = tx.inbox.message(number)
        if message is not None and _names(message.raw, session.officer):
            raise NotThere
        if message is not None:
            tx.audit.append(noted(desk, session, Action.MESSAGE_DOWNLOADED, f"message {number}", message=number))
    if message is None:
        raise NotThere
    headers = {"Content-Disposition": f'attachment; filename="message-{number}.eml"'}
    return Response(message.raw, media_type="application/octet-stream", headers=headers)


@router.post("/held/{number}/again")
def try_again(desk: DeskParts, session: Writer, number: int) -> Response:
    """Put a message back into the inbox, to be filed again."""
    require(session, Right.READ_HELD)
    with desk.store.write() as tx:
        row = tx.inbox.row(number) if 0 < number < 2**62 else None
        reopened = row is not None and tx.inbox.reopen(number, desk.clock())
        if reopened:
            tx.audit.append(noted(desk, session, Action.MESSAGE_FILED_AGAIN, f"message {number}", message=number))
    if not reopened:
        raise NotThere
    return RedirectResponse(f"/held?what={row.ending.value if row and row.ending else 'waiting'}&done=again", 303)


def _names(raw: bytes, officer: Officer) -> bool:
    """Whether a message that became no ticket names this officer: it has never been screened, so it is read now."""
    mail = read(raw)
    text = "\n".join((mail.subject, mail.text, raw[:UNREADABLE].decode("utf-8", "replace")))
    who = person(officer_id=officer.id, email=officer.email, name=officer.name, names=officer.names)
    return names(Words(text), who)

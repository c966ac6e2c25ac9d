"""Writing to the reporter of a ticket: first the whole letter is shown as it will go, then it is sent."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from intake.desk.deciding import choice_of
from intake.desk.shared import Desk, DeskParts, Text, Version, Writer, noted, page, require
from intake.desk.showing import show, stale, ticket_of
from intake.letters import NotReachable, letter_text, post, way_back
from models.audit import Action
from models.framework import Reference
from models.letters import LONGEST_LETTER, MOST_QUESTIONS, NewLetter, Purpose, Way
from models.officer import Session
from models.rights import Right
from models.ticket import Event, EventKind, Ticket, TicketState
from storage.store import StaleTicket, Transaction

router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """The fields of the form, as they were typed."""

    purpose: str = ""
    text: str = ""
    questions: tuple[str, ...] = ()

    @property
    def kind(self) -> Purpose:
        """What is written: whoever chooses a question asks."""
        return Purpose.QUESTION if self.questions else Purpose(self.purpose)

    def whole(self, words: Reference) -> str:
        """The officer's words with the chosen questions below them; several of them are numbered."""
        asked = [words.questions[code].text for code in self.questions]
        if len(asked) > 1:
            asked = [f"{number}. {text}" for number, text in enumerate(asked, start=1)]
        return "\n\n".join(part for part in (self.text, *asked) if part)


def problems_of(draft: Draft, words: Reference) -> dict[str, str]:
    """What keeps the draft from being sent: field → what to do about it."""
    if draft.purpose not in ("", Purpose.QUESTION, Purpose.REPLY) or not set(draft.questions) <= set(words.questions):
        return {"letter": "Choose questions from the list"}
    if len(draft.questions) > MOST_QUESTIONS:
        return {"questions": f"Choose {MOST_QUESTIONS} questions at most: more than that is hard to answer"}
    if not draft.whole(words).strip():
        return {"letter": "Choose a question, or write something"}
    if not draft.purpose and not draft.questions:
        return {"purpose": "Say whether you ask or only tell"}
    if len(draft.whole(words)) > LONGEST_LETTER:
        return {"letter": f"Make it shorter: {LONGEST_LETTER} characters at most"}
    return {}


@router.post("/tickets/{reference}/write")
def write(
    request: Request,
    desk: DeskParts,
    session: Writer,
    reference: str,
    version: Version,
    purpose: Text = "",
    text: Text = "",
    questions: Annotated[list[str] | None, Form()] = None,
    step: Text = "preview",
) -> Response:
    """Look at a letter before it goes (`preview`), change it (`edit`), or send it (`send`)."""
    require(session, Right.REPLY)
    ticket = ticket_of(desk, require(session, Right.READ_TICKETS), reference)
    plain = "\n".join(line.rstrip() for line in text.splitlines()).strip()
    draft = Draft(purpose=purpose, text=plain, questions=tuple(dict.fromkeys(questions or ())))
    problems = problems_of(draft, desk.words)
    if problems or step == "edit":
        return _again(request, desk, session, ticket, draft, problems)
    if step == "send":
        return _send(request, desk, session, ticket, draft, version)
    return _preview(request, desk, session, ticket, draft, version)


def _again(
    request: Request, desk: Desk, session: Session, ticket: Ticket, draft: Draft, problems: dict[str, str]
) -> Response:
    facts: dict[str, Any] = {"choice": choice_of(ticket, desk.words), "draft": draft, "letter_problems": problems}
    return show(request, desk, session, ticket, facts, status=422 if problems else 200)


def _preview(request: Request, desk: Desk, session: Session, ticket: Ticket, draft: Draft, version: int) -> Response:
    with desk.store.read() as tx:
        tx.access.insist(session.officer.viewer, Right.REPLY, ticket.row.id)
        back = way_back(desk.letters, tx, ticket.row.id)
    if back.way is Way.NOBODY:
        return _again(request, desk, session, ticket, draft, {"letter": back.why})
    words = draft.whole(desk.words)
    subject, whole = letter_text(desk.letters, ticket.row, draft.kind, words)
    facts = {"row": ticket.row, "draft": draft, "version": version, "way": back.way.value}
    shown = {"subject": subject, "text": whole} if back.way is Way.MAIL else {"subject": "", "text": words}
    return page(request, "letter.html", {**facts, **shown, "waits": draft.kind is Purpose.QUESTION})


def _send(request: Request, desk: Desk, session: Session, ticket: Ticket, draft: Draft, version: int) -> Response:
    try:
        with desk.store.write() as tx:
            _deliver(tx, desk, session, ticket, draft, version)
    except StaleTicket:
        return stale(request, desk, session, ticket.row.reference, None, {"draft": draft})
    except NotReachable as why:
        return _again(request, desk, session, ticket, draft, {"letter": str(why)})
    desk.letters.written()
    return RedirectResponse(f"/tickets/{ticket.row.reference}?done=written", status_code=303)


def _deliver(tx: Transaction, desk: Desk, session: Session, ticket: Ticket, draft: Draft, version: int) -> None:
    now, row, officer = desk.clock(), ticket.row, session.officer
    tx.access.insist(officer.viewer, Right.REPLY, row.id)
    back = way_back(desk.letters, tx, row.id)
    if back.way is Way.NOBODY:
        raise NotReachable(back.why)
    letter = NewLetter(
        ticket_id=row.id,
        at=now,
        officer=officer.email,
        purpose=draft.kind,
        way=back.way,
        text=draft.whole(desk.words),
    )
    post(desk.letters, tx, row, letter)  # before the ticket is touched: so a chat's worker locks, too
    if letter.purpose is Purpose.QUESTION and not ticket.is_part:  # a part waits for nothing: its whole does
        detail = {"from": row.state.value, "to": TicketState.WAITING.value}
        waits = Event(at=now, kind=EventKind.STATE, actor=officer.email, detail=detail)
        tx.tickets.set_state(row.id, TicketState.WAITING, version=version, event=waits)
    else:
        tx.tickets.claim_version(row.id, version)
    facts = {"purpose": letter.purpose.value, "way": letter.way.value}
    tx.audit.append(noted(desk, session, Action.REPORTER_WRITTEN_TO, row.reference, **facts))

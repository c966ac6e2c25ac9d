"""The page of one ticket, for whatever was done with it: found, shown, or shown again since somebody was faster."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from intake.desk.access import who_sees
from intake.desk.at_work import at_work
from intake.desk.beside import beside, whose
from intake.desk.comparing import compared
from intake.desk.conditions import conditions_of
from intake.desk.deciding import Choice, choice_of, standards_of, standards_of_themes, would_be
from intake.desk.explaining import explain, is_of_another_level, shown
from intake.desk.gaps import proposed_questions
from intake.desk.highlight import pieces
from intake.desk.knowing import mails_of
from intake.desk.labels import reasons, sources
from intake.desk.matrix import matrix
from intake.desk.places import place_name, place_names
from intake.desk.proposal import proposal_of
from intake.desk.proving import freshly_proved
from intake.desk.shared import Desk, Locked, NotThere, noted, page
from intake.desk.wording import KINDS
from intake.letters import unacknowledged, way_back
from intake.unlisted import command_for, unlisted_in
from models.audit import Action
from models.framework import Reference
from models.letters import Letter, Way
from models.masked_message import LONGEST_MASKED
from models.officer import Session
from models.rights import Right, Viewer
from models.ticket import Ticket
from models.verdict import Evidence, Kind
from storage.store import Transaction


def stale(
    request: Request,
    desk: Desk,
    session: Session,
    reference: str,
    choice: Choice | None,
    facts: dict[str, Any] | None = None,
) -> Response:
    """Somebody was faster: show what is there now, and keep what was typed."""
    ticket = ticket_of(desk, session.officer.viewer, reference)
    shown = choice or choice_of(ticket, desk.words)
    return show(request, desk, session, ticket, {"choice": shown, "stale": True, **(facts or {})}, status=409)


def ticket_of(desk: Desk, viewer: Viewer, reference: str) -> Ticket:
    """The ticket; raises NotThere when there is none, or when it is not for this viewer."""
    with desk.store.read() as tx:
        ticket = tx.tickets.get(reference.upper(), viewer)
    if ticket is None:
        raise NotThere
    return ticket


def whole_of(desk: Desk, viewer: Viewer, reference: str) -> Ticket:
    """The ticket, to decide on it or move it; raises NotThere, and Locked where it is part of another."""
    ticket = ticket_of(desk, viewer, reference)
    if ticket.is_part:
        raise Locked("This ticket is part of another one. Decide there, or take it out first.")
    return ticket


def show(
    request: Request, desk: Desk, session: Session, ticket: Ticket, facts: dict[str, Any], *, status: int = 200
) -> Response:
    """The page. Whoever is shown a ticket has read it, whatever they came for: that is noted before it is shown."""
    with desk.store.write() as tx:
        access = tx.access.insist(session.officer.viewer, Right.READ_TICKETS, ticket.row.id)
        everybody = tx.officers.all()
        tx.audit.append(noted(desk, session, Action.TICKET_READ, ticket.row.reference))
        written = {
            "sees": who_sees(session, access, everybody),
            **whose(ticket, access, everybody),
            **beside(tx, desk, session, ticket),
            **_written(tx, desk, ticket),
            **at_work(tx, desk, session, ticket, everybody),
        }
    rights, words = session.officer.viewer.rights, desk.words
    judged = judgement(ticket, words)
    view = {
        "ticket": ticket,
        "row": ticket.row,
        "own_messages": {one.inbox_id for one in ticket.entries[1:]} - ticket.of_parts,
        "place": lambda code: place_name(code, words),
        "category": words.categories[ticket.row.isf],
        "may_decide": Right.DECIDE in rights,
        "may_reply": Right.REPLY in rights,
        "now": desk.clock(),
        "proved": freshly_proved(desk, session),
        "may_export": Right.EXPORT in rights,
        **_options(words),
    }
    shown = {**judged, **view, **written, **facts}
    shown["talk"] = _talk(judged["entries"], written["letters"])
    shown["theme_standards"] = standards_of_themes(shown["choice"].themes, words)
    shown["would_be"] = would_be(shown["choice"].impact, shown["choice"].likelihood, words)
    return page(request, "ticket.html", shown, status=status)


def judgement(ticket: Ticket, words: Reference) -> dict[str, Any]:
    """What the machine made of a ticket and what was decided, with the words that led to it."""
    verdict = proposal_of(ticket)
    decision = ticket.decisions[-1] if ticket.decisions else None
    seen = shown(verdict)
    entries = [_entry(ticket, number, seen) for number in range(len(ticket.entries))]
    because = reasons(seen, words)
    marked = [piece for entry in entries for piece in entry["pieces"] if piece.labels]
    standing = decision or verdict
    return {
        "verdict": verdict,
        "decision": decision,
        "compared": compared(verdict, decision, words),
        "entries": entries,
        "marked": bool(marked),
        "marked_urgent": any(piece.urgent for piece in marked),
        "reasons": because,
        "because": {one.code: number for number, one in enumerate(because, start=1)},
        "sources": sources(verdict.evidence, words),
        "explain": lambda labels: explain(labels, verdict, words),
        "other_level": lambda label: is_of_another_level(label, verdict),
        "matrix": matrix(verdict, decision, words),
        "unlisted": () if ticket.row.kind is Kind.IRRELEVANT else unlisted_in(ticket.verdicts, words),
        "command_for": command_for,
        "themes": [words.themes[code] for code in standing.themes if code in words.themes],
        "standards": [words.standards[code] for code in standards_of(standing, words) if code in words.standards],
    }


def _options(words: Reference) -> dict[str, Any]:
    """What the form of a decision lets one choose from."""
    return {
        "place_names": place_names(words),
        "kinds": [(kind.value, name) for kind, name in KINDS.items()],
        "categories": [(number, f"{number}: {one.label}") for number, one in words.categories.items()],
    }


def _written(tx: Transaction, desk: Desk, ticket: Ticket) -> dict[str, Any]:
    """What officers wrote about it, and how the reporter can be written to."""
    numbers = (ticket.row.id, *(one.id for one in ticket.parts))
    letters = tuple(letter for number in numbers for letter in tx.letters.of_ticket(number))
    notes = sorted((note for number in numbers for note in tx.letters.notes(number)), key=lambda note: note.at)
    back = way_back(desk.letters, tx, ticket.row.id)
    conditions = conditions_of(ticket)
    gaps = proposed_questions(ticket, letters, desk.words, conditions)
    deliveries = tx.outbox.deliveries(ticket.row.id)
    return {
        "letters": letters,
        "deliveries": deliveries,
        "said": tx.replies.deliveries(ticket.row.id),
        "answered": ticket.row.id in tx.letters.answered((ticket.row.id,)),
        "back": back,
        "unacknowledged": back.way is Way.MAIL and unacknowledged(deliveries),
        "gaps": gaps,
        "conditions": conditions,
        "more_questions": [one for one in desk.words.questions.values() if one not in gaps],
        "notes": notes,
        "tags": tx.letters.tags(ticket.row.id),
        "mails": mails_of(tx, ticket),
    }


def _talk(entries: list[dict[str, Any]], letters: tuple[Letter, ...]) -> list[dict[str, Any]]:
    """The messages and our letters in the order of time; a message is numbered, a letter is not."""
    messages = [{**one, "number": number, "at": one["entry"].at} for number, one in enumerate(entries, start=1)]
    ours = [{"letter": one, "at": one.at} for one in letters if one.way is not Way.NOBODY]
    return sorted([*messages, *ours], key=lambda one: one["at"])


def _entry(ticket: Ticket, number: int, seen: Sequence[Evidence]) -> dict[str, Any]:
    entry = ticket.entries[number]
    return {
        "entry": entry,
        "pieces": pieces(entry.text, seen),
        "cut": len(entry.text) >= LONGEST_MASKED,
    }

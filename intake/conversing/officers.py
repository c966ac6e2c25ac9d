"""What the desk tells a reporter through the chat: a question, and that a report is closed."""

from collections.abc import Callable

from intake.conversing.performance import Performance
from intake.conversing.room import ChatRoom
from intake.conversing.turns import go_on
from intake.dialogue.events import Asked, Closed, Event, Facts
from models.ticket import Event as Line
from models.ticket import EventKind
from storage.store import Transaction


class NotReachable(Exception):
    """The reporter cannot be written to. The text is a sentence for the officer."""


def ask_reporter(room: ChatRoom, tx: Transaction, ticket_id: int, *, officer: str, text: str) -> int:
    """Ask the reporter of a ticket something, within the caller's transaction; gives the question's number.

    Raises NotReachable when no chat belongs to the ticket or the reporter wants no questions.
    """
    terms = tx.questions.terms(ticket_id)
    if terms is not None and not terms.questions_welcome:
        raise NotReachable("The reporter has asked us for no more questions.")
    reference = tx.tickets.reference_of(ticket_id)
    if reference is None or not tx.conversations.about(ticket_id):
        raise NotReachable("No chat belongs to this report, so nothing can be asked there.")
    question = tx.questions.ask(ticket_id, officer=officer, text=text, now=room.clock())
    detail = {"question": question}
    tx.tickets.add_event(ticket_id, Line(at=room.clock(), kind=EventKind.QUESTION, actor=officer, detail=detail))
    _tell(
        room,
        tx,
        ticket_id,
        cause=f"question-{question}",
        make=lambda facts: Asked(facts=facts, question=question, reference=reference),
    )
    return question


def tell_closed(room: ChatRoom, tx: Transaction, ticket_id: int, *, outcome: str) -> bool:
    """Tell the reporter that the report is closed and what was done, in the transaction that closes it.

    False when no chat belongs to the ticket.
    """
    reference = tx.tickets.reference_of(ticket_id)
    if reference is None or not tx.conversations.about(ticket_id):
        return False
    tx.tickets.add_event(ticket_id, Line(at=room.clock(), kind=EventKind.TOLD_CLOSED))
    version, _, _ = tx.reports.version_of(ticket_id)
    _tell(
        room,
        tx,
        ticket_id,
        cause=f"closed-{ticket_id}-{version}",
        make=lambda facts: Closed(facts=facts, reference=reference, outcome=outcome),
    )
    return True


def _tell(room: ChatRoom, tx: Transaction, ticket_id: int, *, cause: str, make: Callable[[Facts], Event]) -> None:
    # The conversation that was used last: nobody is told the same thing twice on two screens.
    conversation = tx.conversations.hold(tx.conversations.about(ticket_id)[0])
    if conversation is not None:
        go_on(Performance(room=room, tx=tx, conversation=conversation, cause=cause), make)

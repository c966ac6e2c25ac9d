"""One turn of a conversation: what waits is read, understood and answered, and every row gets its ending."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from intake.classifying import ungraded
from intake.conversing.codes import check_code, count_failure
from intake.conversing.entries import joined
from intake.conversing.noticing import hints_of
from intake.conversing.performance import Part, Performance
from intake.conversing.performing import perform
from intake.conversing.room import ChatRoom
from intake.dialogue.events import (
    CodeTry,
    Edited,
    Event,
    Facts,
    Failed,
    Grouped,
    Hints,
    Left,
    Pressed,
    ReportFacts,
    Said,
    Status,
)
from intake.dialogue.linking import reconciled
from intake.dialogue.states import State, from_json, to_json
from intake.dialogue.stepping import step
from intake.dialogue.turn import RESTING
from models.chat import ChatFormatError, ChatKind, from_raw
from models.ticket import TicketState
from models.verdict import Verdict
from models.work import Ending, InboxItem, Outcome
from storage.conversations import LinkedTicket
from storage.store import LostClaim, Transaction

MOST_PARTS = 50
"""Messages of one turn."""
SHORT = 60
"""Characters up to which a text may be the answer to a question: it is handled at once."""
STATUS = {
    TicketState.NEW: Status.RECEIVED,
    TicketState.BEING_READ: Status.BEING_READ,
    TicketState.WITH_PROVIDER: Status.WITH_PROVIDER,
    TicketState.WAITING: Status.WAITING,
    TicketState.CLOSED: Status.CLOSED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """The messages of one turn, and what is known of them before anything is written."""

    parts: tuple[Part, ...]
    conversation_id: int
    edits: str
    verdict: Verdict | None
    hints: Hints
    code: CodeTry | None
    failed: bool = False


def take_turn(room: ChatRoom, item: InboxItem, *, failed: bool = False) -> Outcome | None:
    """Take a claimed chat message, and those that belong to the same turn, to their ends.

    None when it waits for more to come. `failed` takes the way out of a fault: the words become a report as they are.
    Raises StoreError, with nothing written.
    """
    room.observe("claimed")
    try:
        heard = _hear(room, item, failed=failed)
    except ChatFormatError as fault:
        return _quarantine(room, item, f"This is no chat message that we can read: {fault}.")
    if isinstance(heard, datetime):
        with room.store.write() as tx:
            tx.reports.hand_back(item, heard)
            tx.turns.after(item.id)
        return None
    room.observe("understood")
    with room.store.write() as tx:
        outcomes = _answer(room, tx, item, heard)
        room.observe("written")
        for part in heard.parts:
            tx.inbox.settle(part.item, outcomes[part.item.id], room.clock())
        tx.turns.go_on(heard.conversation_id)
        room.observe("settled")
    room.observe("committed")
    return outcomes[item.id]


def _quarantine(room: ChatRoom, item: InboxItem, reason: str) -> Outcome:
    outcome = Outcome(ending=Ending.QUARANTINED, reason=reason)
    with room.store.write() as tx:
        tx.inbox.settle(item, outcome, room.clock())
        tx.turns.after(item.id)
    return outcome


def _hear(room: ChatRoom, item: InboxItem, *, failed: bool) -> Heard | datetime:
    with room.store.read() as tx:
        conversation_id = tx.conversations.of_message(item.id)
        if conversation_id is None:
            raise ChatFormatError("it belongs to no conversation")
        held = tx.conversations.look(conversation_id, broken_is_new=failed)
        following = () if failed else tx.inbox.following(item, conversation_id, limit=MOST_PARTS)
    state = from_json(held.state if held else "")
    parts = _turn_of(room, state, item, following)
    if isinstance(parts, datetime):
        return parts
    text = joined([part.message for part in parts])
    # On the way out of a fault nothing is asked of the classifier: it may be what failed.
    fast = _failed_on if failed else room.fast
    verdict = fast("", text, "chat") if failed or text or parts[0].message.files else None
    alone = {part.item.id: verdict if len(parts) == 1 else fast("", part.message.text, "chat") for part in parts}
    parts = tuple(replace(part, verdict=alone[part.item.id]) for part in parts)
    return Heard(
        parts=parts,
        conversation_id=conversation_id,
        edits=parts[0].message.edits,
        verdict=verdict,
        hints=hints_of(verdict, room.words) if verdict else Hints(),
        code=None if failed else check_code(room, conversation_id, text),
        failed=failed,
    )


def _failed_on(_subject: str, _text: str, _channel: str) -> Verdict:
    return ungraded("The machine failed on this message again and again.")


def _turn_of(
    room: ChatRoom, state: State, item: InboxItem, following: tuple[InboxItem, ...]
) -> tuple[Part, ...] | datetime:
    """The messages that are handled together; or until when to wait for more."""
    first = Part(item=item, message=from_raw(item.message.raw))
    traits = room.traits_of(item.message.channel)
    parts = [first]
    if not traits.merge or not _is_told(state, first):
        return (first,)
    for other in following:
        part = _read(other)
        if (
            part is None
            or not _is_told(state, part)
            or other.message.received_at - parts[-1].item.message.received_at > traits.merge
        ):
            return tuple(parts)
        parts.append(part)
    ready = min(parts[-1].item.message.received_at + traits.merge, item.message.received_at + traits.merge_at_most)
    return ready if ready > room.clock() else tuple(parts)


def _read(item: InboxItem) -> Part | None:
    try:
        return Part(item=item, message=from_raw(item.message.raw))
    except ChatFormatError:
        return None


def _is_told(state: State, part: Part) -> bool:
    """Whether a message is part of a story, which may come in pieces; an answer or a command is handled at once."""
    message = part.message
    if message.kind is not ChatKind.TEXT or message.text.lstrip().startswith("/"):
        return False
    telling = state.asking in RESTING or state.asking.startswith(("TELL.", "RECEIPT."))
    return bool(message.files) or telling or len(message.text) > SHORT


def _answer(room: ChatRoom, tx: Transaction, item: InboxItem, heard: Heard) -> dict[int, Outcome]:
    conversation = tx.conversations.hold(heard.conversation_id, broken_is_new=heard.failed)
    if conversation is None:
        raise LostClaim("the conversation")
    rest = tuple(part.item.id for part in heard.parts[1:])
    if rest and not tx.reports.join(item, rest):
        raise LostClaim("the rest of the turn")
    tx.conversations.renew_address(conversation.id, heard.parts[0].message.address)
    work = Performance(
        room=room,
        tx=tx,
        conversation=conversation,
        cause=str(item.id),
        parts=heard.parts,
        verdict=heard.verdict,
    )
    go_on(work, lambda facts: _event(tx, heard, facts), row=item.id)
    if heard.code is not None:
        count_failure(room, tx, conversation.id, heard.code)
    return work.outcomes


def go_on(work: Performance, make: Callable[[Facts], Event], *, row: int = 0) -> State:
    """Step, do what follows, and write where the talk stands now."""
    tickets = work.tx.conversations.tickets(work.conversation.id)
    facts = facts_of(work, tickets, row)
    before = from_json(work.conversation.state)
    state, effects = step(reconciled(before, facts.reports), make(facts))
    work.room.observe("stepped")
    perform(work, effects)
    work.tx.conversations.keep(work.conversation.id, state=to_json(state), due_at=state.due_at, at=work.now)
    return state


def facts_of(work: Performance, tickets: tuple[LinkedTicket, ...], row: int) -> Facts:
    """What comes with an event: the moment, what was drawn, and how the reports stand."""
    room, tx = work.room, work.tx
    traits = room.traits_of(work.conversation.channel)
    return Facts(
        at=work.now,
        nonce=room.draws.nonce(),
        reference=room.free_reference(tx),
        code=room.draws.code(),
        reports=tuple(_report_facts(tx, one) for one in tickets),
        row=row,
        outside=traits.outside,
        can_write=traits.pushes,
    )


def _report_facts(tx: Transaction, ticket: LinkedTicket) -> ReportFacts:
    terms = tx.questions.terms(ticket.id)
    withdrawn = terms is not None and terms.withdrawn_at is not None
    return ReportFacts(
        reference=ticket.reference,
        status=Status.WITHDRAWN if withdrawn else STATUS[TicketState(ticket.state)],
        received=ticket.received_at,
        changed=tx.reports.changed_at(ticket.id) or ticket.received_at,
    )


def _event(tx: Transaction, heard: Heard, facts: Facts) -> Event:
    messages = [part.message for part in heard.parts]
    first, text = messages[0], joined(messages)
    if heard.failed:
        return Failed(facts=facts, text=text)
    match first.kind:
        case ChatKind.PRESS:
            return Pressed(facts=facts, option=first.option, nonce=first.nonce)
        case ChatKind.EDIT:
            return _edited(tx, heard, facts, text)
        case ChatKind.GONE:
            return Left(facts=facts)
        case ChatKind.GROUP:
            return Grouped(facts=facts)
        case _:
            return Said(
                facts=facts,
                text=text,
                files=tuple(one for message in messages for one in message.files),
                odd=next((message.odd for message in messages if message.odd), ""),
                hints=heard.hints,
                code=_found(tx, heard.code),
                told=first.told,
                parts=len(messages),
                album=_album_was_seen(tx, heard),
            )


def _found(tx: Transaction, tried: CodeTry | None) -> CodeTry | None:
    ticket = tx.conversations.ticket(tried.reference) if tried is not None and tried.right else None
    return tried if tried is None or ticket is None else replace(tried, report=_report_facts(tx, ticket))


def _edited(tx: Transaction, heard: Heard, facts: Facts, text: str) -> Edited:
    row = tx.conversations.message_called(heard.conversation_id, heard.edits, before=facts.row)
    ticket_id = tx.reports.ticket_of(row) if row else None
    reference = tx.tickets.reference_of(ticket_id) if ticket_id else None
    return Edited(facts=facts, text=text, of=row or 0, reference=reference or "", hints=heard.hints)


def _album_was_seen(tx: Transaction, heard: Heard) -> bool:
    first = heard.parts[0]
    return bool(first.message.group) and min(tx.conversations.album_of(first.item.id)) < first.item.id

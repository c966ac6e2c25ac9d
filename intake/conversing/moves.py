"""Effects that change what is in the store already: moved, removed, cut, withdrawn, opened again."""

from dataclasses import replace
from datetime import datetime

from intake.conversing.entries import entry_of, summary_of, urgency_of
from intake.conversing.performance import Performance
from intake.dialogue import effects as do
from models.audit import Action
from models.chat import ChatFormatError, ChatMessage, from_raw
from models.sealing import Anonymity
from models.ticket import Entry, Event, EventKind, NewTicket, Reporter, TicketState
from models.verdict import Verdict
from models.work import Ending, InboxItem, Outcome


def move(work: Performance, effect: do.MoveEntry) -> None:
    """Move a message to another report, or let it open one. What opened a report stays where it is."""
    source = work.ticket(effect.of)
    if effect.by_rule:
        work.event(source, EventKind.FOLLOW_UP, filed_by_rule=True)
        return
    message = work.tx.inbox.message(effect.row)
    if message is None or not work.tx.reports.take_out(effect.row):
        if effect.opens:
            raise LookupError("a message that opens a report cannot be moved")
        return
    item = InboxItem(id=effect.row, claim="", attempts=0, message=message)
    chat = read_message(message.raw, message.received_at)
    verdict = work.room.fast("", chat.spoken, "chat")
    entry = entry_of(item, chat, verdict, opens=effect.opens)
    if effect.opens:
        ticket_id = _open(work, effect.to, item, entry, verdict)
        outcome = Outcome(ending=Ending.TICKET, ticket_id=ticket_id)
    else:
        ticket_id = work.ticket(effect.to)
        work.tx.tickets.append(ticket_id, entry)
        work.event(ticket_id, EventKind.FOLLOW_UP, channel=message.channel)
        outcome = Outcome(ending=Ending.FOLLOW_UP, ticket_id=ticket_id)
    work.tx.reports.ends(effect.row, outcome)
    work.tx.reports.read_again(effect.row, ticket_id, work.now)


def _open(work: Performance, reference: str, item: InboxItem, entry: Entry, verdict: Verdict) -> int:
    ticket_id = work.tx.tickets.open(
        NewTicket(
            reference=reference,
            channel=item.message.channel,
            received_at=item.message.received_at,
            entry=entry,
            reporter=Reporter(name="", address="", anonymity=Anonymity.ANONYMOUS),
            verdict=verdict,
            urgency=urgency_of(verdict),
        )
    )
    work.tx.questions.set_terms(ticket_id)
    work.tx.tickets.add_event(ticket_id, Event(at=item.message.received_at, kind=EventKind.RECEIVED))
    work.event(ticket_id, EventKind.PREGRADED, **summary_of(verdict))
    work.event(ticket_id, EventKind.ACKNOWLEDGEMENT_QUEUED, channel=work.conversation.channel)
    return ticket_id


def read_message(raw: bytes, at: datetime) -> ChatMessage:
    """A chat message from its bytes; one without words when they were wiped."""
    try:
        return from_raw(raw)
    except ChatFormatError:
        return ChatMessage(address="", at=at)


def remove_old(work: Performance, effect: do.RemoveOld) -> None:
    """Wipe the earlier version of an edited message."""
    work.tx.reports.remove_words(effect.row)
    work.tx.reports.scrub((effect.row,), work.now)


def remove_files(work: Performance, effect: do.RemoveFiles) -> None:
    """Forget the files of a message, and of its album, so that nobody fetches them."""
    for row in work.tx.conversations.album_of(effect.row):
        message = work.tx.inbox.message(row)
        if message is None:
            continue
        chat = read_message(message.raw, message.received_at)
        work.tx.reports.remove_files(row)
        work.tx.reports.rewrite(row, replace(chat, files=()).as_raw())


def cut_link(work: Performance, effect: do.CutLink) -> None:
    """Destroy what ties the conversation to a report: raw bytes, replies, the link itself; the address goes last.

    The address is needed for the last reply, and is destroyed with its delivery (storage/replies.py).
    """
    ticket_id = work.ticket(effect.reference)
    conversation_id = work.conversation.id
    rows = work.tx.conversations.messages_of(conversation_id, ticket_id)
    mine = tuple(part.item.id for part in work.parts)
    work.tx.reports.scrub((*rows, *mine), work.now)
    work.tx.reports.unname((*rows, *mine))
    work.tx.replies.wipe(conversation_id, ticket_id)
    work.tx.conversations.cut(conversation_id, ticket_id)
    work.cut.append(ticket_id)
    if not work.tx.reports.is_tied(ticket_id):
        work.tx.questions.set_terms(ticket_id, cut_at=work.now)
        work.tx.reports.forget_if_anonymous(ticket_id)
        work.event(ticket_id, EventKind.LINK_CUT)
    work.note(Action.CHAT_LINK_CUT, effect.reference)


def withdraw(work: Performance, effect: do.CloseByReporter) -> None:
    """The reporter withdraws a report. Where somebody may be at risk it stays open for a person to decide."""
    ticket_id = work.ticket(effect.reference)
    work.tx.questions.set_terms(ticket_id, withdrawn_at=work.now)
    work.event(ticket_id, EventKind.WITHDRAWN)
    work.note(Action.REPORT_WITHDRAWN, effect.reference)
    version, state, flagged = work.tx.reports.version_of(ticket_id)
    if not flagged and state is not TicketState.CLOSED:
        detail = {"from": state.value, "to": TicketState.CLOSED.value}
        event = Event(at=work.now, kind=EventKind.STATE, detail=detail)
        work.tx.tickets.set_state(ticket_id, TicketState.CLOSED, version=version, event=event)


def ask_erasure(work: Performance, effect: do.Erase) -> None:
    """The reporter wants it deleted. A person does it, for some records have to be kept."""
    ticket_id = work.ticket(effect.reference)
    work.tx.questions.set_terms(ticket_id, erasure_asked_at=work.now)
    work.event(ticket_id, EventKind.ERASURE_ASKED)
    work.note(Action.ERASURE_ASKED, effect.reference)


def reopen(work: Performance, effect: do.Reopen) -> None:
    """A closed report is open again; adding a message does so by itself."""
    ticket_id = work.ticket(effect.reference)
    version, state, _ = work.tx.reports.version_of(ticket_id)
    if state is TicketState.CLOSED:
        detail = {"from": state.value, "to": TicketState.NEW.value}
        event = Event(at=work.now, kind=EventKind.STATE, detail=detail)
        work.tx.tickets.set_state(ticket_id, TicketState.NEW, version=version, event=event)

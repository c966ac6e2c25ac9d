"""What is due to go, class by class. Of a ticket that is open, on hold or not at rest nothing is ever due."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select

from models.audit import Action
from models.retention import Kept
from models.ticket import EventKind, TicketState
from models.work import Delivery, Ending
from storage.audit_tables import AuditTable
from storage.chat_tables import ConversationTicketTable
from storage.learning_tables import CorrectionTable, ShadowTable
from storage.link_tables import MergeTable
from storage.merging import part_of_what_is_open
from storage.retention_tables import EmptiedTable, LegalHoldTable
from storage.tables import (
    DecisionTable,
    EntryTable,
    EventTable,
    InboxTable,
    OutboxTable,
    ReporterTable,
    SignInFailureTable,
    TicketTable,
)
from storage.types import Words

_OF_HOLDS = (EventKind.HOLD_BEGUN.value, EventKind.HOLD_ENDED.value)
_CLOSED = TicketTable.state == TicketState.CLOSED.value
_held_whole = select(MergeTable.from_id).where(
    MergeTable.undone_at.is_(None), MergeTable.into_id == LegalHoldTable.ticket_id
)
held = or_(exists().where(LegalHoldTable.ticket_id == TicketTable.id), TicketTable.id.in_(_held_whole))
"""On hold itself, or part of a ticket that is."""


def at_rest(cutoff: datetime) -> ColumnElement[bool]:
    """The condition on `tickets` that they are closed, on no hold, part of nothing open, and at rest since then."""
    parts: list[Any] = [EntryTable, EventTable, DecisionTable]
    quiet = [~exists().where(part.ticket_id == TicketTable.id, part.at >= cutoff, *_but_holds(part)) for part in parts]
    waits = exists().where(OutboxTable.ticket_id == TicketTable.id, OutboxTable.state == Delivery.WAITING.value)
    return and_(_CLOSED, TicketTable.received_at < cutoff, ~held, ~waits, ~part_of_what_is_open, *quiet)


def _but_holds(part: Any) -> list[ColumnElement[bool]]:
    """A hold lets nothing go while it lasts. That it began or ended makes a ticket no younger."""
    return [EventTable.kind.not_in(_OF_HOLDS)] if part is EventTable else []


def _tickets(cutoff: datetime) -> Select[Any]:
    return select(TicketTable.id).where(at_rest(cutoff))


def _raw(cutoff: datetime) -> Select[Any]:
    emptied = exists().where(EmptiedTable.inbox_id == InboxTable.id)
    return select(InboxTable.id).where(InboxTable.ticket_id.in_(_tickets(cutoff)), ~emptied)


def _identity(cutoff: datetime) -> Select[Any]:
    known = or_(ReporterTable.name.is_not(None), ReporterTable.address.is_not(None))
    return _tickets(cutoff).join(ReporterTable, ReporterTable.ticket_id == TicketTable.id).where(known)


def _outbox(cutoff: datetime) -> Select[Any]:
    gone = OutboxTable.state.in_([Delivery.SENT.value, Delivery.FAILED.value])
    return select(OutboxTable.id).where(
        gone, OutboxTable.message_id.is_not(None), _of_those_at_rest(OutboxTable, cutoff)
    )


def _chat_links(cutoff: datetime) -> Select[Any]:
    linked = exists().where(ConversationTicketTable.ticket_id == TicketTable.id)
    return _tickets(cutoff).where(linked)


def _of_those_at_rest(table: Any, cutoff: datetime) -> ColumnElement[bool]:
    return table.ticket_id.in_(_tickets(cutoff))  # type: ignore[no-any-return]


def _corrections(cutoff: datetime) -> Select[Any]:
    return select(CorrectionTable.id).where(CorrectionTable.at < cutoff, _of_those_at_rest(CorrectionTable, cutoff))


def _shadows(cutoff: datetime) -> Select[Any]:
    return select(ShadowTable.id).where(ShadowTable.at < cutoff, _of_those_at_rest(ShadowTable, cutoff))


def _ignored(cutoff: datetime) -> Select[Any]:
    return select(InboxTable.id).where(InboxTable.ending == Ending.IGNORED.value, InboxTable.settled_at < cutoff)


def _quarantined(cutoff: datetime) -> Select[Any]:
    return old_quarantined(cutoff).where(looked_at)


def old_quarantined(cutoff: datetime) -> Select[Any]:
    """Messages that have lain in quarantine since before then, whether or not a person has looked at them."""
    return select(InboxTable.id).where(InboxTable.ending == Ending.QUARANTINED.value, InboxTable.settled_at < cutoff)


looked_at = exists().where(
    AuditTable.action == Action.MESSAGE_DOWNLOADED.value,
    AuditTable.subject == literal("message ", Words()) + func.cast(InboxTable.id, Words()),
)


def _sign_ins(cutoff: datetime) -> Select[Any]:
    return select(SignInFailureTable.id).where(SignInFailureTable.at < cutoff)


DUE: dict[Kept, Callable[[datetime], Select[Any]]] = {
    Kept.RAW: _raw,
    Kept.OUTBOX: _outbox,
    Kept.CHAT_LINKS: _chat_links,
    Kept.SHADOWS: _shadows,
    Kept.CORRECTIONS: _corrections,
    Kept.IDENTITY: _identity,
    Kept.TICKETS: _tickets,
    Kept.IGNORED: _ignored,
    Kept.QUARANTINED: _quarantined,
    Kept.SIGN_INS: _sign_ins,
}
"""class -> the ids of what is due before a moment."""

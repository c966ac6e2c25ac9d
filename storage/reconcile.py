"""The proof that nothing is lost: sums that must agree, and invariants that must hold."""

from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, not_, or_, select

from models.work import Balance, Delivery, Ending
from storage.chat_tables import ReplyTable, ReportTermsTable
from storage.retention_tables import TombstoneTable
from storage.tables import EntryTable, InboxTable, OutboxTable, ReporterTable, TicketTable, VerdictTable

PURPOSE = "acknowledgement"
SHOWN = 20


def balance(connection: Connection) -> Balance:
    """Count all endings and look for every row that breaks an invariant."""
    endings = connection.execute(select(InboxTable.ending, func.count()).group_by(InboxTable.ending))
    counted = dict(endings.all())
    gone = dict(connection.execute(select(TombstoneTable.ending, func.count()).group_by(TombstoneTable.ending)).all())
    counted = {ending: counted.get(ending, 0) + gone.get(ending or "", 0) for ending in (None, *map(str, Ending))}
    received = connection.execute(select(func.count()).select_from(InboxTable)).scalar_one() + sum(gone.values())
    return Balance(
        received=received,
        tickets=counted.get(Ending.TICKET.value, 0),
        follow_ups=counted.get(Ending.FOLLOW_UP.value, 0),
        ignored=counted.get(Ending.IGNORED.value, 0),
        quarantined=counted.get(Ending.QUARANTINED.value, 0),
        waiting=counted.get(None, 0),
        gone=sum(gone.values()),
        faults=tuple(fault for what, query in _INVARIANTS for fault in _broken(connection, what, query)),
    )


def _broken(connection: Connection, what: str, query: Select[Any]) -> list[str]:
    rows = list(connection.execute(query.limit(SHOWN + 1)).scalars())
    if not rows:
        return []
    more = ", …" if len(rows) > SHOWN else ""
    return [f"{what}: {', '.join(str(row) for row in rows[:SHOWN])}{more}"]


_ended_in_ticket = InboxTable.ending.in_([Ending.TICKET.value, Ending.FOLLOW_UP.value])
_part_of_its_ticket = exists().where(
    EntryTable.inbox_id == InboxTable.id,
    EntryTable.ticket_id == InboxTable.ticket_id,
    TicketTable.id == InboxTable.ticket_id,
)
_opened_by = exists().where(InboxTable.ticket_id == TicketTable.id, InboxTable.ending == Ending.TICKET.value)
_acknowledged = or_(
    exists().where(OutboxTable.ticket_id == TicketTable.id, OutboxTable.purpose == PURPOSE),
    exists().where(ReplyTable.ticket_id == TicketTable.id),
    # Of a report whose link was cut nothing that was said is kept.
    exists().where(ReportTermsTable.ticket_id == TicketTable.id, ReportTermsTable.cut_at.is_not(None)),
)
_without_reason = and_(InboxTable.ending.in_([Ending.IGNORED.value, Ending.QUARANTINED.value]), InboxTable.reason == "")

_INVARIANTS: tuple[tuple[str, Select[Any]], ...] = (
    (
        "messages filed without being part of their ticket",
        select(InboxTable.id).where(_ended_in_ticket, or_(InboxTable.ticket_id.is_(None), not_(_part_of_its_ticket))),
    ),
    ("messages ignored or quarantined without a reason", select(InboxTable.id).where(_without_reason)),
    (
        "messages of tickets that did not end so",
        select(EntryTable.inbox_id)
        .outerjoin(InboxTable, InboxTable.id == EntryTable.inbox_id)
        .where(or_(InboxTable.ending.is_(None), not_(_ended_in_ticket))),
    ),
    ("tickets that no message opened", select(TicketTable.reference).where(not_(_opened_by))),
    (
        "tickets that more than one message opened",
        select(TicketTable.reference)
        .join(InboxTable, InboxTable.ticket_id == TicketTable.id)
        .where(InboxTable.ending == Ending.TICKET.value)
        .group_by(TicketTable.id, TicketTable.reference)
        .having(func.count() > 1),
    ),
    (
        "tickets without a pre-grade",
        select(TicketTable.reference).where(not_(exists().where(VerdictTable.ticket_id == TicketTable.id))),
    ),
    (
        "tickets without their reporter's row",
        select(TicketTable.reference).where(not_(exists().where(ReporterTable.ticket_id == TicketTable.id))),
    ),
    (
        "tickets with no acknowledgement, not even a withheld one",
        select(TicketTable.reference).where(not_(_acknowledged)),
    ),
    (
        "mails withheld or failed without a reason",
        select(OutboxTable.id).where(
            OutboxTable.state.in_([Delivery.WITHHELD.value, Delivery.FAILED.value]), OutboxTable.error == ""
        ),
    ),
)

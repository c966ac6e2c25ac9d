"""Checks of what is filed: nothing lost, nothing altered, nothing that contradicts itself."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Select, exists, func, not_, select
from sqlalchemy.orm import aliased

from storage.checks.base import PIECE, SHOWN, Check
from storage.packing import as_decision, as_event, as_verdict
from storage.reconcile import balance
from storage.tables import DecisionTable, EventTable, InboxTable, OutboxTable, TicketTable, VerdictTable


def _reconciliation(connection: Connection) -> Iterator[str]:
    found = balance(connection)
    yield from found.faults
    if not found.holds and not found.faults:
        yield "received is not tickets + follow-ups + ignored + quarantined + waiting; run 'intake reconcile'"


_later = aliased(DecisionTable)
_decided = exists().where(DecisionTable.ticket_id == TicketTable.id)
_STATES: tuple[tuple[str, Select[Any]], ...] = (
    (
        "tickets marked as decided without a decision",
        select(TicketTable.reference).where(TicketTable.decided, not_(_decided)),
    ),
    (
        "tickets with a decision that are not marked so",
        select(TicketTable.reference).where(not_(TicketTable.decided), _decided),
    ),
    (
        "tickets whose category is not that of the newest decision",
        select(TicketTable.reference)
        .join(DecisionTable, DecisionTable.ticket_id == TicketTable.id)
        .where(not_(exists().where(_later.ticket_id == TicketTable.id, _later.id > DecisionTable.id)))
        .where(DecisionTable.isf != TicketTable.isf),
    ),
    (
        "tickets whose version is lower than what was done to them",
        select(TicketTable.reference)
        .join(DecisionTable, DecisionTable.ticket_id == TicketTable.id)
        .group_by(TicketTable.id, TicketTable.reference, TicketTable.version)
        .having(TicketTable.version <= func.count()),
    ),
    (
        "mails settled without the moment, or with one while they wait",
        select(OutboxTable.id).where((OutboxTable.state == "waiting") != OutboxTable.settled_at.is_(None)),
    ),
    (
        "settled rows of the inbox that somebody still claims",
        select(InboxTable.id).where(InboxTable.ending.is_not(None), InboxTable.claim.is_not(None)),
    ),
    (
        "settled rows of the outbox that somebody still claims",
        select(OutboxTable.id).where(OutboxTable.state != "waiting", OutboxTable.claim.is_not(None)),
    ),
    (
        "claims without an end",
        select(InboxTable.id).where(InboxTable.claim.is_(None) != InboxTable.claimed_until.is_(None)),
    ),
)


def _states(connection: Connection) -> Iterator[str]:
    for what, query in _STATES:
        rows = list(connection.execute(query.limit(SHOWN)).scalars())
        if rows:
            yield f"{what}: {', '.join(str(row) for row in rows)}"


_READ: tuple[tuple[Any, Callable[[Any], object]], ...] = (
    (VerdictTable, as_verdict),
    (DecisionTable, as_decision),
    (EventTable, as_event),
)


def _documents(connection: Connection) -> Iterator[str]:
    for table, read in _READ:
        yield from _unreadable(connection, table, select(*table.__table__.columns), read)


def _unreadable(
    connection: Connection, table: Any, wanted: Select[Any], read: Callable[[Any], object]
) -> Iterator[str]:
    with connection.execute(wanted.order_by(table.id).execution_options(yield_per=PIECE)) as rows:
        for row in rows.mappings():
            try:
                read(row)
            except (ValueError, KeyError, TypeError) as fault:
                yield f"row {row['id']} of {table.__tablename__} cannot be read ({type(fault).__name__})"


FILING_CHECKS: tuple[Check, ...] = (
    Check(name="received = filed + ignored + quarantined + waiting, and each is acknowledged", look=_reconciliation),
    Check(name="states, versions and claims agree", look=_states),
    Check(name="every verdict, decision and event can be read", look=_documents),
)

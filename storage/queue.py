"""The queue, page by page: the place of the last row is the cursor, so that no page costs more than the first."""

import base64
import binascii
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, literal, select, tuple_

from models.ticket import QueueFilter, QueuePage, TicketRow
from storage.packing import as_ticket_row
from storage.tables import TicketTable
from storage.types import Moment

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ORDER = (TicketTable.rank, TicketTable.received_at, TicketTable.id)


def page(
    connection: Connection, wanted: QueueFilter, seen: ColumnElement[bool], *, limit: int, after: str | None
) -> QueuePage:
    """One page of the tickets for which `seen` holds: urgency falling, then received_at and id rising.

    Raises ValueError for a broken cursor.
    """
    query: Select[Any] = select(*TicketTable.__table__.columns).where(*conditions(wanted), seen)
    if after is not None:
        urgency, received_at, row_id = _read_cursor(after)
        place = tuple_(literal(-urgency), literal(received_at, Moment()), literal(row_id))
        query = query.where(tuple_(*_ORDER) > place)
    ordered = query.order_by(*_ORDER)
    found = connection.execute(ordered.limit(limit + 1)).mappings().all()
    rows = tuple(as_ticket_row(row) for row in found[:limit])
    return QueuePage(rows=rows, after=_cursor(rows[-1]) if len(found) > limit and rows else None)


def conditions(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    """What a ticket must be to pass the filter."""
    found: list[ColumnElement[bool]] = []
    if wanted.states:
        found.append(TicketTable.state.in_([state.value for state in wanted.states]))
    if wanted.kinds:
        found.append(TicketTable.kind.in_([kind.value for kind in wanted.kinds]))
    if wanted.provider is not None:
        found.append(TicketTable.provider == wanted.provider)
    if wanted.isf is not None:
        found.append(TicketTable.isf == wanted.isf)
    if wanted.flagged is not None:
        found.append(TicketTable.flagged.is_(wanted.flagged))
    if wanted.needs_person is not None:
        found.append(TicketTable.needs_person.is_(wanted.needs_person))
    return found


def _cursor(row: TicketRow) -> str:
    place = [row.urgency, (row.received_at - _EPOCH) // _MICROSECOND, row.id]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read_cursor(text: str) -> tuple[int, datetime, int]:
    try:
        padded = text + "=" * (-len(text) % 4)
        urgency, micros, row_id = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        place = int(urgency), _EPOCH + int(micros) * _MICROSECOND, int(row_id)
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError):
        raise ValueError("that is no page of the queue") from None
    if abs(place[0]) >= 2**31 or abs(place[2]) >= 2**63:
        raise ValueError("that is no page of the queue")
    return place
